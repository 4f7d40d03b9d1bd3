import { Arg, Args, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type { Tx } from '../../kernel/store/work.js'
import { Control } from '../control/control.js'
import { FurtherCriterion } from '../criteria-set/further-criterion.js'
import { Member } from '../firm/member.js'
import {
  MapControlToFrameworkInput,
  RecordUncoveredCriteriaInput,
  RetractUncoveredCriterionInput,
} from './framework.inputs.js'
import { Framework } from './framework.js'
import { FrameworkMapping } from './framework-mapping.js'
import { frameworksStanding } from './frameworks.js'
import { mapControlToFramework, recordUncoveredCriteria, retractUncoveredCriterion } from './mapping.actions.js'
import { UncoveredCriterion } from './uncovered-criterion.js'

@ObjectType({ description: 'A criterion of a further framework that a control is mapped to.' })
export class MappedCriterion {
  @Field(() => Framework, { description: 'The framework of the engagement.' })
  framework: Framework

  @Field(() => FurtherCriterion, { description: 'The criterion that the control helps to meet.' })
  criterion: FurtherCriterion
}

const MappedCriterionConnection = connectionOf(MappedCriterion, 'MappedCriterion')
const MapControlToFrameworkPayload = payloadOf('MapControlToFrameworkPayload', {
  control: [() => Control, 'The control with its criteria.'],
})
const RecordUncoveredCriteriaPayload = payloadOf('RecordUncoveredCriteriaPayload', {
  framework: [() => Framework, 'The framework as it is now.'],
})
const RetractUncoveredCriterionPayload = payloadOf('RetractUncoveredCriterionPayload', {
  framework: [() => Framework, 'The framework as it is now.'],
})

@Resolver(() => Control)
export class ControlFurtherCriteriaResolver {
  @FieldResolver(() => MappedCriterionConnection, {
    description: 'The criteria of further frameworks that it helps to meet, framework by framework, by code.',
  })
  async furtherCriteria(
    @Root() { id, engagementId }: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context,
  ): Promise<Page<MappedCriterion>> {
    const [frameworks, mappings] = await Promise.all([
      frameworksStanding(loaders, engagementId),
      loaders.children(FrameworkMapping, 'controlId', id, { id: 'asc' }),
    ])
    const entries = frameworks.flatMap((framework) =>
      mappings
        .filter(({ frameworkId }) => frameworkId === framework.id)
        .toSorted((one, other) => (one.criterionCode < other.criterionCode ? -1 : 1))
        .map(({ criterionCode }) => ({ framework, criterionCode })),
    )
    return pageOfList(entries, args, (page) =>
      Promise.all(
        page.map(async ({ framework, criterionCode }) => {
          const key = `${framework.criteriaSetId} ${criterionCode}`
          return { framework, criterion: await loaders.of('criterion of set', criteriaOfSets).load(key) }
        }),
      ),
    )
  }

  @Mutation(() => MapControlToFrameworkPayload, {
    description:
      'Says which criteria of a framework a control helps to meet: these and no others of it. Where the opinion covers the framework and the testing of the control has begun, only the engagement partner does, with a reason, and the change is kept.',
  })
  mapControlToFramework(
    @Arg('input', () => MapControlToFrameworkInput) input: MapControlToFrameworkInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, mapControlToFramework)
  }
}

/** Criteria by the id of their set and their code, with a space between. */
async function criteriaOfSets(keys: readonly string[], tx: Tx): Promise<FurtherCriterion[]> {
  const parts = keys.map((key) => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)] as const)
  const criteriaSetId = [...new Set(parts.map(([id]) => id))]
  const found = await tx.find(FurtherCriterion, { criteriaSetId, code: [...new Set(parts.map(([, code]) => code))] })
  const byKey = new Map(found.map((one) => [`${one.criteriaSetId} ${one.code}`, one]))
  return keys.map((key) => byKey.get(key) as FurtherCriterion)
}

@Resolver(() => UncoveredCriterion)
export class UncoveredCriterionResolver {
  @FieldResolver(() => Framework, { description: 'The framework that the criterion belongs to.' })
  framework(@Root() { frameworkId }: UncoveredCriterion, @Ctx() { loaders }: Context): Promise<Framework | null> {
    return loaders.byId(Framework, frameworkId)
  }

  @FieldResolver(() => Member, { description: 'Who recorded the reason.' })
  recordedBy(@Root() { createdBy }: UncoveredCriterion, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, createdBy)
  }

  @Mutation(() => RecordUncoveredCriteriaPayload, {
    description:
      'Records why no control serves criteria of a framework. Where the opinion covers it, that is a change of scope once fieldwork began: only the engagement partner does, with a reason.',
  })
  recordUncoveredCriteria(
    @Arg('input', () => RecordUncoveredCriteriaInput) input: RecordUncoveredCriteriaInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordUncoveredCriteria)
  }

  @Mutation(() => RetractUncoveredCriterionPayload, {
    description: 'Takes back why no control serves a criterion, so that a control can be mapped to it.',
  })
  retractUncoveredCriterion(
    @Arg('input', () => RetractUncoveredCriterionInput) input: RetractUncoveredCriterionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retractUncoveredCriterion)
  }
}
