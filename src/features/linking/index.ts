import { linkEvidenceGate } from './linking.actions.js'
import {
  EvidenceOfException,
  EvidenceOfPopulation,
  EvidenceOfProcedure,
  EvidenceOfResponse,
  EvidenceOfResult,
  LinkingResolver,
} from './linking.resolver.js'

export const linking = {
  name: 'linking',
  rows: [],
  resolvers: [
    LinkingResolver,
    EvidenceOfProcedure,
    EvidenceOfResult,
    EvidenceOfPopulation,
    EvidenceOfException,
    EvidenceOfResponse,
  ],
  gates: { linkEvidence: linkEvidenceGate },
}
