import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { countOccurrences, occurrenceSentence } from '../../rules/occurrences.js'
import { Control } from '../control/control.js'
import { Member } from '../firm/member.js'
import { Population } from '../population/population.js'
import { ExpectedOccurrence, LABELS_MAX, OccurrenceSummary } from './expected-occurrence.js'
import { decideOccurrenceExplanation, explainOccurrence } from './occurrence.actions.js'
import { DecideOccurrenceExplanationInput, ExplainOccurrenceInput } from './occurrence.inputs.js'
import { OccurrenceExplanation } from './occurrence-explanation.js'
import { keyOfItem, occurrencesOf } from './occurrences.js'

const ExpectedOccurrenceConnection = connectionOf(ExpectedOccurrence, 'ExpectedOccurrence')
const OccurrenceExplanationConnection = connectionOf(OccurrenceExplanation, 'OccurrenceExplanation')
const explains = (name: string) =>
  payloadOf(name, {
    explanation: [() => OccurrenceExplanation, 'The explanation as the act left it.'],
    control: [() => Control, 'The control with its occurrences.'],
  })
const ExplainOccurrencePayload = explains('ExplainOccurrencePayload')
const DecideOccurrenceExplanationPayload = explains('DecideOccurrenceExplanationPayload')

@Resolver(() => Control)
export class ControlOccurrencesResolver {
  @FieldResolver(() => ExpectedOccurrenceConnection, {
    description:
      'The occurrences that the period asks of it, in order, and what its frozen populations hold of them. None of a control that follows no calendar, of an automated one, which its configuration shows, and as of a date.',
  })
  async expectedOccurrences(
    @Root() control: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<ExpectedOccurrence>> {
    const { occurrences } = await occurrencesOf(context.loaders, control)
    return pageOfList(occurrences, args, (page) => page.map((one) => Object.assign(new ExpectedOccurrence(), one)))
  }

  @FieldResolver(() => OccurrenceSummary, {
    description: 'The same in figures: how many occurrences were expected, and which are missing.',
    complexity: 20,
  })
  async occurrenceSummary(@Root() control: Control, @Ctx() context: Context): Promise<OccurrenceSummary> {
    const { occurrences, extraCount } = await occurrencesOf(context.loaders, control)
    const missing = occurrences.filter(({ state }) => state === 'MISSING').map(({ label }) => label)
    return {
      ...countOccurrences(occurrences),
      extra: extraCount,
      missingLabels: missing.slice(0, LABELS_MAX),
      sentence: occurrenceSentence(occurrences),
    }
  }

  @FieldResolver(() => OccurrenceExplanationConnection, {
    description: 'Why missing occurrences of it are no deviations, as was proposed and decided; oldest first.',
  })
  occurrenceExplanations(
    @Root() { id }: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<OccurrenceExplanation>> {
    return pageWithin(context, OccurrenceExplanation, ['controlId', id], {}, args, { by: 'id', direction: 'asc' })
  }

  @FieldResolver(
    () => [NamedPaper],
    atMost(PAPERS_MAX, 'The evidence of its last occurrence before the period; none where that is not known.'),
  )
  lastOccurrenceRestsOn(@Root() control: Control, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, control.lastOccurrenceRestsOnIds)
  }

  @Mutation(() => ExplainOccurrencePayload, {
    description: 'Proposes why a missing occurrence is no deviation. It stays missing until another person agrees.',
  })
  explainOccurrence(
    @Arg('input', () => ExplainOccurrenceInput) input: ExplainOccurrenceInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, explainOccurrence)
  }

  @Mutation(() => DecideOccurrenceExplanationPayload, {
    description:
      'Agrees that a missing occurrence is no deviation, or does not: then it is one. By a manager or the partner who did not propose it.',
  })
  decideOccurrenceExplanation(
    @Arg('input', () => DecideOccurrenceExplanationInput) input: DecideOccurrenceExplanationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, decideOccurrenceExplanation)
  }
}

@Resolver(() => ExpectedOccurrence)
export class ExpectedOccurrenceResolver {
  @FieldResolver(() => Population, {
    nullable: true,
    description: 'The frozen population that lists it; null where none does.',
  })
  foundIn(@Root() { populationId }: ExpectedOccurrence, @Ctx() context: Context): Promise<Population | null> {
    return context.loaders.byId(Population, populationId)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The key of the item in that list which is it; null where it was not found.',
  })
  async itemKey(
    @Root() { populationId, ordinal }: ExpectedOccurrence,
    @Ctx() { loaders }: Context,
  ): Promise<string | null> {
    return populationId === null || ordinal === null ? null : keyOfItem(loaders, { populationId, ordinal })
  }

  @FieldResolver(() => OccurrenceExplanation, {
    nullable: true,
    description: 'The explanation of it that was proposed last; null where there is none.',
  })
  async explanation(
    @Root() { controlId, label }: ExpectedOccurrence,
    @Ctx() { loaders }: Context,
  ): Promise<OccurrenceExplanation | null> {
    const all = await loaders.children(OccurrenceExplanation, 'controlId', controlId, { id: 'asc' })
    return all.findLast((one) => one.label === label) ?? null
  }
}

@Resolver(() => OccurrenceExplanation)
export class OccurrenceExplanationResolver {
  @FieldResolver(() => Control, { description: 'The control whose occurrence is missing.' })
  control(@Root() { controlId }: OccurrenceExplanation, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, controlId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() { restsOnIds }: OccurrenceExplanation, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The member of the team who proposed it.' })
  proposedBy(@Root() { proposedBy }: OccurrenceExplanation, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, proposedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who decided on it; null while it is proposed.' })
  decidedBy(@Root() { decidedBy }: OccurrenceExplanation, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, decidedBy)
  }
}
