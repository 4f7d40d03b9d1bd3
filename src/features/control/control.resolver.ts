import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { orderOf } from '../../kernel/schema/order.js'
import { connectionOf, type Page, PageArgs, pageOfList, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { ColumnCondition } from '../../kernel/store/condition.js'
import type { Tx } from '../../kernel/store/work.js'
import { controlState } from '../../rules/changes.js'
import type * as words from '../../rules/vocabulary.js'
import { CRITERIA_MAX, criteriaByCode } from '../criterion/catalogue.js'
import { Criterion } from '../criterion/criterion.js'
import { EngagementCriterion } from '../criterion/criterion.resolver.js'
import { Engagement } from '../engagement/engagement.js'
import { ControlState } from '../enums.js'
import { Member } from '../firm/member.js'
import { createControl } from './control.actions.js'
import { ControlsArgs, CreateControlInput } from './control.inputs.js'
import { Control } from './control.js'
import { ControlCriterion } from './control-criterion.js'
import { type CoverageFound, coverageOf } from './coverage.js'

@ObjectType({ description: 'What the mapping of controls to criteria leaves open.' })
export class Coverage implements CoverageFound {
  engagementId: string

  @Field(() => [Criterion], atMost(CRITERIA_MAX, 'Criteria in scope that apply and that no control is mapped to.'))
  criteriaWithoutControl: Criterion[]

  @Field(
    () => [Control],
    atMost(Control.bounds.engagementId, 'Controls that are mapped to no criterion, by reference.'),
  )
  controlsWithoutCriterion: Control[]
}

const columns = { REF: 'ref', CREATED: 'id' } as const
export const ControlConnection = connectionOf(Control, 'Control')
const CreateControlPayload = payloadOf('CreateControlPayload', {
  control: [() => Control, 'The control as it was added.'],
})

@Resolver(() => Control)
export class ControlResolver {
  @FieldResolver(
    () => [Criterion],
    atMost(CRITERIA_MAX, 'The criteria it helps to meet, in the order of the catalogue.'),
  )
  criteria(@Root() control: Control, @Ctx() context: Context): Promise<Criterion[]> {
    return context.loaders.of('criteria of control', criteriaMappedTo).load(control.id)
  }

  @FieldResolver(() => Engagement, { description: 'The engagement it is tested in.' })
  engagement(@Root() control: Control, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, control.engagementId)
  }

  @FieldResolver(() => Control, {
    nullable: true,
    description: 'The control whose place it took, tested over its own time; null where it took none.',
  })
  replaces(@Root() control: Control, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, control.replacesId)
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description:
      'The person of the client who answers for it, also after they left; null where none was named. Their title stands in `owner`.',
  })
  ownerMember(@Root() control: Control, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, control.ownerMemberId)
  }

  @FieldResolver(() => ControlState, { description: 'Whether it is examined; a retired one stays on file.' })
  state(@Root() control: Control): words.ControlState {
    return controlState(control)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who retired it; null while it is examined.' })
  retiredBy(@Root() control: Control, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, control.retiredBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who concluded on it; null until concluded.' })
  concludedBy(@Root() control: Control, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, control.concludedBy)
  }

  @Mutation(() => CreateControlPayload, { description: 'Adds a control to an engagement.' })
  createControl(@Arg('input', () => CreateControlInput) input: CreateControlInput, @Ctx() context: Context) {
    return context.runMutation(input, createControl)
  }
}

@Resolver(() => Engagement)
export class EngagementControlsResolver {
  @FieldResolver(() => ControlConnection, { description: 'The controls examined.' })
  async controls(
    @Root() engagement: Engagement,
    @Args(() => ControlsArgs) { filter, orderBy, ...args }: ControlsArgs,
    @Ctx() context: Context,
  ): Promise<Page<Control>> {
    checkArgument(filter)
    const tx = await context.tx()
    const { area, isKey, criterionCode, ref } = filter ?? {}
    const where = {
      area: area ?? undefined,
      isKey: isKey ?? undefined,
      ref: ref ?? undefined,
      id: criterionCode ? mappedTo(tx, criterionCode) : undefined,
    }
    return pageWithin(context, Control, ['engagementId', engagement.id], where, args, orderOf(orderBy, columns))
  }

  @FieldResolver(() => Coverage, {
    description: 'Criteria with no control, and controls with no criterion.',
    complexity: 600,
  })
  async coverage(@Root() engagement: Engagement, @Ctx() context: Context): Promise<Coverage> {
    return coverageOf(await context.tx(), engagement, context.loaders)
  }
}

@Resolver(() => EngagementCriterion)
export class CriterionControlsResolver {
  @FieldResolver(() => ControlConnection, {
    description:
      'The controls mapped to it in this engagement that are examined, by reference: a retired one serves it no more.',
  })
  async controls(
    @Root() scoped: EngagementCriterion,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Control>> {
    const { loaders } = context
    const order = { id: 'asc' } as const
    const mapped = await loaders.children(ControlCriterion, 'engagementId', scoped.engagementId, order)
    const here = mapped.filter(({ criterionCode }) => criterionCode === scoped.criterion.code)
    const controls = await Promise.all(here.map(({ controlId }) => loaders.byId(Control, controlId)))
    const found = controls
      .filter((control) => control !== null)
      .filter(({ retiredAt }) => retiredAt === null)
      .sort((a, b) => (a.ref < b.ref ? -1 : 1))
    return pageOfList(found, args, (page) => [...page])
  }
}

/** The criteria of each of these controls, in the order of the catalogue. */
async function criteriaMappedTo(ids: readonly string[], tx: Tx): Promise<Criterion[][]> {
  const mapped = await tx.find(ControlCriterion, { controlId: [...ids] })
  const criteria = await criteriaByCode(tx)
  const ofControls = new Map<string, Criterion[]>(ids.map((id) => [id, []]))
  for (const { controlId, criterionCode } of mapped) {
    const criterion = criteria.get(criterionCode)
    if (criterion) ofControls.get(controlId)?.push(criterion)
  }
  return ids.map((id) => (ofControls.get(id) ?? []).sort((one, other) => one.position - other.position))
}

/** A condition on a control's id. */
const mappedTo = (tx: Tx, criterion: string) =>
  new ColumnCondition(
    (id, bind) => `exists (select 1 from control_criterion c
      where c.firm_id = ${bind(tx.firmId)} and c.control_id = ${id} and c.criterion_code = any(${bind([criterion])}))`,
  )
