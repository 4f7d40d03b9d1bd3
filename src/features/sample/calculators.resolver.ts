import { Arg, Field, Float, Int, ObjectType, Query, Resolver } from 'type-graphql'
import { sampleSize } from '../../rules/sampling.js'
import { upperDeviationLimit } from '../../rules/upper-limit.js'

/** The worst figures keep the service from everything else for a fifth of a second: a query asks for a few at most. */
const computingCost = 10_000

/** Every size is gone through at a few multiplications each: a screen asks for ten at once. */
const goingThroughCost = 4_500

@ObjectType({ description: 'A size computed from rates.' })
export class SampleSize {
  @Field(() => Int, { description: 'The smallest sample that would support reliance.' })
  size: number

  @Field(() => Int, { description: 'The plan holds as long as no more deviations than this are found.' })
  expectedDeviationCount: number

  @Field(() => Boolean, { description: 'The formula asked for more items than the population has: all are tested.' })
  clampedToPopulation: boolean
}

/** The profession’s arithmetic, for every member: nothing of any engagement goes in or comes out. */
@Resolver()
export class CalculatorsResolver {
  @Query(() => SampleSize, {
    description:
      'The smallest n with P(X ≤ k | n, tolerable rate) ≤ 1 − confidence, where k is n × expected rate, rounded up. Exact binomial.',
    complexity: goingThroughCost,
  })
  sampleSize(
    @Arg('confidence', () => Float, { description: 'A decimal between 0 and 1, such as 0.95.' }) confidence: number,
    @Arg('tolerableRate', () => Float, { description: 'A decimal such as 0.05.' }) tolerableRate: number,
    @Arg('expectedRate', () => Float, { description: 'A decimal below the tolerable rate, often 0.' })
    expectedRate: number,
    @Arg('populationSize', () => Int, { nullable: true, description: 'When given, the size is at most this.' })
    populationSize: number | null,
  ): SampleSize {
    return sampleSize({ confidence, tolerableRate, expectedRate, populationSize })
  }

  @Query(() => Float, {
    description:
      'The one-sided upper deviation limit (Clopper-Pearson), rounded up to 0.1 %: the true rate exceeds it with a risk of at most 1 − confidence.',
    complexity: computingCost,
  })
  upperDeviationLimit(
    @Arg('confidence', () => Float, { description: 'A decimal between 0 and 1, such as 0.95.' }) confidence: number,
    @Arg('sampleSize', () => Int, { description: 'How many items were tested.' }) sampleSize: number,
    @Arg('deviationCount', () => Int, { description: 'How many of them deviate.' }) deviationCount: number,
  ): number {
    return upperDeviationLimit({ confidence, sampleSize, deviationCount })
  }
}
