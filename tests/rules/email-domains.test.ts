import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkDomains,
  checkDomainsApart,
  domainLimits,
  domainOf,
  isAddressOfClient,
  normalDomain,
} from '../../src/rules/email-domains.js'
import { Refusal } from '../../src/rules/refusal.js'

test.each([
  ['example.com', 'example.com'],
  ['  Example.COM ', 'example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['ｅｘａｍｐｌｅ.com', 'example.com'],
  ['a-b.c1.example', 'a-b.c1.example'],
])('%j is kept as %s', (text, kept) => {
  expect(normalDomain(text)).toBe(kept)
})

test.each([
  '',
  'example',
  'example.com.',
  '.example.com',
  'a..b.example',
  '-a.example',
  'a-.example',
  '127.0.0.1',
  '1.2',
  '0x7f.1',
  '[::1]',
  'a b.example',
  'a.example/x',
  'user@a.example',
  'a.example:80',
  'a.example?x',
  'a.example#x',
  '%61.example',
  'a\\b.example',
  'a\u0000.example',
  'a\u200b.\u200b',
  `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(130)}example`,
])('%j is no e-mail domain', (text) => {
  expect(normalDomain(text)).toBeNull()
})

test('what is kept of any text is kept as it is, and every domain is kept', () => {
  const any = fc.oneof(fc.domain(), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(any, (text) => {
      const kept = normalDomain(text)
      if (kept !== null) expect(normalDomain(kept)).toBe(kept)
    }),
  )
  fc.assert(
    fc.property(fc.domain(), (domain) => {
      expect(normalDomain(domain)).toBe(domain.toLowerCase())
    }),
  )
})

test('the domain of an address is what stands behind its last @', () => {
  expect(domainOf('jo@example.com')).toBe('example.com')
  expect(domainOf('jo@bücher.example')).toBe('xn--bcher-kva.example')
  expect(domainOf('jo@example')).toBeNull()
})

const refusalOf = (work: () => unknown): Refusal => {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
  }
  throw new Error('not refused')
}

test('a list of domains is kept once each, in order, and refused where one is none or there are too many', () => {
  expect(checkDomains(['B.example', 'a.example', 'b.example'])).toEqual(['b.example', 'a.example'])
  expect(refusalOf(() => checkDomains(['a.example', 'b']))).toMatchObject({
    code: 'INVALID_INPUT',
    at: ['emailDomains', 1],
  })
  const many = Array.from({ length: domainLimits.count + 1 }, (_, at) => `d${at}.example`)
  expect(refusalOf(() => checkDomains(many)).at).toEqual(['emailDomains'])
  expect(checkDomains(many.slice(1))).toHaveLength(domainLimits.count)
})

test('the domains of two sides are apart: none is the other’s, above or below it', () => {
  expect(() => checkDomainsApart(['a.example', 'b.example'], ['c.example', 'xa.example'])).not.toThrow()
  for (const [own, other] of [
    ['a.example', 'a.example'],
    ['x.a.example', 'a.example'],
    ['a.example', 'x.a.example'],
  ] as const) {
    expect(refusalOf(() => checkDomainsApart(['ok.example', own], [other])).at).toEqual(['emailDomains', 1])
  }
})

test.each([
  ['jo@client.example', true],
  ['jo@klient-ü.example', true],
  ['jo@xn--klient--p2a.example', false],
  ['jo@sub.client.example', false],
  ['jo@mail.example', false],
  ['jo@firm.example', false],
  ['jo@sub.firm.example', false],
])('whether %s is one of the client’s addresses: %s', (email, of) => {
  const clientDomains = checkDomains(['client.example', 'klient-ü.example'])
  expect(isAddressOfClient(email, { clientDomains, firmDomains: ['firm.example'] })).toBe(of)
  // An address of the firm's stays the firm's, whatever is said of the client.
  const both = [...clientDomains, 'firm.example', 'sub.firm.example']
  if (email.includes('firm')) {
    expect(isAddressOfClient(email, { clientDomains: both, firmDomains: ['firm.example'] })).toBe(false)
  }
})
