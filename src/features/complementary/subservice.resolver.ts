import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { gapDays, isVendor } from '../../rules/complementary.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { confirmSubserviceIndependence, recordSubserviceReview } from './complementary.actions.js'
import { ConfirmSubserviceIndependenceInput } from './complementary.inputs.js'
import { ComplementaryControl } from './complementary-control.js'
import { RecordSubserviceReviewInput } from './review.inputs.js'
import { CONTROLS_MAX, SubserviceOrganization } from './subservice-organization.js'
import { SubserviceReview, UserControlAnswered } from './subservice-review.js'

const ConfirmSubserviceIndependencePayload = payloadOf('ConfirmSubserviceIndependencePayload', {
  subserviceOrganization: [() => SubserviceOrganization, 'The organization with the confirmation.'],
})
const RecordSubserviceReviewPayload = payloadOf('RecordSubserviceReviewPayload', {
  subserviceReview: [() => SubserviceReview, 'The review as it was recorded.'],
})

/** Controls with these ids, by reference. */
async function controlsWith(loaders: Loaders, ids: readonly string[]): Promise<Control[]> {
  const controls = await Promise.all(ids.map((id) => loaders.byId(Control, id)))
  return controls.filter((control) => control !== null).sort((a, b) => (a.ref < b.ref ? -1 : 1))
}

@Resolver(() => SubserviceOrganization)
export class SubserviceOrganizationResolver {
  @FieldResolver(() => Boolean, { description: 'Whether it is a vendor: the report says nothing of it then.' })
  isVendor(@Root() organization: SubserviceOrganization): boolean {
    return isVendor(organization)
  }

  @FieldResolver(
    () => [Control],
    atMost(CONTROLS_MAX, 'The controls of the engagement that it performs, by reference; none where it is carved out.'),
  )
  controls(@Root() { controlIds }: SubserviceOrganization, @Ctx() { loaders }: Context): Promise<Control[]> {
    return controlsWith(loaders, controlIds)
  }

  @FieldResolver(
    () => [ComplementaryControl],
    atMost(
      ComplementaryControl.bounds.subserviceOrganizationId,
      'The controls expected of it (CSOCs), in the order of recording; retired ones among them.',
    ),
  )
  complementaryControls(
    @Root() { id }: SubserviceOrganization,
    @Ctx() { loaders }: Context,
  ): Promise<ComplementaryControl[]> {
    return loaders.children(ComplementaryControl, 'subserviceOrganizationId', id, { id: 'asc' })
  }

  @FieldResolver(
    () => [SubserviceReview],
    atMost(SubserviceReview.bounds.subserviceOrganizationId, 'The reviews of its report; the last one counts.'),
  )
  reviews(@Root() { id }: SubserviceOrganization, @Ctx() { loaders }: Context): Promise<SubserviceReview[]> {
    return loaders.children(SubserviceReview, 'subserviceOrganizationId', id, { id: 'asc' })
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The partner who confirmed the independence of the firm.',
  })
  independenceConfirmedBy(
    @Root() organization: SubserviceOrganization,
    @Ctx() { loaders }: Context,
  ): Promise<Member | null> {
    return loaders.byId(Member, organization.independenceConfirmedBy)
  }

  @Mutation(() => ConfirmSubserviceIndependencePayload, {
    description: 'Confirms that the firm is independent of an organization whose controls it tests.',
  })
  confirmSubserviceIndependence(
    @Arg('input', () => ConfirmSubserviceIndependenceInput) input: ConfirmSubserviceIndependenceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, confirmSubserviceIndependence)
  }

  @Mutation(() => RecordSubserviceReviewPayload, {
    description:
      'Records what you made of the report of a subservice organization: its time and opinion, its exceptions, and the client’s controls that answer what it expects of user entities; or why there is no report.',
  })
  recordSubserviceReview(
    @Arg('input', () => RecordSubserviceReviewInput) input: RecordSubserviceReviewInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordSubserviceReview)
  }
}

@Resolver(() => SubserviceReview)
export class SubserviceReviewResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How many days of what is examined that report does not cover, before it and after it; for a Type 1 how many days it lies away. Null where there is no report.',
  })
  async gapDays(@Root() review: SubserviceReview, @Ctx() { loaders }: Context): Promise<number | null> {
    const engagement = await loaders.byId(Engagement, review.engagementId)
    return engagement && gapDays(review, engagement)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that were reviewed.'))
  restsOn(@Root() { restsOnIds }: SubserviceReview, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The auditor who reviewed it.' })
  reviewedBy(@Root() review: SubserviceReview, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, review.createdBy)
  }
}

@Resolver(() => UserControlAnswered)
export class UserControlAnsweredResolver {
  @FieldResolver(() => [Control], atMost(CONTROLS_MAX, 'The controls of the client that answer it, by reference.'))
  controls(@Root() { controlIds }: UserControlAnswered, @Ctx() { loaders }: Context): Promise<Control[]> {
    return controlsWith(loaders, controlIds)
  }
}

@Resolver(() => ComplementaryControl)
export class ComplementaryControlResolver {
  @FieldResolver(() => SubserviceOrganization, {
    nullable: true,
    description: 'The carved-out organization of which it is expected; null for a control of user entities.',
  })
  subserviceOrganization(
    @Root() { subserviceOrganizationId }: ComplementaryControl,
    @Ctx() { loaders }: Context,
  ): Promise<SubserviceOrganization | null> {
    return loaders.byId(SubserviceOrganization, subserviceOrganizationId)
  }

  @FieldResolver(
    () => [Control],
    atMost(CONTROLS_MAX, 'The controls of the engagement that it complements, by reference.'),
  )
  controls(@Root() { controlIds }: ComplementaryControl, @Ctx() { loaders }: Context): Promise<Control[]> {
    return controlsWith(loaders, controlIds)
  }
}
