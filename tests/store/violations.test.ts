import { describe, expect, it } from 'vitest'
import { declarations } from '../../src/features.js'
import type { Violations } from '../../src/kernel/store/row.js'
import { refusalFor } from '../../src/kernel/store/violations.js'
import { Refusal } from '../../src/rules/refusal.js'

const violations: Violations = Object.assign({}, ...declarations.rows.map((row) => row.violations))
const [[constraint, [message, path]]] = Object.entries(violations) as [[string, readonly [string, string]]]
const refused = new Refusal('ALREADY_EXISTS', message, [path])

/** An error as the driver makes it of what the server sends. */
const sent = (fields: { message: string; code?: string; constraint?: string }) =>
  Object.assign(new Error(fields.message), { code: '23505', ...fields })

describe('a violation of a constraint is the refusal that the constraint stands for', () => {
  it('by the name that the server sends', () => {
    expect(refusalFor(violations, sent({ constraint, message: 'duplicate key' }))).toEqual(refused)
  })

  it.each([
    `duplicate key value violates unique constraint "${constraint}"`,
    `duplicate key value violates unique constraint "${constraint}_102017"`,
    `doppelter Schlüsselwert verletzt Unique-Constraint »${constraint}_102017«`,
  ])('by the name in the message, where a worker of a cluster sends no other: %s', (text) => {
    expect(refusalFor(violations, sent({ message: text }))).toEqual(refused)
  })

  it.each([
    { message: 'duplicate key value violates unique constraint "another_unique_102017"' },
    { message: 'duplicate key value violates unique constraint "constructor"' },
    { message: `duplicate key value violates unique constraint "${constraint}s"` },
    { message: `no violation, yet it names ${constraint}`, code: 'XX000' },
    { message: `names ${constraint}`, constraint: 'another_unique' },
  ])('and nothing else is: %o', (fields) => {
    const error = sent(fields)
    expect(refusalFor(violations, error)).toBe(error)
  })
})
