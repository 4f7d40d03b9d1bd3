import { type Crew, type Lay, past } from './lay.js'
import type { World } from './world.js'

/**
 * The library of a firm: an entry in two versions, one that was restored, and one that is retired. The first control and the first
 * procedure of each engagement were taken from the first version of the first entry.
 */
export async function layLibrary(w: World, lay: Lay, firmId: string, crew: Crew): Promise<void> {
  const author = { created_by: crew.partner.memberId }
  const about = { ...author, effective_at: past, is_key: true, criteria_codes: ['CC8.1', 'CC9.2'] }
  const version = async (entry: string, number: number, further: object = {}) => {
    const id = await lay(firmId, 'library_control_version', {
      ...{
        ...about,
        library_control_id: entry,
        number,
        title: 'Changes are reviewed',
        description: 'By a second engineer.',
      },
      ...{ frequency: 'PER_EVENT', nature: 'MANUAL', type: 'PREVENTIVE', area: 'CHANGE', risk: 'MODERATE' },
      ...{ ipe: 'The list of changes.', guidance: 'Ask who may merge.', ...further },
    })
    const said = { objective: 'Each change is reviewed.', steps: 'Compare author and reviewer.' }
    const attributes = JSON.stringify([{ letter: 'A', description: 'The reviewer is not the author.' }])
    const test = {
      library_control_version_id: id,
      methods: ['INSPECTION'],
      aspects: ['OPERATION'],
      ...said,
      attributes,
    }
    const first = await lay(firmId, 'library_procedure', { ...author, suffix: 'T1', ...test })
    await lay(firmId, 'library_procedure', { ...author, suffix: 'T2', ...test, attributes: '[]' })
    return { id, first }
  }
  const entry = (ref: string, further: object = {}) => lay(firmId, 'library_control', { ...author, ref, ...further })
  const by = crew.partner.memberId
  const reviewed = await entry('CH-01')
  const taken = await version(reviewed, 1)
  await version(reviewed, 2, { reason: 'The forge was changed.' })
  await version(await entry('CH-02', { restored_at: past, restored_by: by, restored_reason: 'It is back.' }), 1)
  await version(await entry('CH-03', { retired_at: past, retired_by: by, retired_reason: 'It is of no use.' }), 1)
  const firstOf = (table: string) =>
    `(select distinct on (engagement_id) id from ${table} where firm_id = $1 order by engagement_id, id)`
  for (const [table, column, id] of [
    ['control', 'library_control_version_id', taken.id],
    ['procedure', 'library_procedure_id', taken.first],
  ] as const) {
    await w.owner.query(`update ${table} set ${column} = $2 where firm_id = $1 and id in ${firstOf(table)}`, [
      firmId,
      id,
    ])
  }
}
