import { recordAssertionGate, resolveAssertionGate } from './assertion.actions.js'
import {
  AssertionResolutionResolver,
  EngagementAssertionsResolver,
  ManagementAssertionResolver,
} from './assertion.resolver.js'
import { AssertionResolution } from './assertion-resolution.js'
import { ManagementAssertion } from './management-assertion.js'

export const assertion = {
  name: 'assertion',
  rows: [ManagementAssertion, AssertionResolution],
  resolvers: [ManagementAssertionResolver, AssertionResolutionResolver, EngagementAssertionsResolver],
  gates: { recordAssertion: recordAssertionGate, resolveAssertion: resolveAssertionGate },
}
