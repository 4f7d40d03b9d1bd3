import { v7 as newId } from 'uuid'
import { Loaders } from '../../kernel/store/loaders.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { excludedBy } from '../../rules/exclusions.js'
import { PopulationDigest } from '../../rules/population.js'
import { exclusionsInForce } from './exclusion.actions.js'
import { everyItem, forDigest } from './items.js'
import type { Population } from './population.js'
import { writeItems } from './population-item.queries.js'

/**
 * The items of a population that is frozen now, with their digest. Where exclusions take some out, those that remain are written
 * once more, under an import id of their own, and numbered anew: places are without a gap, and what is drawn, counted and
 * digested are these alone. What was excluded is in the file that was imported, and follows from the rules.
 * @throws Error where there are other items than were imported
 */
export async function fixItems(
  tx: WriteTx,
  population: Population,
): Promise<Pick<Population, 'importId' | 'itemCount' | 'excludedCount' | 'digest'>> {
  const rules = await exclusionsInForce(Loaders.over(tx), population.id)
  const isExcluded = excludedBy(rules, population.columns ?? [])
  const importId = rules.length > 0 ? newId() : (population.importId as string)
  const digest = new PopulationDigest()
  let seen = 0
  let written = Promise.resolve()
  for await (const batch of everyItem(tx, population)) {
    seen += batch.length
    const kept = rules.length > 0 ? batch.filter(({ cells }) => !isExcluded(cells)) : batch
    const before = digest.items
    for (const item of kept) digest.add(forDigest(item))
    if (rules.length === 0) continue
    await written
    const items = kept.map(({ itemKey, occurredOn, cells }, at) => ({
      ordinal: before + at + 1,
      key: itemKey,
      occurredOn,
      values: cells,
    }))
    written = writeItems(scopeOf(tx, population), population, importId, items)
    written.catch(() => undefined)
  }
  await written
  if (seen !== population.itemCount) {
    throw new Error(`population ${population.id} has ${seen} items where ${population.itemCount} were imported`)
  }
  return { importId, itemCount: digest.items, excludedCount: seen - digest.items, digest: digest.hex() }
}
