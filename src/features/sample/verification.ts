import { Field, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { beginVerification, NAMED_MAX, type SampleVerification as Verified } from '../../rules/redraw.js'
import { Refusal } from '../../rules/refusal.js'
import { usesSeed } from '../../rules/selection.js'
import { everyItem, forDigest } from '../population/items.js'
import { Population } from '../population/population.js'
import type { StoredItem } from '../population/population-item.queries.js'
import { parametersOf, type Sample } from './sample.js'
import { drawnKeys } from './sample.queries.js'

@ObjectType({ description: 'A sample drawn again from its record, and compared.' })
export class SampleVerification implements Verified {
  @Field(() => Boolean, {
    description:
      'The record holds: the population is the one that was frozen, the seed is its own, the items are those the draw gives.',
  })
  matches: boolean

  @Field(() => Boolean, { description: 'The items of the population still have the digest recorded with the sample.' })
  populationMatches: boolean

  @Field(() => Boolean, {
    description:
      'The seed recorded with the sample is the one that was settled for the population; true where there is none.',
  })
  seedMatches: boolean

  @Field(() => Int, { description: 'How many items the population has now.' })
  itemCount: number

  @Field(() => String, { description: 'The digest of the population’s items, computed now.' })
  digest: string

  @Field(() => Boolean, { description: 'False where the auditor picked: a choice cannot be drawn again.' })
  redrawn: boolean

  @Field(() => [String], atMost(NAMED_MAX, 'Items that the draw gives and the sample lacks: the first ones.'))
  missing: readonly string[]

  @Field(() => [String], atMost(NAMED_MAX, 'Items in the sample that the draw does not give: the first ones.'))
  unexpected: readonly string[]

  @Field(() => Boolean, { description: 'The same items, in another order than they were drawn.' })
  orderDiffers: boolean
}

/** Draws the sample again by the rule, in JavaScript, while every item of the population passes by once. */
export async function verificationOf(tx: Tx, sample: Sample): Promise<SampleVerification> {
  const population = await tx.load(Population, sample.populationId)
  if (population.itemsDisposedAt) {
    const message = 'The list was disposed of when the firm’s retention had ended: its sample cannot be drawn again.'
    throw new Refusal('INVALID_INPUT', message, ['sampleId'])
  }
  const keys = (await drawnKeys(scopeOf(tx, sample), [sample])).get(sample.id) ?? []
  const verification = beginVerificationOf(sample, population, keys)
  for await (const batch of everyItem(tx, population)) for (const item of batch) verification.offer(item)
  return verification.found()
}

/** A sample to be drawn again while the items of its population pass by: `offer` each, then read `found()`. */
export interface Redraw {
  offer(item: StoredItem): void
  found(): SampleVerification
}

/** @throws Refusal, or an error of what it parses, for a record that no draw can have made */
export function beginVerificationOf(sample: Sample, population: Population, keys: readonly string[]): Redraw {
  const { draws, stratumColumn } = parametersOf(sample)
  const { method, seed, populationSize, populationDigest } = sample
  const settled = usesSeed(method) ? population.seed : null
  const plan = { method, seed: settled ?? '', draws, populationSize }
  const stratumAt = stratumColumn === null ? -1 : (population.columns?.indexOf(stratumColumn) ?? -1)
  const verification = beginVerification({ plan, populationDigest, keys })
  return {
    offer(item) {
      // Property by property: to spread one object into another costs as much as to hash its line, a million times.
      const { key, date, values } = forDigest(item)
      verification.offer({ key, date, values, stratum: stratumAt < 0 ? null : (values[stratumAt] ?? null) })
    },
    found: () => {
      const found = verification.found()
      const seedMatches = seed === settled
      return { ...found, seedMatches, matches: found.matches && seedMatches }
    },
  }
}
