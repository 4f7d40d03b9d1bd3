import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.js'
import { AUTHORS_MAX } from '../../src/features/exception/exception.js'
import { EXTENSIONS_MAX } from '../../src/features/sample/sample.js'
import { features } from '../../src/features.js'
import { downloadsAtOnce, uploadsAtOnce } from '../../src/http/at-once.js'
import { shares, turnLimits } from '../../src/http/turns.js'
import { limits } from '../../src/kernel/execute/limits.js'
import { costs } from '../../src/kernel/execute/point-costs.js'
import { evidenceOfResultMax } from '../../src/rules/evidence-links.js'
import { peopleLimits } from '../../src/rules/people.js'
import { signInPauses } from '../../src/rules/sign-in-pauses.js'
import { plainSchema } from '../../src/schema.js'

const text = readFileSync(resolve(import.meta.dirname, '../../../docs/limits.md'), 'utf8')
const rows = text.split('\n').filter((line) => line.startsWith('| '))
const figure = (value: number) => value.toLocaleString('en-US')
const rowOf = (name: string) => rows.find((row) => row.includes(`\`${name}\``)) ?? ''
const schema = await plainSchema(features)

describe('docs/limits.md', () => {
  it.each(Object.entries(limits))('tells %s', (name, value) => {
    expect(rowOf(name)).toContain(`| ${figure(value)} |`)
  })

  it.each(Object.entries(costs))('states the cost of %s', (name, value) => {
    expect(text).toMatch(
      new RegExp(`\\b${figure(value)}\\b[^|]*\\(?\`?${name}|${name}\`\\)?[^|]*\\| ${figure(value)}\\b`),
    )
  })

  it('states every field that costs more than one, with its cost', () => {
    const costly = Object.values(schema.getTypeMap()).flatMap((type) =>
      'getFields' in type
        ? Object.values(type.getFields()).flatMap((field) => {
            const own: unknown = (field.extensions as { complexity?: unknown }).complexity
            const isRoot = type === schema.getQueryType()
            const isMutation = type === schema.getMutationType()
            return typeof own === 'number' && !isMutation
              ? [[isRoot ? field.name : `${type.name}.${field.name}`, own] as const]
              : []
          })
        : [],
    )
    expect(costly.length).toBeGreaterThan(12)
    expect(costly.filter(([name, own]) => !rowOf(name).includes(`| ${figure(own)}`))).toEqual([])
  })

  const bounded = features
    .flatMap(({ rows }) => rows)
    .flatMap((row) =>
      Object.entries(row.bounds).map(([parent, most]) => [row.typeName, parent.replace(/Id$/, ''), most]),
    )

  it.each(bounded)('tells how many %s there may be of one %s', (name, parent, most) => {
    expect(text).toMatch(new RegExp(`^\\| ${most} \\| \`${name}\` of an? ${parent} \\|$`, 'm'))
  })

  it('tells the other bounds, which acts hold', () => {
    for (const told of [
      `| ${evidenceOfResultMax} | pieces of evidence of a result |`,
      `| ${AUTHORS_MAX} | authors of an exception |`,
      `| ${EXTENSIONS_MAX} | extensions of a sample |`,
      `| ${peopleLimits.memberships} | memberships of a person |`,
    ])
      expect(text).toContain(told)
    expect(bounded.length).toBeGreaterThan(7)
  })

  it('tells how many files come in and go out at a time', () => {
    for (const [way, { member, firm, process }] of Object.entries({ in: uploadsAtOnce, out: downloadsAtOnce })) {
      expect(text).toContain(`| ${way} | ${member} | ${firm} | ${process} |`)
    }
    expect(text.replace(/\s+/g, ' ')).toContain(`Each costs ${costs.request + costs.mutation} points`)
  })

  it('tells the pauses after failed attempts at a password', () => {
    const said = text.slice(text.indexOf('## Attempts at a password')).replace(/\s+/g, ' ')
    const pauses = signInPauses
    expect(said).toContain(`one network ${pauses.freeFailures} have no pause`)
    expect(said).toContain(
      `${pauses.firstPauseSeconds} seconds, and it doubles with each further one up to ${pauses.pauseSecondsMax / 60} minutes`,
    )
    expect(said).toContain(
      `more than ${pauses.accountFailures} failures from anywhere, or a network more than ${pauses.networkFailures}`,
    )
    expect(said).toContain(`within ${pauses.knownDays} days`)
    expect(said).toContain(
      `${pauses.firstNewcomerPauseSeconds} seconds doubling to ${pauses.newcomerPauseSecondsMax / 60} minutes`,
    )
  })

  it('tells the settings and their defaults', () => {
    const { budgetPerCaller, budgetPerFirm, databasePoolSize } = readConfig({})
    expect(rowOf('FIELDWORK_BUDGET_CALLER')).toContain(`| ${figure(budgetPerCaller as number)} points |`)
    expect(rowOf('FIELDWORK_BUDGET_FIRM')).toContain(`| ${figure(budgetPerFirm as number)} points |`)
    const { atOnce, waiting, waitMs } = turnLimits(databasePoolSize)
    const said = text.slice(text.indexOf('## Turns')).replace(/\s+/g, ' ')
    expect(said).toContain(`(\`DATABASE_POOL_SIZE\`, ${atOnce})`)
    expect(said).toContain(`${waiting} operations wait, each for ${waitMs / 1_000} seconds`)
    const row = (whole: number, name: keyof typeof shares) =>
      `${Math.floor(shares[name] * 100)}% | ${Math.floor(whole * shares[name])} |`
    const strangers = atOnce * shares.strangers
    expect(said).toContain(`| a firm, its clients’ people included | all | ${row(atOnce, 'firm')}`)
    expect(said).toContain(`| the people of a firm’s clients | the firm | ${row(atOnce * shares.firm, 'clients')}`)
    expect(said).toContain(`| all requests without a valid token | all | ${row(atOnce, 'strangers')}`)
    expect(said).toContain(`other than refreshing | those | ${row(strangers, 'otherStrangers')}`)
    expect(said).toContain(`one network | either | ${row(strangers * shares.otherStrangers, 'network')}`)
  })
})
