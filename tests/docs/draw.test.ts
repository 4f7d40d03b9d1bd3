import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { beginDraw } from '../../src/rules/redraw.js'
import { changes, fieldwork, importEvidence } from '../support/fieldwork.js'
import { world } from '../support/world.js'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const folder = await mkdtemp(join(tmpdir(), 'fieldwork-draw-'))
afterAll(() => rm(folder, { recursive: true }))
const forms = await readFile(join(root, 'docs/forms.md'), 'utf8')
const commands = [...forms.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, command]) => command as string)

/** What the command of the document prints: the keys drawn, in order. */
async function drawnInShell(shell: string, seed: string, keys: string, size: number): Promise<string[]> {
  await writeFile(join(folder, 'keys'), keys)
  const command = (commands[0] as string).replace('head -n 25', `head -n ${size}`)
  const { stdout } = await run(shell, ['-c', command], { cwd: folder, env: { PATH: process.env.PATH, SEED: seed } })
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/^[0-9a-f]{64} /, ''))
}

/** What the service selects. */
function drawn(seed: string, keys: readonly string[], size: number): string[] {
  const draw = beginDraw({ method: 'RANDOM', seed, draws: [size], populationSize: keys.length })
  for (const key of keys) draw.offer({ key })
  return draw.drawn().map(({ key }) => key)
}

const hostile: Record<string, string[]> = {
  'plain keys': ['C-1', 'C-2', 'C-3'],
  backslashes: ['a\\b', 'a\\\\b', '\\', 'ends\\', '\\n', '\\0', 'a\\tb'],
  slashes: ['feature/R-8', '/', '//', 'https://git.example/acme/app/pull/7', '../up'],
  'ampersands and what sed takes for its own': ['R&D', '&', '\\&', '\\1', 's/a/b/g', '.*', '[a]', '^', '$'],
  'percent signs': ['100%', '%s', '%d %s', '%%', '%n', '%'],
  'spaces at both ends, and in a row': [' a', 'a ', '  ', 'two  spaces', 'a'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell would look here for a variable of its own
  'quotation marks, dollars and backticks': ["o'neil", '"', "''", '$HOME', '$(id)', '`id`', '${SEED}', '!!'],
  'leading dashes': ['-n', '-e', '--', '-', '--help', '-c1'],
  'other alphabets and emoji': ['变更-1', 'عربي-2', 'emoji-🚀', 'résumé', 're\u0301sume\u0301'.slice(1), 'Ж', 'ß'],
  'keys that begin alike': ['C', 'C-', 'C-1', 'C-10', 'C-100', 'c', 'C-1 '],
  'what a shell expands': ['*', '?', '~', '{a,b}', '#', ';', '|', '>', '<(x)', '\u0001', '\u001f'],
  'keys that look like ranks': ['a'.repeat(64), `${'0'.repeat(64)} C-1`, '0'],
  'many keys': Array.from({ length: 200 }, (_, at) => `C-${at * 7}`),
}

describe('the command of docs/forms.md', () => {
  it('is one, and stands nowhere else', async () => {
    expect(commands).toHaveLength(1)
    expect(await readFile(join(root, 'README.md'), 'utf8')).not.toContain('read -r')
  })

  it.each(Object.entries(hostile))(
    'draws from %s what the service draws',
    async (_, keys) => {
      for (const shell of ['sh', 'bash']) {
        for (const seed of ['s-1', `it's "5 %" of \\n $x`]) {
          for (const end of ['\n', '']) {
            const size = Math.min(25, keys.length)
            expect(await drawnInShell(shell, seed, keys.join('\n') + end, size), shell).toEqual(drawn(seed, keys, size))
          }
        }
      }
    },
    60_000,
  )
})

describe('a list of keys', async () => {
  const w = await world()
  const a = await w.firm('Ashdown')
  const work = await fieldwork(w, a)
  const sample = 'sample { id seed items(first: 100) { nodes { itemKey } } }'
  const listed = (name: string) => readFile(join(root, 'tests/cases/imports', name), 'utf8')
  const drawnFrom = async (populationId: string, input: object, on = work) => {
    const { id } = await on.procedure()
    return a.staff.tryTo(
      'drawSample',
      { procedureId: id, populationId, basis: 'JUDGMENT', sizeReason: 'A test.', ...input },
      sample,
    )
  }
  const keysOf = (answer: { sample: { items: { nodes: { itemKey: string }[] } } }) =>
    answer.sample.items.nodes.map(({ itemKey }) => itemKey)
  const refused = async (content: string) => {
    const population = await work.draft()
    const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'changes.csv', content })
    const before = await w.digest()
    const columns = { keyColumn: 'change_id', dateColumn: 'merged_at' }
    const input = { populationId: population.id, expectedVersion: 1, ...columns, evidenceId }
    const payload = await importEvidence(a.staff, input)
    expect(await w.digest()).toBe(before)
    expect(payload.population).toBeNull()
    return payload.errors
  }

  it('that is hostile but fine is imported, drawn, and redrawn in a shell: the same items', async () => {
    const csv = await listed('keys-hostile-but-fine.csv')
    const keys = csv
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.replace(/^"|",[^,]*$/g, ''))
    expect(keys).toHaveLength(12)
    for (let time = 0; time < 3; time += 1) {
      const own = await fieldwork(w, a)
      const population = await own.frozen(csv, { keyColumn: 'change_id', dateColumn: 'merged_at' })
      expect(population.itemCount).toBe(12)
      const { seed } = population
      const answer = await drawnFrom(population.id, { method: 'RANDOM', size: 5 }, own)
      expect(answer.errors).toEqual([])
      expect(await drawnInShell('sh', seed, keys.join('\n'), 5)).toEqual(keysOf(answer))
      const { verifySample } = await a.manager.gql('query ($id: ID!) { verifySample(sampleId: $id) { matches } }', {
        id: answer.sample.id,
      })
      expect(verifySample.matches).toBe(true)
    }
  })

  it('with keys that look alike is refused: row and column of each, the character by its code point', async () => {
    const errors = await refused(await listed('keys-look-alike.csv'))
    expect(errors).toMatchObject([{ code: 'ROWS_REFUSED', path: ['evidenceId'], problemCount: 4 }])
    expect(errors[0].problems).toMatchObject([
      { row: 3, column: 'change_id', code: 'CHARACTER_REFUSED', message: /U\+200B/ },
      { row: 4, column: 'change_id', code: 'CHARACTER_REFUSED', message: /U\+200E/ },
      { row: 6, column: 'change_id', code: 'CHARACTER_REFUSED', message: /U\+00A0/ },
      { row: 8, column: 'change_id', code: 'KEY_REPEATED', message: /row 7/ },
    ])
  })

  it('with a key that turns its direction is refused with its row, and the character by its code point', async () => {
    const errors = await refused(await listed('keys-direction-override.csv'))
    expect(errors).toMatchObject([{ code: 'ROWS_REFUSED', path: ['evidenceId'], problemCount: 1 }])
    expect(errors[0].problems).toMatchObject([
      { row: 2, column: 'change_id', code: 'CHARACTER_REFUSED', message: /U\+202E/ },
    ])
    expect(JSON.stringify(errors)).not.toMatch(/\u202e|PR-30/)
  })

  it('is kept as it was written, and its items are found in whichever of Unicode’s forms they are asked for', async () => {
    const [composed, decomposed, mixed] = ['é-1', 'e\u0301-2', 'ée\u0301-3'] as const
    const population = await work.frozen(`id\n${composed}\n${decomposed}\n${mixed}\nK-4\n\u212a-5\n`)
    for (const form of ['NFC', 'NFD'] as const) {
      const itemKeys = [mixed, decomposed, composed, 'K-5'].map((key) => key.normalize(form))
      const answer = await drawnFrom(population.id, { method: 'TARGETED', itemKeys })
      expect(answer.errors).toEqual([])
      expect(keysOf(answer)).toEqual([mixed, decomposed, composed, '\u212a-5'])
    }
    const twice = await drawnFrom(population.id, {
      method: 'TARGETED',
      itemKeys: [composed, composed.normalize('NFD')],
    })
    expect(twice.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['itemKeys', '1'] }])
  })

  it('is picked from with each fault said at its place', async () => {
    const own = await fieldwork(w, a)
    const population = await own.frozen(changes(5))
    const itemKeys = ['C-1', 'X', 'C-2', 'C-1', 'Y']
    const { errors, errorCount } = await drawnFrom(population.id, { method: 'TARGETED', itemKeys }, own)
    expect(errors.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'itemKeys.1',
      'itemKeys.3',
      'itemKeys.4',
    ])
    expect(errorCount).toBe(3)
  })
})
