import { FirmTrailResolver, TrailEntryResolver } from './trail.resolver.js'

export const trail = { name: 'trail', rows: [], resolvers: [FirmTrailResolver, TrailEntryResolver] }
