import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { lists } from './list.js'

const root = resolve(import.meta.dirname, '../../..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

/** The titles in a test file: what is said first to it, test and describe, or to what their `each` answers. */
function titlesOf(file: string): string[] {
  const titles = /(?:\b(?:it|test|describe)\(|\)\()\s*(['"`])((?:(?!\1)[^\\\n]|\\.)+)\1,/g
  return [...textOf(join('tests', file)).matchAll(titles)].map((match) => `${match[2]}`.replaceAll(/\\(.)/g, '$1'))
}

describe.each(Object.entries(lists))('%s', (_name, points) => {
  it.each(points)('$point', ({ held = [], because }) => {
    expect(held.length > 0 || because, 'a point has tests that hold it, or a reason').toBeTruthy()
    for (const [file, title] of held) {
      expect(file).toMatch(/\.test\.ts$/)
      expect(titlesOf(file), file).toContain(title)
    }
    if (because) expect(because).toMatch(/^[A-Z].{20,}\.$/)
  })
})

test('every risk of the API list is spoken of', () => {
  const spoken = (lists['OWASP API Security Top 10, 2023'] ?? []).map(({ point }) => point.split(' ')[0])
  expect([...new Set(spoken)]).toEqual(Array.from({ length: 10 }, (_, n) => `API${n + 1}`))
})

test('every file of this folder holds a point', () => {
  const named = new Set(
    Object.values(lists).flatMap((points) => points.flatMap(({ held = [] }) => held.map(([file]) => file))),
  )
  const here = readdirSync(join(root, 'tests/security')).filter((file) => file.endsWith('.test.ts'))
  expect(here.filter((file) => !named.has(`security/${file}`))).toEqual([])
})

test('nothing in the service calls out but what sends mail, keeps files in a bucket or has them scanned', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const reaching = /\bfetch\(|from '(node:)?(https?|http2|net|tls|dgram|dns)'|WebSocket|undici|axios|@aws-sdk/
  const able = sources.filter((file) => /(?<!\.d)\.ts$/.test(file) && reaching.test(textOf(join('src', file))))
  // Of the others one knows the form of an address, one the names of statuses, two the types of requests, and one looks for a free port.
  expect(able.sort()).toEqual([
    'http/app.ts',
    'http/files.ts',
    'http/uploads.ts',
    'jobs/mailer.ts',
    'jobs/smtp.ts',
    'kernel/files/clamd.ts',
    'kernel/files/s3-storage.ts',
    'local-postgres/embedded.ts',
    'setting-values.ts',
  ])
})
