import { Evidence } from './evidence.js'
import { EngagementEvidenceResolver, EvidenceResolver } from './evidence.resolver.js'

export const evidence = {
  name: 'evidence',
  rows: [Evidence],
  resolvers: [EvidenceResolver, EngagementEvidenceResolver],
}
