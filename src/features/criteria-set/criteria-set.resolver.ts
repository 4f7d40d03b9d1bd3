import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, InputType, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, PageArgs, page, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Key, Line } from '../../kernel/schema/text.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { loadCriteriaSet, retireCriteriaSet } from './criteria-set.actions.js'
import { LoadCriteriaSetInput, limits, RetireCriteriaSetInput } from './criteria-set.inputs.js'
import { CriteriaSet } from './criteria-set.js'
import { FurtherCriterion } from './further-criterion.js'

const CriteriaSetConnection = connectionOf(CriteriaSet, 'CriteriaSet')
const FurtherCriterionConnection = connectionOf(FurtherCriterion, 'FurtherCriterion')
const LoadCriteriaSetPayload = payloadOf('LoadCriteriaSetPayload', {
  criteriaSet: [() => CriteriaSet, 'The set as it was loaded.'],
})
const RetireCriteriaSetPayload = payloadOf('RetireCriteriaSetPayload', {
  criteriaSet: [() => CriteriaSet, 'The set, which no other engagement takes.'],
})

@InputType({ description: 'Conditions that criteria of a set must meet, every one given.' })
class FurtherCriterionFilter {
  @Line({ max: limits.section, nullable: true, description: 'Those of this section.' })
  section?: string | null

  @Key({ max: limits.code, nullable: true, description: 'The one of this code.' })
  code?: string | null
}

@ArgsType()
class FurtherCriteriaArgs extends PageArgs {
  @Field(() => FurtherCriterionFilter, {
    nullable: true,
    description: 'Only those that meet these conditions; all when not given.',
  })
  filter?: FurtherCriterionFilter | null
}

@Resolver(() => CriteriaSet)
export class CriteriaSetResolver {
  @FieldResolver(() => FurtherCriterionConnection, { description: 'Its criteria, in their order.' })
  criteria(
    @Root() { id }: CriteriaSet,
    @Args(() => FurtherCriteriaArgs) { filter, ...args }: FurtherCriteriaArgs,
    @Ctx() context: Context,
  ): Promise<Page<FurtherCriterion>> {
    checkArgument(filter)
    const where = { section: filter?.section ?? undefined, code: filter?.code ?? undefined }
    const order = { by: 'position', direction: 'asc' } as const
    return pageWithin(context, FurtherCriterion, ['criteriaSetId', id], where, args, order)
  }

  @FieldResolver(() => CriteriaSet, {
    nullable: true,
    description: 'The set of which this is a newer edition; null where there is none.',
  })
  supersedes(@Root() { supersedesId }: CriteriaSet, @Ctx() { loaders }: Context): Promise<CriteriaSet | null> {
    return loaders.byId(CriteriaSet, supersedesId)
  }

  @FieldResolver(() => CriteriaSet, {
    nullable: true,
    description: 'The newer edition that the firm loaded; null where there is none.',
  })
  supersededBy(@Root() { id }: CriteriaSet, @Ctx() { loaders }: Context): Promise<CriteriaSet | null> {
    return loaders.child(CriteriaSet, 'supersedesId', id)
  }

  @FieldResolver(() => Member, { description: 'Who loaded the set.' })
  loadedBy(@Root() { createdBy }: CriteriaSet, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who retired it; null while it is not.' })
  retiredBy(@Root() { retiredBy }: CriteriaSet, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, retiredBy)
  }

  @Mutation(() => LoadCriteriaSetPayload, {
    description:
      'Loads a set of criteria, all of it or nothing; it never changes from then on. What the firm has no right to use is not loaded.',
  })
  loadCriteriaSet(@Arg('input', () => LoadCriteriaSetInput) input: LoadCriteriaSetInput, @Ctx() context: Context) {
    return context.runMutation(input, loadCriteriaSet)
  }

  @Mutation(() => RetireCriteriaSetPayload, {
    description: 'Retires a set of criteria: engagements that use it keep it, no other takes it.',
  })
  retireCriteriaSet(
    @Arg('input', () => RetireCriteriaSetInput) input: RetireCriteriaSetInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retireCriteriaSet)
  }
}

@Resolver(() => FurtherCriterion)
export class FurtherCriterionResolver {
  @FieldResolver(() => CriteriaSet, { description: 'The set that it belongs to.' })
  criteriaSet(@Root() { criteriaSetId }: FurtherCriterion, @Ctx() { loaders }: Context): Promise<CriteriaSet | null> {
    return loaders.byId(CriteriaSet, criteriaSetId)
  }
}

/** The sets as a part of the firm. */
@Resolver(() => Firm)
export class FirmCriteriaSetsResolver {
  @FieldResolver(() => CriteriaSetConnection, { description: 'The criteria sets that it loaded, oldest first.' })
  async criteriaSets(
    @Root() _firm: Firm,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<CriteriaSet>> {
    return page(await context.tx(), CriteriaSet, {}, args, { by: 'id', direction: 'asc' })
  }
}
