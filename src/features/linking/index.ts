import { linkEvidenceGate } from './linking.actions.js'
import {
  EvidenceOfException,
  EvidenceOfPopulation,
  EvidenceOfProcedure,
  EvidenceOfResponse,
  EvidenceOfResult,
  EvidenceOfWalkthrough,
  LinkingResolver,
} from './linking.resolver.js'

export const linking = {
  name: 'linking',
  rows: [],
  resolvers: [
    LinkingResolver,
    EvidenceOfProcedure,
    EvidenceOfResult,
    EvidenceOfWalkthrough,
    EvidenceOfPopulation,
    EvidenceOfException,
    EvidenceOfResponse,
  ],
  gates: { linkEvidence: linkEvidenceGate },
}
