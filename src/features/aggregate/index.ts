import { approveAggregateGate, decideAggregateGate, reviseAggregateGate } from './aggregate.actions.js'
import { AggregateDecisionResolver, AggregateResolver, EngagementAggregatesResolver } from './aggregate.resolver.js'
import { AggregateDecision } from './aggregate-decision.js'

export const aggregate = {
  name: 'aggregate',
  rows: [AggregateDecision],
  resolvers: [AggregateResolver, AggregateDecisionResolver, EngagementAggregatesResolver],
  gates: {
    decideAggregate: decideAggregateGate,
    reviseAggregate: reviseAggregateGate,
    approveAggregate: approveAggregateGate,
  },
}
