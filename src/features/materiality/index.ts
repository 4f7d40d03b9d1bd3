import { approveMaterialityGate, decideMaterialityGate } from './materiality.actions.js'
import { ExceptionMaterialityResolver, MaterialityResolver } from './materiality.resolver.js'
import { MaterialityDecision } from './materiality-decision.js'

export const materiality = {
  name: 'materiality',
  rows: [MaterialityDecision],
  resolvers: [MaterialityResolver, ExceptionMaterialityResolver],
  gates: {
    decideMateriality: decideMaterialityGate,
    approveMateriality: approveMaterialityGate,
  },
}
