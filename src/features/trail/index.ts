import { IncidentChangesResolver, SystemChangeChangesResolver } from './register.resolver.js'
import { EngagementTrailResolver, FirmTrailResolver, TrailEntryResolver } from './trail.resolver.js'

export const trail = {
  name: 'trail',
  rows: [],
  resolvers: [
    EngagementTrailResolver,
    FirmTrailResolver,
    TrailEntryResolver,
    IncidentChangesResolver,
    SystemChangeChangesResolver,
  ],
}
