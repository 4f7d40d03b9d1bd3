import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { keyOf } from '../../src/features/identity/checkpoint-keys.js'
import { thumbprint } from '../../src/features/identity/service-keys.js'
import { checkpointLine, isSignedBy, readCheckpointLine, type SignedCheckpoint } from '../../src/rules/checkpoint.js'
import { seedHashOf, seedOf } from '../../src/rules/seed.js'
import { testDatabase } from '../support/database.js'

const text = readFileSync(resolve(import.meta.dirname, '../../../docs/forms.md'), 'utf8')
const examples = [...text.matchAll(/```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)].map(
  ([, program, output]) => [program as string, output as string] as const,
)
const { ownerUrl } = await testDatabase()
const owner = new pg.Client({ connectionString: ownerUrl, options: '-c search_path=fieldwork' })
await owner.connect()
afterAll(() => owner.end())

const quoted = (program: string | undefined): string[] =>
  [...(program ?? '').matchAll(/'((?:[^'\\\n]|\\.)*)'/g)].map(([, one]) => one as string)

describe('docs/forms.md', () => {
  it('has an example of each form', () => {
    expect(examples).toHaveLength(3)
    expect(text.match(/```js/g)).toHaveLength(3)
  })

  it.each(examples)('has programs that say what is written under them', async (program, output) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
    expect(stdout).toBe(output)
  })

  it('gives the hash of an entry that the database computes', async () => {
    const [program, output] = examples[0] as (typeof examples)[0]
    const said = quoted(program)
    const at = said.indexOf('1767225600123456')
    const [microseconds, actor, name, action, type] = said.slice(at)
    const chain = said.find((one) => one.endsWith('e1'))
    const { rows } = await owner.query(
      `select encode(trail_hash(sha256(convert_to($1::uuid::text, 'UTF8')), $1, 1,
         'epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3, $4, $5, $6, $1, $7), 'hex') as hash`,
      [chain, microseconds, actor, name, action, type, said.find((one) => one.startsWith('[{'))],
    )
    expect(`${rows[0].hash}\n`).toBe(output)
  })

  it('gives the checkpoint that the service makes: line, text and signature', () => {
    const [program] = examples[1] as (typeof examples)[0]
    const line = quoted(program).find((one) => one.startsWith('{')) as string
    const x = quoted(program).find((one) => one.startsWith('11qY')) as string
    const checkpoint = readCheckpointLine(line) as SignedCheckpoint
    expect(checkpointLine(checkpoint)).toBe(line)
    expect(isSignedBy(checkpoint, keyOf(x))).toBe(true)
    expect(isSignedBy({ ...checkpoint, position: 2 }, keyOf(x))).toBe(false)
    expect(checkpoint.keyId).toBe(thumbprint({ crv: 'Ed25519', kty: 'OKP', x }))
  })
})

it('the form of a seed is that by which the service settles it', () => {
  const [program, output] = examples[2] as (typeof examples)[0]
  const [, random, contribution] = quoted(program) as [string, string, string]
  const seed = seedOf({ random, contribution })
  expect(`${seed} ${seedHashOf(seed)}\n`).toBe(output)
})

describe('a line of a checkpoint file', () => {
  const line = quoted(examples[1]?.[0]).find((one) => one.startsWith('{')) as string
  it.each([
    ['nothing', ''],
    ['no object', 'null'],
    ['a position before the first', line.replace('"position":1', '"position":0')],
    ['a position as text', line.replace('"position":1', '"position":"1"')],
    ['a moment that is none', line.replace('2026-01-01T', '2026-13-01T')],
    ['a hash that is too short', line.replace('"hash":"0', '"hash":"')],
    ['an id with a line feed', line.replace('"firm":"018f', '"firm":"\\n18f')],
    ['no signature', line.replace('"signature"', '"mark"')],
  ])('is none with %s', (_what, changed) => {
    expect(changed).not.toBe(line)
    expect(readCheckpointLine(changed)).toBeNull()
  })
})
