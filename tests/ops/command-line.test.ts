import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type CommandLine, command, type Option, shown } from '../../src/ops/command-line.js'

const root = resolve(import.meta.dirname, '../../..')
const folder = await mkdtemp(join(tmpdir(), 'fieldwork-command-line-'))
afterAll(() => rm(folder, { recursive: true }))
const dataDir = join(folder, 'data')

/** What a person types, with the program that runs for it. */
const commands = Object.entries<string>(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).scripts)
  .map(([name, script]) => ({
    typed: name === 'start' ? 'npm start' : `npm run ${name}`,
    program: /&& node (dist\/\S+)$/.exec(script)?.[1] ?? null,
  }))
  .filter((command): command is { typed: string; program: string } => command.program !== null)

/** Runs a program of the product; a database, were one opened, would lie in `dataDir`. */
async function run(program: string, ...options: string[]) {
  const env = { PATH: process.env.PATH, FIELDWORK_DATA_DIR: dataDir }
  const file = join(root, program)
  const said = await promisify(execFile)(process.execPath, [file, ...options], { cwd: root, env }).catch(
    (error: { stdout: string; stderr: string; code: number }) => error,
  )
  return { printed: said.stdout, complained: said.stderr, code: 'code' in said ? said.code : 0 }
}

it('knows the commands that package.json has', () => {
  expect(commands.map(({ typed }) => typed)).toEqual([
    'npm start',
    'npm run migrate',
    'npm run firm:create',
    'npm run keys:rotate',
    'npm run checkpoint',
    'npm run evidence:verify',
    'npm run verify',
    'npm run sweep',
    'npm run jobs',
    'npm run schema',
    'npm run demo',
    'npm run bench',
    'npm run bench:scale',
  ])
})

describe.each(commands)('$typed', ({ typed, program }) => {
  it('prints how it is used when it is asked for help, refuses an option it does not know, and does nothing', async () => {
    const [helped, refused] = await Promise.all([run(program, '--help'), run(program, '--doors')])
    expect(helped).toMatchObject({ complained: '', code: 0 })
    expect(helped.printed.split('\n')[0]).toMatch(new RegExp(`^Usage: ${typed}( --.*)?$`))
    expect(helped.printed).toContain('\n  --help ')
    expect(refused).toEqual({
      printed: '',
      complained: `Unknown option '--doors'; ${typed} -- --help shows the options.\n`,
      code: 1,
    })
    expect(await readdir(folder)).toEqual([])
  })
})

it('hands over what was given, and refuses what is incomplete, given twice or has no place, in one sentence', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => said.mockRestore())
  const line: CommandLine<Record<string, Option>> = {
    name: 'npm run trial',
    about: 'Tries.',
    options: {
      firm: { type: 'string', value: 'NAME', about: 'whose', required: true },
      domain: { type: 'string', value: 'NAME', about: 'which', multiple: true },
      seed: { type: 'string', value: 'TEXT', about: 'of the draw', default: '1' },
      quick: { type: 'boolean', about: 'without waiting' },
    },
  }
  const tried = async (...args: string[]) => {
    let given: unknown
    const take = async (values: unknown) => {
      given = values
    }
    await command(line, take, args)
    const { exitCode } = process
    process.exitCode = undefined
    return given ?? [said.mock.lastCall?.[0], exitCode]
  }
  expect(await tried('--firm', 'Larch')).toEqual({ firm: 'Larch', domain: [], seed: '1', quick: false })
  const all = ['--firm=-', '--domain', 'a', '--domain', 'b', '--seed', '2', '--quick']
  expect(await tried(...all)).toEqual({ firm: '-', domain: ['a', 'b'], seed: '2', quick: true })
  const refusals: [string[], string][] = [
    [[], '--firm is missing'],
    [['--firm'], "Option '--firm <value>' argument missing"],
    [['--firm', ''], '--firm is given without a value'],
    [['--firm', 'a', '--firm', 'b'], '--firm is given twice'],
    [['--firm', '--quick'], 'The value of --firm is missing, or begins with a dash: write --firm=VALUE then'],
    [['--firm', 'a', '--quick=yes'], "Option '--quick' does not take an argument"],
    [['--firm', 'a', 'doors\u001b[2J'], "Unexpected argument 'doors\\u{1b}[2J'"],
  ]
  for (const [args, refusal] of refusals) {
    expect(await tried(...args)).toEqual([`${refusal}; npm run trial -- --help shows the options.`, 1])
  }
})

it('throws a defect, which is not for the person at the command line to mend', async () => {
  const defect = new TypeError('a defect')
  await expect(
    command({ name: 'npm run trial', about: 'Tries.', options: {} }, () => Promise.reject(defect), []),
  ).rejects.toBe(defect)
})

it('says of a file that it cannot read or write what it is, before it does anything', async () => {
  const [absent, file, place] = [join(folder, 'absent'), join(folder, 'file'), join(folder, 'folder')]
  await writeFile(file, 'no keys')
  await mkdir(place)
  const refusals: [string, string[], string][] = [
    ['dist/src/ops/verify.js', ['--checkpoints', absent], `“${absent}” is not there.\n`],
    ['dist/src/ops/verify.js', ['--keys', place], `“${place}” is a folder, not a file.\n`],
    ['dist/src/ops/checkpoint.js', ['--file', place], `“${place}” is a folder, not a file.\n`],
    [
      'dist/src/ops/checkpoint.js',
      ['--file', join(file, 'file')],
      `“${join(file, 'file')}” does not lie in a folder.\n`,
    ],
    ['dist/seeds/demo.js', ['--population', absent], `“${absent}” is not there.\n`],
    ['dist/seeds/demo.js', ['--out', file], `“${file}” is a file, not a folder.\n`],
  ]
  for (const [program, options, complained] of refusals) {
    expect(await run(program, ...options)).toEqual({ printed: '', complained, code: 1 })
  }
  expect((await readdir(folder)).sort()).toEqual(['file', 'folder'])
})

it('shows a text shortened, and none of what would change how a terminal shows it', () => {
  expect(shown('a\u001b[31m\u202eb\n\u0085\u200b\ud800')).toBe(
    '“a\\u{1b}[31m\\u{202e}b\\u{a}\\u{85}\\u{200b}\\u{d800}”',
  )
  expect(shown('🙂'.repeat(80))).toBe(`“${'🙂'.repeat(80)}”`)
  expect(shown('🙂'.repeat(81))).toBe(`“${'🙂'.repeat(80)}…”`)
  expect(shown('x'.repeat(1_000_000))).toBe(`“${'x'.repeat(80)}…”`)
})
