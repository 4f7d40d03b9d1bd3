import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { Loaders } from '../../kernel/store/loaders.js'
import { evaluate } from '../../rules/evaluation.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { controlSupportsReliance } from '../../rules/verdict.js'
import type { Control } from '../control/control.js'
import {
  type AttributeCounts,
  type AttributeSlice,
  attributeCounts,
  attributeSlices,
} from './attribute-counts.queries.js'
import { parametersOf, type Sample } from './sample.js'

/** What is counted of an attribute, of whatever was drawn. */
@ObjectType()
abstract class AttributeFigures {
  @Field(() => Int, {
    description:
      'Items tested for it, each once however many procedures test it; those to which it does not apply are not among them.',
  })
  testedCount: number

  @Field(() => Int, { description: 'Items drawn that still lack a result for it, or wait for evidence or approval.' })
  outstandingCount: number

  @Field(() => Int, { description: 'Items that deviate in it, evidence missing included.' })
  deviationCount: number

  @Field(() => Int, {
    description: 'Items that looked like deviations in it, and of which it was agreed that the control operated.',
  })
  explainedCount: number

  @Field(() => Int, { description: 'Items to which it does not apply, with approval: they lower the number tested.' })
  notApplicableCount: number

  @Field(() => Float, { nullable: true, description: 'Deviations per item tested; null when none is tested.' })
  observedRate: number | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'The verdict of the basis for this attribute alone. Null where it gives none, and while results are outstanding.',
  })
  supportsReliance: boolean | null
}

@ObjectType({
  description:
    'What the results of a sample mean for one attribute: an item that deviates in another one is no deviation here.',
})
export class AttributeEvaluation extends AttributeFigures {
  @Field(() => String, { description: 'The letter of the attribute.' })
  letter: string

  @Field(() => Float, {
    nullable: true,
    description: 'The one-sided upper deviation limit, rounded up to 0.1 %. Null where the sample offers none.',
  })
  upperDeviationLimit: number | null

  attributeId: string
}

@ObjectType({
  description: 'What was found of one attribute in all samples of a control: attributes of the same text are one.',
})
export class ControlAttributeEvaluation extends AttributeFigures {
  @Field(() => String, { description: 'What must be true of an item.' })
  text: string
}

/** The evaluation of a sample for each attribute; those of all samples of one tick are counted as one set. */
export async function attributesOf(loaders: Loaders, sample: Sample): Promise<AttributeEvaluation[]> {
  const counted = await loaders.within('attribute counts', ({ id }: Sample) => id, attributeCounts).load(sample)
  return counted.map((counts) => evaluationFor(sample, counts))
}

function evaluationFor(sample: Sample, counts: AttributeCounts): AttributeEvaluation {
  const { attributeId, letter, tested, deviating, explained, notApplicable } = counts
  const outstandingCount = sample.itemCount - tested - notApplicable
  const { observedRate, upperDeviationLimit, supportsReliance } = evaluate({
    basis: sample.basis,
    method: sample.method,
    confidence: sample.confidenceBp / BASIS_POINTS,
    tolerableRate: sample.tolerableRateBp / BASIS_POINTS,
    acceptedCount: sample.acceptedDeviationCount,
    recommendedSize: sample.recommendedSize,
    applicableCount: sample.itemCount - sample.notApplicableCount,
    isExtended: parametersOf(sample).extensions.length > 0,
    populationSize: sample.populationSize - notApplicable,
    outstandingCount,
    testedCount: tested,
    deviationCount: deviating,
    explainedCount: explained,
  })
  const figures = { testedCount: tested, deviationCount: deviating, explainedCount: explained }
  const counted = { ...figures, outstandingCount, notApplicableCount: notApplicable }
  return { attributeId, letter, ...counted, observedRate, upperDeviationLimit, supportsReliance }
}

/** The same for a control, over all its samples: by text, those with the most deviations first. */
export async function attributesOfControl(loaders: Loaders, control: Control): Promise<ControlAttributeEvaluation[]> {
  const read = loaders.within('attributes of controls', ({ id }: Control) => id, attributeSlices)
  const byText = new Map<string, AttributeSlice[]>()
  for (const slice of await read.load(control)) byText.set(slice.text, [...(byText.get(slice.text) ?? []), slice])
  return [...byText]
    .map(([text, slices]) => evaluationOver(text, slices))
    .sort((a, b) => b.deviationCount - a.deviationCount || (a.text < b.text ? -1 : 1))
}

function evaluationOver(text: string, slices: readonly AttributeSlice[]): ControlAttributeEvaluation {
  const sum = (count: (slice: AttributeSlice) => number) => slices.reduce((total, slice) => total + count(slice), 0)
  const testedCount = sum(({ tested }) => tested)
  const deviationCount = sum(({ deviating }) => deviating)
  const outstandingCount = sum(({ outstanding }) => outstanding)
  const figures = slices.map(({ basis, method, acceptedCount, askedSize, tested, deviating, ...slice }) => ({
    basis,
    method,
    acceptedCount,
    askedSize,
    sizeReached: slice.drawnInForce >= slice.lineSize ? slice.lineSize : slice.applicable,
    confidence: slice.confidenceBp / BASIS_POINTS,
    tolerableRate: slice.tolerableRateBp / BASIS_POINTS,
    testedCount: tested,
    deviationCount: deviating,
    // Where it does not apply there is nothing to test: all others tested are all there are.
    allTested: slice.drawnInForce >= slice.lineSize,
  }))
  return {
    text,
    testedCount,
    outstandingCount,
    deviationCount,
    explainedCount: sum(({ explained }) => explained),
    notApplicableCount: sum(({ notApplicable }) => notApplicable),
    observedRate: testedCount === 0 ? null : deviationCount / testedCount,
    supportsReliance: outstandingCount === 0 ? controlSupportsReliance(figures) : null,
  }
}
