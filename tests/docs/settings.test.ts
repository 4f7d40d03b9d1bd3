import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { jobTasks, schedule } from '../../src/jobs/tasks.js'

const root = resolve(import.meta.dirname, '../../..')
const read = (name: string) => readFileSync(resolve(root, name), 'utf8')
const rows = read('docs/operate.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
/** What stands in the first column of the tables. */
const listed = rows.flatMap((row) => [...(row.split('|')[1] as string).matchAll(/`(\w+)`/g)].map(([, name]) => name))

test('the tables for operators list every setting that the service reads, and every job, once, and no others', () => {
  const settings = ['src/config.ts', 'src/file-settings.ts'].flatMap((file) =>
    [...read(file).matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name),
  )
  expect(settings.length).toBeGreaterThan(30)
  const jobs = new Set([...Object.keys(jobTasks), ...schedule.map(({ task }) => task)])
  expect([...listed].sort()).toEqual([...settings, ...jobs].sort())
})
