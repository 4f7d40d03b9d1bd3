import { ArrayMaxSize, IsOptional } from 'class-validator'
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, PageArgs, page, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Key } from '../../kernel/schema/text.js'
import { sharing } from '../../kernel/store/condition.js'
import { isUuid, soughtId } from '../../kernel/store/work.js'
import type * as words from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { ProcedureMethod, ProcedureState } from '../enums.js'
import { Member } from '../firm/member.js'
import { Attribute } from './attribute.js'
import { planProcedure, startProcedure, updateProcedure } from './procedure.actions.js'
import { limits, PlanProcedureInput, StartProcedureInput, UpdateProcedureInput } from './procedure.inputs.js'
import { Procedure } from './procedure.js'

const ProcedureConnection = connectionOf(Procedure, 'Procedure')
const PlanProcedurePayload = payloadOf('PlanProcedurePayload', {
  procedure: [() => Procedure, 'The procedure as it was planned.'],
})
const UpdateProcedurePayload = payloadOf('UpdateProcedurePayload', {
  procedure: [() => Procedure, 'The procedure with its changed plan.'],
})
const StartProcedurePayload = payloadOf('StartProcedurePayload', {
  procedure: [() => Procedure, 'The procedure, in progress.'],
})

@InputType({ description: 'Which procedures; every condition given must hold.' })
export class ProcedureFilter {
  @Field(() => ProcedureState, { nullable: true, description: 'Those that are in this state.' })
  state?: words.ProcedureState | null

  @Field(() => [ProcedureMethod], { nullable: true, description: 'Those tested by any of these methods.' })
  @IsOptional()
  @ArrayMaxSize(limits.methods)
  methods?: words.ProcedureMethod[] | null

  @Field(() => ID, { nullable: true, description: 'Those assigned to this member.' })
  assigneeId?: string | null

  @Key({ max: limits.ref, description: 'The one with exactly this reference.', nullable: true })
  ref?: string | null
}

@ArgsType()
export class ProcedureArgs extends PageArgs {
  @Field(() => ProcedureFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: ProcedureFilter | null
}

@Resolver(() => Procedure)
export class ProcedureResolver {
  @Query(() => Procedure, {
    nullable: true,
    description: 'The procedure with this id; null when there is none for you.',
  })
  async procedure(
    @Arg('id', () => ID, { description: 'The id of the procedure that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Procedure | null> {
    return isUuid(id) ? (await context.tx()).one(Procedure, { id }) : null
  }

  @Query(() => ProcedureConnection, {
    description:
      'Procedures of the engagements you are on; by `assigneeId`, the work of one person. First planned first.',
  })
  procedures(@Args(() => ProcedureArgs) args: ProcedureArgs, @Ctx() context: Context): Promise<Page<Procedure>> {
    return listed(context, args)
  }

  @FieldResolver(() => Control, { description: 'The control it tests.' })
  control(@Root() procedure: Procedure, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, procedure.controlId)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member who performs the procedure.' })
  assignee(@Root() procedure: Procedure, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, procedure.assigneeId)
  }

  @FieldResolver(() => [Attribute], atMost(limits.attributes, 'What each sampled item is checked for, by letter.'))
  attributes(@Root() procedure: Procedure, @Ctx() context: Context): Promise<Attribute[]> {
    return context.loaders.children(Attribute, 'procedureId', procedure.id, { letter: 'asc' })
  }

  @Mutation(() => PlanProcedurePayload, { description: 'Plans a test of a control.' })
  planProcedure(@Arg('input', () => PlanProcedureInput) input: PlanProcedureInput, @Ctx() context: Context) {
    return context.runMutation(input, planProcedure)
  }

  @Mutation(() => UpdateProcedurePayload, { description: 'Changes the plan of a procedure that is not signed.' })
  updateProcedure(@Arg('input', () => UpdateProcedureInput) input: UpdateProcedureInput, @Ctx() context: Context) {
    return context.runMutation(input, updateProcedure)
  }

  @Mutation(() => StartProcedurePayload, { description: 'Begins to perform a procedure.' })
  startProcedure(@Arg('input', () => StartProcedureInput) input: StartProcedureInput, @Ctx() context: Context) {
    return context.runMutation(input, startProcedure)
  }
}

/** Procedures as the parts of what they belong to. */
@Resolver(() => Control)
export class ControlProcedures {
  @FieldResolver(() => [Procedure], atMost(Procedure.bounds.controlId, 'The tests of this control, by reference.'))
  procedures(@Root() control: Control, @Ctx() context: Context): Promise<Procedure[]> {
    return context.loaders.children(Procedure, 'controlId', control.id, { ref: 'asc' })
  }
}

@Resolver(() => Engagement)
export class EngagementProcedures {
  @FieldResolver(() => ProcedureConnection, { description: 'The procedures of the engagement, by reference.' })
  procedures(
    @Root() { id }: Engagement,
    @Args(() => ProcedureArgs) args: ProcedureArgs,
    @Ctx() context: Context,
  ): Promise<Page<Procedure>> {
    return listed(context, args, id)
  }
}

/** A reference is unique in its engagement alone: across engagements, the first planned comes first. */
async function listed(
  context: Context,
  { filter, ...args }: ProcedureArgs,
  engagementId?: string,
): Promise<Page<Procedure>> {
  checkArgument(filter)
  const { methods, ...others } = filter ?? {}
  const given = Object.entries(others).filter(([, value]) => value !== null && value !== undefined)
  const where = {
    ...Object.fromEntries(given),
    assigneeId: soughtId(filter?.assigneeId),
    methods: methods ? sharing(methods) : undefined,
  }
  if (!engagementId) return page(await context.tx(), Procedure, where, args, { by: 'id', direction: 'asc' })
  return pageWithin(context, Procedure, ['engagementId', engagementId], where, args, { by: 'ref', direction: 'asc' })
}
