import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChangeList, readChangeList } from './population.js'

/** The control speaks of changes to the code. */
const documentationAlone = {
  column: 'kind',
  operator: 'EQUALS',
  values: ['documentation'],
  reason: 'The control speaks of changes to the code, and says itself that a change of documentation alone is none.',
}

/**
 * The list of changes that was invented for the demo, as if of this year.
 * It lies beside the sources; what was built is two folders further down.
 */
export async function inventedChanges(year: number): Promise<ChangeList> {
  const here = import.meta.dirname
  const folder = here.includes(join('dist', 'seeds')) ? join(here, '../../seeds') : here
  const text = await readFile(join(folder, 'invented-changes.csv'), 'utf8')
  const content = Buffer.from(text.replaceAll('2025', String(year)))
  const list = await readChangeList(`invented-changes-${year}.csv`, content, { lastDay: `${year}-12-31` })
  const understood = [
    ...list.understood.slice(0, -1),
    '“kind” tells code from documentation, of which the control does not speak.',
  ]
  return { ...list, exclusion: documentationAlone, understood }
}
