import { explainOccurrenceGate } from './occurrence.actions.js'
import {
  ControlOccurrencesResolver,
  ExpectedOccurrenceResolver,
  OccurrenceExplanationResolver,
} from './occurrence.resolver.js'
import { OccurrenceExplanation } from './occurrence-explanation.js'

export const occurrence = {
  name: 'occurrence',
  rows: [OccurrenceExplanation],
  resolvers: [ControlOccurrencesResolver, ExpectedOccurrenceResolver, OccurrenceExplanationResolver],
  gates: {
    explainOccurrence: explainOccurrenceGate,
  },
}
