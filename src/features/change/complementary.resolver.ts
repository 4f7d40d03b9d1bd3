import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import {
  RecordComplementaryControlInput,
  RecordSubserviceOrganizationInput,
  StateNoSubserviceOrganizationsInput,
  UpdateComplementaryControlInput,
  UpdateServiceCommitmentInput,
  UpdateSubserviceOrganizationInput,
} from '../complementary/complementary.inputs.js'
import { ComplementaryControl } from '../complementary/complementary-control.js'
import {
  RetireComplementaryControlInput,
  RetireServiceCommitmentInput,
  RetireSubserviceOrganizationInput,
} from '../complementary/retirement.inputs.js'
import { ServiceCommitment } from '../complementary/service-commitment.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import {
  recordComplementaryControl,
  retireComplementaryControl,
  retireServiceCommitment,
  updateComplementaryControl,
  updateServiceCommitment,
} from './complementary.actions.js'
import {
  recordSubserviceOrganization,
  retireSubserviceOrganization,
  stateNoSubserviceOrganizations,
  updateSubserviceOrganization,
} from './subservice.actions.js'

const commitment = {
  serviceCommitment: [() => ServiceCommitment, 'The commitment as it is now.'],
} as const
const organization = {
  subserviceOrganization: [() => SubserviceOrganization, 'The organization as it is now.'],
} as const
const control = {
  complementaryControl: [() => ComplementaryControl, 'The complementary control as it is now.'],
} as const
const UpdateServiceCommitmentPayload = payloadOf('UpdateServiceCommitmentPayload', commitment)
const RetireServiceCommitmentPayload = payloadOf('RetireServiceCommitmentPayload', commitment)
const RecordSubserviceOrganizationPayload = payloadOf('RecordSubserviceOrganizationPayload', {
  subserviceOrganization: [() => SubserviceOrganization, 'The organization as it was recorded.'],
})
const StateNoSubserviceOrganizationsPayload = payloadOf('StateNoSubserviceOrganizationsPayload', {
  engagement: [() => Engagement, 'The engagement with the statement.'],
})
const UpdateSubserviceOrganizationPayload = payloadOf('UpdateSubserviceOrganizationPayload', organization)
const RetireSubserviceOrganizationPayload = payloadOf('RetireSubserviceOrganizationPayload', organization)
const RecordComplementaryControlPayload = payloadOf('RecordComplementaryControlPayload', control)
const UpdateComplementaryControlPayload = payloadOf('UpdateComplementaryControlPayload', control)
const RetireComplementaryControlPayload = payloadOf('RetireComplementaryControlPayload', control)

const asScope =
  'Once fieldwork began only the engagement partner does, with a reason; it is kept as a change of scope, with what had been found until then.'

/** What the description presents beside the controls is changed with what had been found until then: it lives with the last of these. */
@Resolver()
export class ComplementaryChangeResolver {
  @Mutation(() => UpdateServiceCommitmentPayload, { description: `Changes a service commitment. ${asScope}` })
  updateServiceCommitment(
    @Arg('input', () => UpdateServiceCommitmentInput) input: UpdateServiceCommitmentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, updateServiceCommitment)
  }

  @Mutation(() => RetireServiceCommitmentPayload, {
    description: `Takes a service commitment out of the description; it stays on file. ${asScope}`,
  })
  retireServiceCommitment(
    @Arg('input', () => RetireServiceCommitmentInput) input: RetireServiceCommitmentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retireServiceCommitment)
  }

  @Mutation(() => RecordSubserviceOrganizationPayload, {
    description: `Records another organization that the system uses, and how the description presents it; or a vendor. ${asScope}`,
  })
  recordSubserviceOrganization(
    @Arg('input', () => RecordSubserviceOrganizationInput) input: RecordSubserviceOrganizationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordSubserviceOrganization)
  }

  @Mutation(() => StateNoSubserviceOrganizationsPayload, {
    description: `States that the system uses no subservice organization, vendors aside, and how you know. ${asScope}`,
  })
  stateNoSubserviceOrganizations(
    @Arg('input', () => StateNoSubserviceOrganizationsInput) input: StateNoSubserviceOrganizationsInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, stateNoSubserviceOrganizations)
  }

  @Mutation(() => UpdateSubserviceOrganizationPayload, {
    description: `Changes a subservice organization, its method, or makes it a vendor. ${asScope}`,
  })
  updateSubserviceOrganization(
    @Arg('input', () => UpdateSubserviceOrganizationInput) input: UpdateSubserviceOrganizationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, updateSubserviceOrganization)
  }

  @Mutation(() => RetireSubserviceOrganizationPayload, {
    description: `Takes a subservice organization of which no control is expected out of the description. ${asScope}`,
  })
  retireSubserviceOrganization(
    @Arg('input', () => RetireSubserviceOrganizationInput) input: RetireSubserviceOrganizationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retireSubserviceOrganization)
  }

  @Mutation(() => RecordComplementaryControlPayload, {
    description: `Records a control that is assumed to be in place at user entities or at a carved-out organization. ${asScope}`,
  })
  recordComplementaryControl(
    @Arg('input', () => RecordComplementaryControlInput) input: RecordComplementaryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordComplementaryControl)
  }

  @Mutation(() => UpdateComplementaryControlPayload, { description: `Changes a complementary control. ${asScope}` })
  updateComplementaryControl(
    @Arg('input', () => UpdateComplementaryControlInput) input: UpdateComplementaryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, updateComplementaryControl)
  }

  @Mutation(() => RetireComplementaryControlPayload, {
    description: `Takes a complementary control out of the description; it stays on file. ${asScope}`,
  })
  retireComplementaryControl(
    @Arg('input', () => RetireComplementaryControlInput) input: RetireComplementaryControlInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retireComplementaryControl)
  }
}
