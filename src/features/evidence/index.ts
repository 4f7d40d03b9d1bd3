import { Evidence } from './evidence.js'
import { EngagementEvidenceResolver, EvidenceResolver } from './evidence.resolver.js'
import { EvidenceLink } from './evidence-link.js'
import { EvidenceLinkResolver, LinksOfEvidence } from './evidence-link.resolver.js'
import { LegalHold } from './legal-hold.js'
import { EngagementLegalHoldsResolver, EvidenceLegalHoldResolver, LegalHoldResolver } from './legal-hold.resolver.js'
import { removeEvidenceGate } from './removal.actions.js'

export const evidence = {
  name: 'evidence',
  rows: [Evidence, EvidenceLink, LegalHold],
  resolvers: [
    EvidenceResolver,
    EngagementEvidenceResolver,
    EvidenceLinkResolver,
    LinksOfEvidence,
    LegalHoldResolver,
    EngagementLegalHoldsResolver,
    EvidenceLegalHoldResolver,
  ],
  gates: { removeEvidence: removeEvidenceGate },
}
