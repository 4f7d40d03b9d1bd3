import { recordAssertionGate, resolveAssertionGate, signAssertionGate } from './assertion.actions.js'
import {
  AssertionContradictionResolver,
  AssertionResolutionResolver,
  EngagementAssertionsResolver,
  ManagementAssertionResolver,
} from './assertion.resolver.js'
import { AssertionResolution } from './assertion-resolution.js'
import { ManagementAssertion } from './management-assertion.js'

export const assertion = {
  name: 'assertion',
  rows: [ManagementAssertion, AssertionResolution],
  resolvers: [
    AssertionContradictionResolver,
    ManagementAssertionResolver,
    AssertionResolutionResolver,
    EngagementAssertionsResolver,
  ],
  gates: {
    recordAssertion: recordAssertionGate,
    resolveAssertion: resolveAssertionGate,
    signAssertion: signAssertionGate,
  },
}
