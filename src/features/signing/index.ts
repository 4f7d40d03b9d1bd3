import { prepareProcedureGate, reviewProcedureGate } from './signing.actions.js'
import { ProcedureSigning, SignOffResolver } from './signing.resolver.js'

export const signing = {
  name: 'signing',
  rows: [],
  resolvers: [ProcedureSigning, SignOffResolver],
  gates: {
    prepareProcedure: prepareProcedureGate,
    reviewProcedure: reviewProcedureGate,
  },
}
