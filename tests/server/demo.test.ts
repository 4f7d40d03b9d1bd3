import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const realFile = join(root, '../shared/data/libuv-changes-2019.csv')

/** Runs `npm run demo` as a person would, and answers what it printed and the report it wrote. */
async function demo(...options: string[]): Promise<{ told: string; report: string; name: string }> {
  const out = await mkdtemp(join(tmpdir(), 'fieldwork-demo-test-'))
  onTestFinished(() => rm(out, { recursive: true, force: true }))
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/seeds/demo.js', '--out', out, ...options], {
    cwd: root,
  })
  const [name] = await readdir(out)
  return { told: stdout, name: name as string, report: await readFile(join(out, name as string), 'utf8') }
}

describe('the demo', () => {
  it.skipIf(!existsSync(realFile))(
    'on the real changes of 2019: 279 changes, 25 drawn, 6 without a reviewer, 5 of them housekeeping, 1 reported',
    { timeout: 120_000 },
    async () => {
      const { told, report, name } = await demo('--population', realFile)
      for (const sentence of [
        'imports 279 changes from libuv-changes-2019.csv',
        'draws 25 of 279 at random with the seed “Fieldwork 2019”; the methodology recommends 25',
        '25 results at once: 19 changes were reviewed by somebody else, 6 were not',
        'explains 5 of them as release housekeeping that changes no code; Mara Lindqvist approves each. 1 stands',
        '1 of 25 items deviate (e2c0f60c1)',
        '1 of 25 deviate, upper limit 14.7 % against 10 % tolerable; it does not support reliance',
        'proposes QUALIFIED',
        'and is intact',
      ]) {
        expect(told).toContain(sentence)
      }
      expect(name).toMatch(/^report-\d{4}-0001\.html$/)
      expect(report).toContain('e2c0f60c1')
      expect(report).toMatch(/except for/i)
      expect(report.replace(/<style>[\s\S]*<\/style>/, '')).not.toMatch(/draft/i)
    },
  )

  it('on the changes invented for it: the whole chain to an issued report', { timeout: 120_000 }, async () => {
    const { told, report } = await demo()
    expect(told).toContain('imports 174 changes from invented-changes-2025.csv')
    expect(told).toContain('25 results at once: 23 changes were reviewed by somebody else, 2 were not')
    expect(told).toContain('explains 1 of them as release housekeeping')
    expect(told).toContain('1 of 25 items deviate')
    expect(told).toContain('and is intact')
    expect(report).toContain('Northgate Ledger')
    expect(report).toContain('Section V')
  })

  it('says what is missing in a list that it cannot use, and leaves nothing running', { timeout: 60_000 }, async () => {
    await expect(demo('--population', join(root, 'package.json'))).rejects.toThrow(
      /package\.json (is not a CSV file|has no column for)/,
    )
  })
})
