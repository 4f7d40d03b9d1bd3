import { v7 as newId } from 'uuid'
import type { AsOwner } from '../../kernel/store/maintenance.js'

/** How long the items of an import stay after another took its place: as long as the reason may be asked for. */
export const supersededDays = 30

/** How long items stay that an import staged which was cancelled, refused or broken off: nothing ever rested on them. */
const stagedDays = 1

/** So many items are removed in one transaction. */
const portion = 5_000

/**
 * Removes the items of imports that another import of the same population took the place of, those that never became a
 * population's, and those of lists that were disposed of. The trail keeps from which evidence they were imported, and how many they were. While a legal hold is in force on their
 * engagement they stay.
 * @param asOwner the service's role has no grant to remove an item of any import
 * @returns how many were removed
 */
export async function removeSupersededItems(asOwner: AsOwner, firmId: string): Promise<number> {
  // An import's id holds when it was made: those of later imports are greater.
  const before = (days: number) => newId({ msecs: Date.now() - days * 86_400_000 })
  const [since, stagedBefore] = [before(supersededDays), before(stagedDays)]
  let removed = 0
  for await (const importId of imports(asOwner, firmId)) {
    for (let more = true; more; ) {
      const { rowCount } = await asOwner(firmId, removal, [firmId, importId, since, portion, stagedBefore])
      removed += rowCount ?? 0
      more = (rowCount ?? 0) > 0
    }
  }
  return removed
}

/** The present import of the population is another one, and was made long ago; its list was disposed of; or no import made these its items. No legal hold is in force. */
const removal = `
  delete from fieldwork.population_item i where i.firm_id = $1 and i.import_id = $2
    and i.ordinal < (select min(ordinal) + $4::int from fieldwork.population_item where firm_id = $1 and import_id = $2)
    and (exists (select 1 from fieldwork.population p
        where p.firm_id = $1 and p.id = i.population_id and $2 < p.import_id and p.import_id < $3)
      or exists (select 1 from fieldwork.population p
        where p.firm_id = $1 and p.id = i.population_id and p.items_disposed_at is not null)
      or ($2::uuid < $5
        and not exists (select 1 from fieldwork.population p
          where p.firm_id = $1 and p.id = i.population_id and p.import_id = $2)
        and not exists (select 1 from fieldwork.population_import m
          where m.firm_id = $1 and m.population_id = i.population_id and (m.items_id = $2 or m.state = 'UNDER_WAY'))))
    and not exists (select 1 from fieldwork.legal_hold h
      where h.firm_id = $1 and h.engagement_id = i.engagement_id and h.released_at is null)`

/** Every import of which there are items, found by a step of the index for each, whatever their number. */
async function* imports(asOwner: AsOwner, firmId: string): AsyncGenerator<string> {
  const next = `select import_id as id from fieldwork.population_item
    where firm_id = $1 and import_id > $2 order by import_id limit 1`
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await asOwner<{ id: string }>(firmId, next, [firmId, last])
    if (!rows[0]) return
    last = rows[0].id
    yield last
  }
}
