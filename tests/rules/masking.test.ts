import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { maskOf } from '../../src/rules/masking.js'

test('a mask is the same for the same value and key, another one for any other, and of an empty cell empty', () => {
  const [key, other] = [randomBytes(32), randomBytes(32)]
  const mask = maskOf(key, 'rolf@example.test')
  expect(mask).toMatch(/^masked [0-9a-f]{16}$/)
  expect(maskOf(key, 'rolf@example.test')).toBe(mask)
  expect(maskOf(key, 'Rolf@example.test')).not.toBe(mask)
  expect(maskOf(other, 'rolf@example.test')).not.toBe(mask)
  expect(maskOf(key, '')).toBe('')
})

test('ten thousand values have ten thousand masks', () => {
  const key = randomBytes(32)
  expect(new Set(Array.from({ length: 10_000 }, (_, n) => maskOf(key, `person ${n}`))).size).toBe(10_000)
})
