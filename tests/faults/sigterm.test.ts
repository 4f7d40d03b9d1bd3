import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { cast, demoPassword } from '../../seeds/invented/people.js'
import { auditFirm } from '../support/audit-firm.js'
import { testDatabase } from '../support/database.js'
import { filesFolder, freePort, start } from '../support/service-process.js'

const place = await testDatabase()
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 1, options: '-c search_path=fieldwork' })
owner.on('error', () => undefined)
afterAll(() => owner.end())
const given = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  FIELDWORK_SECRET: 'the secret of the test run, known to all',
  FIELDWORK_DRAIN_SECONDS: '2',
}
await auditFirm(given)

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: any
}

/** One request over a connection of the agent's: a fetch would not tell on which one, nor let its body be held back. */
async function ask(
  address: string,
  agent: Agent,
  path: string,
  asked?: { token?: string; body: object; heldMs?: number },
): Promise<Answer> {
  const headers = {
    ...(asked ? { 'content-type': 'application/json' } : {}),
    ...(asked?.token ? { authorization: `Bearer ${asked.token}` } : {}),
  }
  const outgoing = request(`${address}${path}`, { method: asked ? 'POST' : 'GET', agent, headers })
  const answered = once(outgoing, 'response')
  answered.catch(() => undefined)
  const text = asked ? JSON.stringify(asked.body) : ''
  if (asked?.heldMs) {
    outgoing.write(text.slice(0, 20))
    await pause(asked.heldMs)
    outgoing.end(text.slice(20))
  } else outgoing.end(text)
  const [incoming] = await answered
  let body = ''
  for await (const chunk of incoming) body += chunk
  return { status: incoming.statusCode, headers: incoming.headers, body: JSON.parse(body) }
}

const creating = (name: string) => ({
  query: 'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { name } errors { code } } }',
  variables: { input: { idempotencyKey: `key of ${name}`, name } },
})

const signIn = {
  query: 'mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }',
  variables: { input: { email: cast.manager.email, password: demoPassword } },
}

async function serve(settings: Record<string, string>) {
  const port = await freePort()
  const service = start({ ...given, LOG_LEVEL: 'info', ...settings, PORT: String(port) })
  await service.ready
  return { ...service, port, address: `http://127.0.0.1:${port}` }
}

type Served = Awaited<ReturnType<typeof serve>>

/** When the service said that it accepts no connection any more; never, until then. */
function closing({ child }: Served): { at: number } {
  const closed = { at: Number.POSITIVE_INFINITY }
  child.stdout?.on('data', (chunk) => {
    if (String(chunk).includes('no connection is accepted any more')) closed.at = performance.now()
  })
  return closed
}

const agents: Agent[] = []
afterAll(() => {
  for (const agent of agents) agent.destroy()
})
function newAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return agent
}

const tokenOf = async ({ address }: Served): Promise<string> =>
  (await ask(address, newAgent(), '/graphql', { body: signIn })).body.data.signIn.session.accessToken

/** What callers saw. */
interface Seen {
  done: string[]
  /** Answers that were none, connections that were reset. */
  failures: unknown[]
  /** When connections were refused. */
  refusedAt: number[]
}

/**
 * Sends without end, on one connection at a time, a new one when the service closes it, until it is refused or leaves.
 * @param leaves whether it goes elsewhere after an answer that closes its connection
 */
async function callsOn(
  { address }: Served,
  token: string,
  caller: { name: string; pauseMs: number; leaves: () => boolean | Promise<boolean> },
  seen: Seen,
): Promise<void> {
  const agent = newAgent()
  for (let n = 0; ; n += 1) {
    const name = `Client ${caller.name}.${n}`
    try {
      const { status, headers, body } = await ask(address, agent, '/graphql', { token, body: creating(name) })
      if (status !== 200 || body.errors || body.data.createClient.errors.length > 0) {
        seen.failures.push({ status, body })
      } else seen.done.push(name)
      if (headers.connection === 'close' && (await caller.leaves())) return
    } catch (error) {
      if ((error as { code?: string }).code === 'ECONNREFUSED') seen.refusedAt.push(performance.now())
      else seen.failures.push({ name, error })
      return
    }
    await pause(caller.pauseMs)
  }
}

const busy = 16

test('stopped under load by SIGTERM, the service answers every request that came, over connections old and new, and ends', {
  timeout: 120_000,
}, async () => {
  const service = await serve({ FIELDWORK_STOP_SECONDS: '8' })
  const { child, ended, address } = service
  const token = await tokenOf(service)
  const ready = async () => (await ask(address, newAgent(), '/readyz')).status
  const seen: Seen = { done: [], failures: [], refusedAt: [] }
  const closed = closing(service)
  // Half ask whether the service is ready, as a balancer does, and are never refused; the others do not go elsewhere.
  const callers = Array.from({ length: busy }, (_, at) =>
    callsOn(
      service,
      token,
      { name: `${at}`, pauseMs: at % 4, leaves: async () => at % 2 === 0 && (await ready()) === 503 },
      seen,
    ),
  )
  await pause(500)
  const slow = ask(address, newAgent(), '/graphql', { token, body: creating('Slow client'), heldMs: 7_000 })
  expect(await ready()).toBe(200)
  await pause(100)
  const before = seen.done.length
  const stoppedAt = performance.now()
  child.kill('SIGTERM')
  await pause(200)
  expect(await ready()).toBe(503)
  await Promise.all(callers)

  expect(seen.failures).toEqual([])
  expect(seen.done.length).toBeGreaterThan(before + 20)
  // Those who do not leave are answered for half of the time for stopping.
  expect(closed.at - stoppedAt).toBeGreaterThan(5_900)
  expect(seen.refusedAt).toHaveLength(busy / 2)
  expect(Math.min(...seen.refusedAt)).toBeGreaterThan(closed.at - 200)
  expect((await slow).body.data.createClient.client.name).toBe('Slow client')
  const { code, complained } = await ended
  expect([code, complained]).toEqual([0, ''])
  expect(performance.now() - stoppedAt).toBeLessThan(12_000)
  const { rows } = await owner.query("select name from client where name like 'Client %' or name = 'Slow client'")
  expect(rows.map(({ name }) => name).sort()).toEqual([...seen.done, 'Slow client'].sort())
})

test.each([1, 2])(
  'no connection is reset where none of sixteen busy callers goes elsewhere (stop %i)',
  {
    timeout: 60_000,
  },
  async (stop) => {
    const service = await serve({ FIELDWORK_DRAIN_SECONDS: '1', FIELDWORK_STOP_SECONDS: '2' })
    const token = await tokenOf(service)
    const seen: Seen = { done: [], failures: [], refusedAt: [] }
    const callers = Array.from({ length: busy }, (_, at) =>
      callsOn(service, token, { name: `of stop ${stop} ${at}`, pauseMs: 0, leaves: () => false }, seen),
    )
    await pause(300)
    service.child.kill('SIGTERM')
    await Promise.all(callers)
    expect(seen.failures).toEqual([])
    expect(seen.refusedAt).toHaveLength(busy)
    expect((await service.ended).code).toBe(0)
  },
)

test('the service takes connections until its callers have left, refuses none of them, and ends soon after', {
  timeout: 60_000,
}, async () => {
  const service = await serve({ FIELDWORK_DRAIN_SECONDS: '0' })
  const token = await tokenOf(service)
  const seen: Seen = { done: [], failures: [], refusedAt: [] }
  let leftAt = Number.POSITIVE_INFINITY
  const closed = closing(service)
  const callers = Array.from({ length: busy }, (_, at) =>
    callsOn(service, token, { name: `late ${at}`, pauseMs: at, leaves: () => performance.now() > leftAt }, seen),
  )
  await pause(300)
  service.child.kill('SIGTERM')
  leftAt = performance.now() + 1_500
  await Promise.all(callers)
  const { code } = await service.ended
  expect([seen.failures, seen.refusedAt, code]).toEqual([[], [], 0])
  expect(closed.at).toBeGreaterThan(leftAt)
  expect(performance.now()).toBeLessThan(leftAt + 5_000)
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  'without requests %s ends the service at once, whatever connections are open',
  {
    timeout: 30_000,
  },
  async (signal) => {
    const { child, ended, port, address } = await serve({ FIELDWORK_DRAIN_SECONDS: '0' })
    // As a browser opens one in advance.
    const silent = connect(port, '127.0.0.1')
    silent.on('error', () => undefined)
    await once(silent, 'connect')
    expect((await ask(address, newAgent(), '/healthz')).status).toBe(200)
    const stoppedAt = performance.now()
    child.kill(signal)
    expect((await ended).code).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(3_000)
    silent.destroy()
  },
)

test('a caller who never ends a request does not keep the service from ending', { timeout: 30_000 }, async () => {
  const { child, ended, port } = await serve({ FIELDWORK_DRAIN_SECONDS: '0', FIELDWORK_STOP_SECONDS: '1' })
  const caller = connect(port, '127.0.0.1')
  caller.on('error', () => undefined)
  await once(caller, 'connect')
  caller.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{')
  await pause(100)
  const stoppedAt = performance.now()
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  expect(performance.now() - stoppedAt).toBeGreaterThan(900)
  expect(performance.now() - stoppedAt).toBeLessThan(5_000)
  caller.destroy()
})

test('an act whose caller has left keeps the service from ending no longer than requests may take', {
  timeout: 30_000,
}, async () => {
  const { child, ended, port, address } = await serve({ FIELDWORK_DRAIN_SECONDS: '0', FIELDWORK_STOP_SECONDS: '1' })
  const { accessToken } = (await ask(address, new Agent(), '/graphql', { body: signIn })).body.data.signIn.session
  const holder = new pg.Client({ connectionString: place.ownerUrl, options: '-c search_path=fieldwork' })
  await holder.connect()
  onTestFinished(() => holder.end())
  await holder.query('begin; lock table trail_entry in access exclusive mode')
  const body = JSON.stringify(creating('Waits'))
  const caller = connect(port, '127.0.0.1')
  caller.on('error', () => undefined)
  caller.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${accessToken}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  while ((await owner.query(waiting)).rowCount === 0) await pause(10)
  caller.destroy()

  const stoppedAt = performance.now()
  child.kill('SIGTERM')
  const { code, complained } = await ended
  expect([code, complained]).toEqual([0, ''])
  expect(performance.now() - stoppedAt).toBeGreaterThan(900)
  expect(performance.now() - stoppedAt).toBeLessThan(5_000)
  await holder.query('rollback')
  expect((await owner.query("select 1 from client where name = 'Waits'")).rowCount).toBe(0)
})
