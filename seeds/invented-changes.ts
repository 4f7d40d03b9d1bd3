import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChangeList, readChangeList } from './population.js'

/** The list of changes that was invented for the demo: seen from the sources as well as from what was built. */
export async function inventedChanges(): Promise<ChangeList> {
  const name = 'invented-changes-2025.csv'
  const here = import.meta.dirname
  const folder = here.includes(join('dist', 'seeds')) ? join(here, '../../seeds') : here
  return readChangeList(name, await readFile(join(folder, name)))
}
