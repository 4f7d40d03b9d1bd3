import { deepStrictEqual } from 'node:assert'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withoutBudgets } from './answer.js'
import { type Entrant, requestsOf, type Sign } from './contest.js'
import type { Sent } from './load.js'
import type { Ask, Operation } from './operations.js'
import { asOwner, type Place, root } from './place.js'
import { restore } from './recipe.js'

const anyId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** What one contestant said to each ask, as far as it is the same each time, and what it wrote. */
interface Testimony {
  readings: unknown[]
  written: unknown
  /** Of the answers to the byte, by which the load process knows them again. */
  digests: string[]
}

/**
 * Asks every contestant the same, and compares what they say and what they write.
 * @returns for each contestant, by name, the digests of its answers
 * @throws when one differs from the first
 */
export async function compare(
  place: Place,
  entrants: readonly Entrant[],
  operation: Operation,
  asks: readonly Ask[],
  sign: Sign,
): Promise<Map<string, string[]>> {
  if (asks.length === 0) throw new Error(`There is nothing to ask ${operation.name} of.`)
  const digests = new Map<string, string[]>()
  let first: { name: string; testimony: Testimony } | undefined
  for (const entrant of entrants) {
    const { name } = entrant.server
    const testimony = await hear(place, entrant, operation, asks, sign)
    if (first) {
      const as = `as ${first.name} does at ${operation.name}`
      for (const [at, reading] of testimony.readings.entries()) {
        const asked = JSON.stringify(asks[at]?.variables).slice(0, 200)
        assertEqual(reading, first.testimony.readings[at], `${name} does not answer ${asked} ${as}`)
      }
      assertEqual(testimony.written, first.testimony.written, `${name} does not write ${as}`)
    }
    first ??= { name, testimony }
    digests.set(name, testimony.digests)
  }
  return digests
}

const shownLines = 20

function assertEqual(actual: unknown, expected: unknown, otherwise: string): void {
  try {
    deepStrictEqual(actual, expected)
  } catch (error) {
    const difference = String((error as Error).message)
      .split('\n')
      .slice(0, shownLines)
      .join('\n')
    throw new Error(`${otherwise}: ${difference}`)
  }
}

async function hear(
  place: Place,
  entrant: Entrant,
  operation: Operation,
  asks: readonly Ask[],
  sign: Sign,
): Promise<Testimony> {
  const { contestant, server } = entrant
  const testimony: Testimony = { readings: [], written: null, digests: [] }
  for (const request of requestsOf(entrant, operation, asks, sign)) {
    const text = await answerTo(server.url, request)
    const { extensions: _, ...told } = JSON.parse(text)
    const answer = contestant.read(operation, told)
    if ((answer as { errors?: unknown }).errors) throw new Error(`${server.name} answered ${text.slice(0, 600)}`)
    // An empty agreement proves nothing: each operation is about rows that its caller sees.
    if (operation.hidden && !anyId.test(text)) throw new Error(`${server.name} tells nothing: ${text.slice(0, 600)}`)
    testimony.readings.push(operation.settled(answer))
    testimony.digests.push(
      createHash('sha256')
        .update(withoutBudgets(Buffer.from(text)))
        .digest('hex'),
    )
  }
  if (operation.once) {
    testimony.written = await writtenIn(place)
    await restore(place)
  }
  return testimony
}

async function answerTo(url: string, { path, headers, body }: Omit<Sent, 'digest'>): Promise<string> {
  const response = await fetch(url + path, { method: 'POST', headers, body })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${url}${path} answered ${response.status}: ${text.slice(0, 600)}`)
  return text
}

interface Change {
  type: string
  id?: string
  after?: { recordedAt?: string; session?: string }
}

async function writtenIn({ ownerUrl }: Place): Promise<unknown> {
  const statement = await readFile(join(root, 'bench/written.sql'), 'utf8')
  const written = await asOwner(ownerUrl, async (owner) => (await owner.query(statement)).rows[0].written)
  for (const entry of written.trail ?? []) {
    for (const change of entry.changes as Change[]) {
      delete change.after?.session
      if (change.type !== 'Result') continue
      delete change.id
      delete change.after?.recordedAt
    }
  }
  return written
}

/**
 * Asks what others ask, as a member of another firm and as a member of the firm who is not on the team: neither may be
 * told of anything.
 * @throws when a contestant tells them of a row
 */
export async function checkWalls(
  entrants: readonly Entrant[],
  operation: Operation,
  asks: readonly Ask[],
  sign: Sign,
): Promise<void> {
  for (const entrant of entrants) {
    const asked = strangers(asks)
    if (asked.length === 0) throw new Error(`There is no stranger to ask ${operation.name}.`)
    for (const request of requestsOf(entrant, operation, asked, sign)) {
      const { data } = entrant.contestant.read(operation, JSON.parse(await answerTo(entrant.server.url, request))) as {
        data: unknown
      }
      const told = JSON.stringify(data)
      if (anyId.test(told)) throw new Error(`${entrant.server.name} tells a stranger: ${told.slice(0, 600)}`)
    }
  }
}

/** Some asks in the mouths of others: of another firm, and of the firm but not on the team. */
function strangers(asks: readonly Ask[]): Ask[] {
  return asks.slice(0, 20).flatMap((ask) => {
    const { firmId, memberId } = ask.claims ?? {}
    const others = [
      asks.find(({ claims }) => claims?.firmId !== firmId),
      asks.find(({ claims }) => claims?.firmId === firmId && claims?.memberId !== memberId),
    ]
    return others.flatMap((other) => (other ? [{ ...ask, claims: other.claims }] : []))
  })
}
