import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { Loaders } from '../../kernel/store/loaders.js'
import { evaluate } from '../../rules/evaluation.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { parametersOf, type Sample } from './sample.js'
import { countItems } from './sample.queries.js'

@ObjectType({ description: 'What the results of a sample mean: computed from what was recorded, never typed in.' })
export class Evaluation {
  @Field(() => Int, { description: 'Items tested; replaced ones do not count.' })
  testedCount: number

  @Field(() => Int, { description: 'Items drawn that still lack a result.' })
  outstandingCount: number

  @Field(() => Int, { description: 'How many items deviate, evidence missing included.' })
  deviationCount: number

  @Field(() => Int, {
    description:
      'Items that looked like deviations and are none, as a manager or the partner agreed: the control operated nevertheless, or an attribute does not apply.',
  })
  explainedCount: number

  @Field(() => Int, { description: 'Items to which nothing applies, with approval: they are not among those tested.' })
  notApplicableCount: number

  @Field(() => Float, { nullable: true, description: 'Deviations per item tested.' })
  observedRate: number | null

  @Field(() => Float, { description: 'The confidence it is evaluated at.' })
  confidence: number

  @Field(() => Float, { description: 'The highest rate at which the control could still be relied on.' })
  tolerableRate: number

  @Field(() => Int, { nullable: true, description: 'How many deviations the basis accepts; null where it names none.' })
  acceptedCount: number | null

  @Field(() => Float, {
    nullable: true,
    description:
      'The one-sided upper deviation limit (Clopper-Pearson), rounded up to 0.1 %. Null when not offered, and where every item was tested.',
  })
  upperDeviationLimit: number | null

  @Field(() => Boolean, {
    description: 'The limit decides nothing: the verdict is that of the table, or there is none.',
  })
  limitIsInformation: boolean

  @Field(() => Boolean, {
    description:
      'The sample was extended after results were seen: the limit is nominal, its confidence lower than stated.',
  })
  limitIsNominal: boolean

  @Field(() => Boolean, {
    nullable: true,
    description:
      'The verdict of the basis. STATISTICAL: the limit is within the tolerable rate. FREQUENCY_TABLE and AUTOMATED_ONE: no more deviations than accepted; null where fewer items were tested than the table asks for. JUDGMENT and picked items: null, unless every item was tested. Null until every item has its result.',
  })
  supportsReliance: boolean | null

  @Field(() => String, { nullable: true, description: 'Why there is no upper limit, or no verdict.' })
  notOfferedBecause: string | null

  /** What it is of, for what is evaluated further. */
  sample: Sample
}

/** Evaluates a sample; the counts of all samples asked for in one tick are read as one set. */
export async function evaluationOf(loaders: Loaders, sample: Sample): Promise<Evaluation> {
  const counts = await loaders.within('sample counts', ({ id }: Sample) => id, countItems).load(sample)
  const plan = { confidence: sample.confidenceBp / BASIS_POINTS, tolerableRate: sample.tolerableRateBp / BASIS_POINTS }
  const {
    tested: testedCount,
    outstanding: outstandingCount,
    deviating: deviationCount,
    explained: explainedCount,
    notApplicable: notApplicableCount,
  } = counts
  const { basis, method, populationSize, acceptedDeviationCount: acceptedCount } = sample
  const { extensions } = parametersOf(sample)
  const evaluation = evaluate({
    ...plan,
    basis,
    method,
    acceptedCount,
    recommendedSize: sample.recommendedSize,
    applicableCount: sample.itemCount - notApplicableCount,
    isExtended: extensions.length > 0,
    // Where nothing applies there is nothing to test: all others tested are all there are.
    populationSize: populationSize - notApplicableCount,
    outstandingCount,
    testedCount,
    deviationCount,
    explainedCount,
  })
  return { ...evaluation, outstandingCount, notApplicableCount, sample }
}
