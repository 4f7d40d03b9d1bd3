import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalEmail, passwordFault, peopleLimits } from '../../src/rules/people.js'

describe('an e-mail address', () => {
  test.each([
    ['jo@example.com', 'jo@example.com'],
    ['  Jo.Doe+soc2@Example.COM ', 'jo.doe+soc2@example.com'],
    // Full-width letters, as some keyboards write them, are the same letters.
    ['ｊｏ@example.com', 'jo@example.com'],
    ["o'neil@example.co.uk", "o'neil@example.co.uk"],
    ['jö@bücher.example', 'jö@bücher.example'],
  ])('%s is kept as %s', (text, kept) => {
    expect(normalEmail(text)).toBe(kept)
  })

  test.each([
    '',
    'jo',
    'jo@',
    '@example.com',
    'jo@example',
    'jo@example..com',
    'jo@.com',
    'jo doe@example.com',
    'jo@example.com, al@example.com',
    'Jo <jo@example.com>',
    'jo@exa\u0000mple.com',
    'jo\r\nBcc: al@example.com',
    'jo\u200b@example.com',
    `${'a'.repeat(250)}@example.com`,
    'a'.repeat(1_000_000),
  ])('%s is none', (text) => {
    expect(normalEmail(text)).toBeNull()
  })

  test('in its normal form is its own normal form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'grapheme' })), (text) => {
        const kept = normalEmail(text)
        if (kept !== null) expect(normalEmail(kept)).toBe(kept)
      }),
    )
  })
})

describe('a password', () => {
  const email = 'jo@example.com'
  const { passwordMin, passwordMax } = peopleLimits

  test.each(['twelve chars', 'correct horse battery staple', '密码密码很长很长的一句话啊', `${'a'.repeat(196)}bcde`])(
    'may be %s',
    (text) => {
      expect(passwordFault(text, email)).toBeNull()
    },
  )

  test('is counted in characters a person sees, not in bytes', () => {
    expect(passwordFault('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔', email)).toBe('must have at least 12 characters; it has 11')
    expect(passwordFault('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧', email)).toBeNull()
  })

  test.each([
    ['', `must have at least ${passwordMin} characters; it has 0`],
    ['elevenchars', `must have at least ${passwordMin} characters; it has 11`],
    [`${'abcde'.repeat(40)}f`, `must have at most ${passwordMax} characters; it has 201`],
    ['x'.repeat(1_000_000), `must have at most ${passwordMax} characters`],
    ['abababababababab', 'must have at least 5 different characters'],
    ['it is Jo@Example.com', 'must not contain the e-mail address'],
  ])('may not be %.20s', (text, why) => {
    expect(passwordFault(text, email)).toBe(why)
  })
})
