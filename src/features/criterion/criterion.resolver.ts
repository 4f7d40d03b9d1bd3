import { Arg, Ctx, Field, FieldResolver, InputType, ObjectType, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { checkArgument } from '../../kernel/schema/input.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { Category } from '../enums.js'
import { CRITERIA_MAX, catalogue } from './catalogue.js'
import { Criterion } from './criterion.js'
import { CriterionExclusion } from './criterion-exclusion.js'
import { criteriaInScope } from './scope.js'

@InputType({ description: 'Conditions that criteria must meet, every one given.' })
export class CriterionFilter {
  @Field(() => [Category], { nullable: true, description: 'Those of any of these categories.' })
  categories?: words.Category[] | null

  @Field(() => [String], { nullable: true, description: 'Those of any of these series, e.g. `Risk assessment`.' })
  series?: string[] | null
}

@ObjectType({ description: 'A criterion within the scope of an engagement.' })
export class EngagementCriterion {
  engagementId: string

  @Field(() => Criterion, { description: 'The criterion, as the catalogue has it.' })
  criterion: Criterion

  @Field(() => CriterionExclusion, {
    nullable: true,
    description: 'Why it does not apply to the system; null where it applies.',
  })
  exclusion: CriterionExclusion | null
}

@Resolver(() => Criterion)
export class CriterionResolver {
  @Query(() => [Criterion], atMost(CRITERIA_MAX, 'The catalogue of trust services criteria, in its order.'))
  async criteria(
    @Arg('filter', () => CriterionFilter, {
      nullable: true,
      description: 'Only those that meet these conditions; all when not given.',
    })
    filter: CriterionFilter | null,
    @Ctx() context: Context,
  ): Promise<Criterion[]> {
    checkArgument(filter)
    const { categories, series } = filter ?? {}
    return (await catalogue(await context.tx())).filter(
      (criterion) => (categories?.includes(criterion.category) ?? true) && (series?.includes(criterion.series) ?? true),
    )
  }
}

@Resolver(() => EngagementCriterion)
export class EngagementCriterionResolver {
  @FieldResolver(() => Boolean, { description: 'Whether it applies to the system.' })
  applicable(@Root() scoped: EngagementCriterion): boolean {
    return scoped.exclusion === null
  }
}

@Resolver(() => Engagement)
export class EngagementCriteriaResolver {
  @FieldResolver(
    () => [EngagementCriterion],
    atMost(
      CRITERIA_MAX,
      'The criteria in scope: the common criteria and those of the categories, in the order of the catalogue, each applicable or not.',
    ),
  )
  async criteria(@Root() engagement: Engagement, @Ctx() context: Context): Promise<EngagementCriterion[]> {
    return criteriaInScope(await context.tx(), engagement, context.loaders)
  }
}
