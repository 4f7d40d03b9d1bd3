import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { recordServiceCommitment } from './complementary.actions.js'
import { RecordServiceCommitmentInput } from './complementary.inputs.js'
import { ComplementaryControl } from './complementary-control.js'
import { ServiceCommitment } from './service-commitment.js'
import { SubserviceOrganization } from './subservice-organization.js'

const ServiceCommitmentConnection = connectionOf(ServiceCommitment, 'ServiceCommitment')
const SubserviceOrganizationConnection = connectionOf(SubserviceOrganization, 'SubserviceOrganization')
const ComplementaryControlConnection = connectionOf(ComplementaryControl, 'ComplementaryControl')
const RecordServiceCommitmentPayload = payloadOf('RecordServiceCommitmentPayload', {
  serviceCommitment: [() => ServiceCommitment, 'The commitment as it was recorded.'],
})

@Resolver(() => Engagement)
export class EngagementComplementaryResolver {
  @FieldResolver(() => ServiceCommitmentConnection, {
    description: 'Its principal service commitments and system requirements, by reference; retired ones among them.',
  })
  serviceCommitments(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ServiceCommitment>> {
    return pageWithin(context, ServiceCommitment, ['engagementId', id], {}, args, { by: 'ref', direction: 'asc' })
  }

  @FieldResolver(() => SubserviceOrganizationConnection, {
    description:
      'Other organizations that the system uses, in the order of recording; retired ones and vendors among them.',
  })
  subserviceOrganizations(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<SubserviceOrganization>> {
    return pageWithin(context, SubserviceOrganization, ['engagementId', id], {}, args, { by: 'id', direction: 'asc' })
  }

  @FieldResolver(() => ComplementaryControlConnection, {
    description: 'The controls that are assumed to be in place elsewhere, by reference; retired ones among them.',
  })
  complementaryControls(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ComplementaryControl>> {
    return pageWithin(context, ComplementaryControl, ['engagementId', id], {}, args, { by: 'ref', direction: 'asc' })
  }

  @Mutation(() => RecordServiceCommitmentPayload, {
    description: 'Records a principal service commitment or system requirement, as a statement of its own.',
  })
  recordServiceCommitment(
    @Arg('input', () => RecordServiceCommitmentInput) input: RecordServiceCommitmentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordServiceCommitment)
  }
}

@Resolver(() => ServiceCommitment)
export class ServiceCommitmentResolver {
  @FieldResolver(() => Member, { description: 'Who recorded it first.' })
  recordedBy(@Root() commitment: ServiceCommitment, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, commitment.createdBy)
  }
}
