import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { sealTicket } from '../../src/features/evidence/upload-ticket.js'
import { staffedEngagement } from '../support/engagements.js'
import { ordinary } from '../support/files.js'
import { world } from '../support/world.js'

const w = await world()
const { secretBox } = w.database
const [a, b] = [await w.firm('Ashdown'), await w.firm('Birch')]

/** An engagement of a client, and who brings its files. */
const engagementOf = async (firm: typeof a, name: string) => {
  const client = await firm.client(name)
  return { id: await staffedEngagement(firm, client), bringer: client.respondent }
}
const mine = await engagementOf(a, 'Kestrel')
const ofClient = await engagementOf(a, 'Heron')
const ofFirm = await engagementOf(b, 'Kestrel')

it('tells no one that another client or firm has the same file: neither by its answer nor by a quarter of its time', {
  timeout: 120_000,
}, async () => {
  const size = 400_000
  const kinds = ['new', 'another client has', 'another firm has'] as const
  type Kind = (typeof kinds)[number]
  const content = async (kind: Kind) => {
    const bytes = randomBytes(size)
    const before = { new: null, 'another client has': ofClient, 'another firm has': ofFirm }[kind]
    await before?.bringer.brings(before.id, { name: 'first.bin', content: bytes })
    return bytes
  }
  const timed = async (bytes: Buffer) => {
    const ticket = {
      claims: mine.bringer.claims,
      evidenceId: randomUUID(),
      engagementId: mine.id,
      fileName: 'sent.bin',
      byteCountMax: size,
      ...ordinary,
      coversFrom: null,
      coversTo: null,
      supersedesId: null,
      expiresAt: Date.now() + 60_000,
    }
    const url = `http://fieldwork.test/uploads/${sealTicket(secretBox, ticket)}`
    const begun = performance.now()
    const { statusCode, headers, body } = await w.put(url, bytes)
    const ms = performance.now() - begun
    const { evidence } = JSON.parse(body)
    return { ms, said: [statusCode, Object.keys(headers), Object.keys(evidence), evidence.state] }
  }
  // Compared within a round, each kind first in turn: what the machine does meanwhile falls on all of them.
  const ratios: Record<Exclude<Kind, 'new'>, number[]> = { 'another client has': [], 'another firm has': [] }
  for (let round = 0; round < 30; round += 1) {
    const files = await Promise.all(kinds.map(async (kind) => [kind, await content(kind)] as const))
    const inTurn = kinds.map((_, at) => files[(round + at) % kinds.length] as (typeof files)[number])
    const sent = new Map<Kind, Awaited<ReturnType<typeof timed>>>()
    for (const [kind, bytes] of inTurn) sent.set(kind, await timed(bytes))
    const fresh = sent.get('new') as Awaited<ReturnType<typeof timed>>
    for (const kind of ['another client has', 'another firm has'] as const) {
      const known = sent.get(kind) as typeof fresh
      expect(known.said).toEqual(fresh.said)
      ratios[kind].push(known.ms / fresh.ms)
    }
  }
  for (const [kind, all] of Object.entries(ratios)) {
    const median = all.sort((x, y) => x - y)[all.length / 2] as number
    process.stdout.write(`a file that ${kind} takes ${median.toFixed(2)} times as long as one that is new\n`)
    expect(median, kind).toBeGreaterThan(0.75)
    expect(median, kind).toBeLessThan(1.25)
  }
})
