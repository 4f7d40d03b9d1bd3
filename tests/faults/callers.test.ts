import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { changes, fieldwork } from '../support/fieldwork.js'
import { leftBehind, listening } from '../support/listening.js'
import { keepFrom, waitingForLocks } from '../support/locks.js'
import { type Person, world } from '../support/world.js'

const statement = 1_500
const pace = { headers: 600, body: 900, answer: 400, check: 50 }
const lines: string[] = []
const w = await world(undefined, { database: { timeouts: { statement } }, pace, lines })
const door = await listening(w)
const a = await w.firm('Alder')
const work = await fieldwork(w, a)

/** A caller at the socket: nothing is sent or read but what a test says. */
async function caller(): Promise<Socket> {
  const socket = connect(door.port, '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

function head(person: Person, bytes: number, type = 'application/json'): string {
  const headers = { ...door.headers(person), 'content-type': type, 'content-length': String(bytes), host: 'localhost' }
  const written = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /graphql HTTP/1.1\r\n${written.join('')}apollo-require-preflight: true\r\n\r\n`
}

/** A whole request. */
function request(person: Person, query: string, variables: object = {}): string {
  const body = JSON.stringify({ query, variables })
  return head(person, Buffer.byteLength(body)) + body
}

/** Resolves, with what was said, when the service has closed the connection. */
async function closed(socket: Socket): Promise<string> {
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  // Not `once`: what is sent into a closing connection comes back as an error, and closed it is all the same.
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return said
}

async function becomes<T>(look: () => Promise<T>, wanted: T, withinMs = 3_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (JSON.stringify(await look()) !== JSON.stringify(wanted)) {
    if (performance.now() > deadline) return expect(await look()).toEqual(wanted)
    await pause(10)
  }
}

/** Sessions of the service that are at work or in a transaction. */
const atWork = async () =>
  (
    await w.owner.query(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and application_name = 'fieldwork' and state <> 'idle'`,
    )
  ).rows[0].n as number

const viewer = '{ viewer { firm { name } } }'

describe('a caller who sends byte by byte', () => {
  it.each([
    ['headers', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-slow: ', '408'],
    ['body', head(a.staff, 1_000), ''],
  ] as const)(
    'is let go of in the midst of the %s, has held no connection to the database, and others are served',
    async (part, begin, answer) => {
      const begun = performance.now()
      const socket = await caller()
      const end = closed(socket)
      socket.write(begin)
      const drip = setInterval(() => socket.write('x'), 30)
      try {
        await pause(150)
        expect(socket.closed).toBe(false)
        expect(await atWork()).toBe(0)
        expect((await door.post(a.staff, viewer)).body?.data.viewer.firm.name).toBe('Alder')
        expect(await end).toContain(answer)
      } finally {
        clearInterval(drip)
      }
      const took = performance.now() - begun
      expect(took).toBeGreaterThan(pace[part] - 50)
      expect(took).toBeLessThan(pace[part] + 1_000)
    },
  )
})

describe('a caller who does not read the answer', () => {
  it('is let go of; nothing of the database waits for them', async () => {
    const accepted = once(w.app.server, 'connection')
    const socket = await caller()
    const [theirs] = (await accepted) as [Socket]
    socket.pause()
    // More than the system keeps on its way between two sockets: the rest waits in the service.
    const many = (count: number, field: string) => Array.from({ length: count }, (_, n) => `n${n}: ${field}`).join(' ')
    const wide = `__schema { types { fields { ${many(25, 'description')} } } }`
    const asked = request(a.staff, `{ viewer { firm { name } } ${wide} }`)
    // One answer is as large as an operation may ask for: several are, whatever the system takes.
    socket.write(asked.repeat(5))
    await becomes(async () => theirs.writableLength > 0, true, 10_000)
    await becomes(atWork, 0)
    expect(theirs.closed).toBe(false)
    await becomes(async () => theirs.closed, true)
    expect(await leftBehind(w)).toEqual([])
  })
})

describe('a caller who goes away', () => {
  it('in the midst of a body is no fault of the service in its log', async () => {
    lines.length = 0
    const accepted = once(w.app.server, 'connection')
    const socket = await caller()
    const [theirs] = (await accepted) as [Socket]
    socket.write(`${head(a.staff, 1_000)}{"query"`)
    await pause(100)
    socket.resetAndDestroy()
    await becomes(async () => theirs.closed, true)
    await pause(50)
    expect(lines).toEqual([])
  })

  const create =
    'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id name } errors { code } } }'
  /** What there is of an act: all of it, or nothing. */
  const traces = async (name: string, key: string) =>
    (
      await w.owner.query(
        `select (select count(*)::int from client where name = $1) as rows,
           (select count(*)::int from trail_entry where changes like '%' || $1 || '%') as entries,
           (select count(*)::int from idempotency where key = $2 and sealed_payload is not null) as remembered`,
        [name, key],
      )
    ).rows[0]

  it('in the midst of an act leaves all of it or nothing, whenever that is; sent again it has happened once', async () => {
    const sent = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const input = { idempotencyKey: randomUUID(), name: `Left ${n} ${randomUUID()}` }
        const socket = await caller()
        socket.write(request(a.manager, create, { input }))
        await pause(n * 0.7)
        socket.destroy()
        return input
      }),
    )
    await becomes(atWork, 0)
    const found = await Promise.all(sent.map(({ name, idempotencyKey }) => traces(name, idempotencyKey)))
    for (const { rows, entries, remembered } of found) expect([entries, remembered]).toEqual([rows, rows])
    for (const input of sent) {
      const { body } = await door.post(a.manager, create, { input })
      expect(body?.data.createClient).toMatchObject({ client: { name: input.name }, errors: [] })
      expect(await traces(input.name, input.idempotencyKey)).toEqual({ rows: 1, entries: 1, remembered: 1 })
    }
    expect(await leftBehind(w)).toEqual([])
  })

  it('while an act waits in the database finds it done as one', async () => {
    const release = await keepFrom(w, 'trail_entry')
    const input = { idempotencyKey: randomUUID(), name: `Waited ${randomUUID()}` }
    const socket = await caller()
    socket.write(request(a.manager, create, { input }))
    await waitingForLocks(w, 1)
    socket.destroy()
    await pause(50)
    await release()
    await becomes(() => traces(input.name, input.idempotencyKey), { rows: 1, entries: 1, remembered: 1 })
    expect(await leftBehind(w)).toEqual([])
  })

  const question = '{ engagements { nodes { controls { nodes { ref } } } } }'

  it('in the midst of a query is read for no further', async () => {
    const logged = lines.length
    const release = await keepFrom(w, 'engagement')
    await keepFrom(w, 'control')
    const socket = await caller()
    socket.write(request(a.staff, question))
    await waitingForLocks(w, 1)
    socket.destroy()
    await pause(50)
    await release()
    // The controls would be waited for still: no operation reads them.
    await becomes(atWork, 0, statement / 2)
    expect(await leftBehind(w)).toEqual([])
    expect(lines.slice(logged)).toEqual([])
  })

  it('in the midst of a statement keeps its connection no longer than a statement may take', async () => {
    await keepFrom(w, 'engagement')
    const socket = await caller()
    socket.write(request(a.staff, question))
    await waitingForLocks(w, 1)
    const left = performance.now()
    socket.destroy()
    await becomes(atWork, 0)
    expect(performance.now() - left).toBeLessThan(statement + 500)
    expect(await leftBehind(w)).toEqual([])
  })

  it('while a list is imported finds it imported as one', async () => {
    const rows = 20_000
    const { id: populationId, version } = await work.draft()
    const { id: evidenceId } = await a.staff.brings(work.engagementId, { name: 'list.csv', content: changes(rows) })
    const input = { idempotencyKey: randomUUID(), populationId, expectedVersion: version, evidenceId, keyColumn: 'id' }
    const importing = `mutation ($input: ImportPopulationInput!) { importPopulation(input: $input) { population { itemCount } errors { code } } }`
    const imported = async () =>
      (
        await w.owner.query(
          `select item_count as "itemCount", (select count(*)::int from population_item where population_id = p.id) as items,
             (select count(*)::int from trail_entry where action = 'importPopulation' and node_id = p.id) as entries
           from population p where id = $1`,
          [populationId],
        )
      ).rows[0]
    const logged = lines.length
    const release = await keepFrom(w, 'population_item')
    const socket = await caller()
    socket.write(request(a.staff, importing, { input }))
    await waitingForLocks(w, 1)
    socket.destroy()
    await pause(50)
    await release()
    await becomes(imported, { itemCount: rows, items: rows, entries: 1 }, 10_000)
    await becomes(atWork, 0)
    expect(await leftBehind(w)).toEqual([])
    expect(lines.slice(logged)).toEqual([])
  })
})
