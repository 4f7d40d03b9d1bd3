import { Incident } from './incident.js'
import { ClientIncidentsResolver, IncidentResolver } from './incident.resolver.js'
import { shareEntryGate } from './register.actions.js'
import { SystemChange } from './system-change.js'
import { ClientChangesResolver, SystemChangeResolver } from './system-change.resolver.js'

export const register = {
  name: 'register',
  rows: [Incident, SystemChange],
  resolvers: [IncidentResolver, ClientIncidentsResolver, SystemChangeResolver, ClientChangesResolver],
  gates: { shareIncident: shareEntryGate, shareSystemChange: shareEntryGate },
}
