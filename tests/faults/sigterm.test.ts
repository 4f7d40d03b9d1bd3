import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { cast, demoPassword } from '../../seeds/invented.js'
import { auditFirm } from '../support/audit-firm.js'
import { testDatabase } from '../support/database.js'
import { freePort, start } from '../support/service-process.js'

const place = await testDatabase()
const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 1, options: '-c search_path=fieldwork' })
owner.on('error', () => undefined)
afterAll(() => owner.end())
const given = {
  DATABASE_URL: place.ownerUrl,
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
  const [incoming] = await answered.catch((error: Error) => {
    throw Object.assign(error, { reused: outgoing.reusedSocket })
  })
  let body = ''
  for await (const chunk of incoming) body += chunk
  return { status: incoming.statusCode, headers: incoming.headers, body: JSON.parse(body) }
}

/** Nobody was there; or the kernel took the connection, and the service had gone before it did: that ends by a reset. */
const isRefusal = ({ code, reused }: { code?: string; reused?: boolean }) =>
  code === 'ECONNREFUSED' || (code === 'ECONNRESET' && reused === false)

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
  const service = start({ ...given, ...settings, PORT: String(port) })
  await service.ready
  return { ...service, port, address: `http://127.0.0.1:${port}` }
}

test('stopped under load by SIGTERM, the service answers every request that came, over connections old and new, and ends', {
  timeout: 120_000,
}, async () => {
  const { child, ended, address } = await serve({})
  const agents: Agent[] = []
  const newAgent = () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    agents.push(agent)
    return agent
  }
  const token = (await ask(address, newAgent(), '/graphql', { body: signIn })).body.data.signIn.session.accessToken
  const ready = async () => (await ask(address, newAgent(), '/readyz')).status
  let stopped = false
  const done: string[] = []
  const failures: unknown[] = []
  const connection: (string | undefined)[] = []
  /**
   * Sends without end on one connection at a time, a new one when the service closes it. The wary ask first, as a balancer
   * does, whether the service is ready, and never fail; the others go on until they are refused.
   */
  const caller = async (who: number) => {
    const agent = newAgent()
    const wary = who % 2 === 0
    for (let n = 0; ; n += 1) {
      const name = `Client ${who}.${n}`
      try {
        const { status, headers, body } = await ask(address, agent, '/graphql', { token, body: creating(name) })
        if (stopped) connection.push(headers.connection)
        if (status !== 200 || body.errors || body.data.createClient.errors.length > 0) failures.push({ status, body })
        else done.push(name)
        if (wary && headers.connection === 'close' && (await ready()) === 503) return
      } catch (error) {
        if (wary || !stopped || !isRefusal(error as { code?: string })) failures.push({ name, error })
        return
      }
      await pause(who % 4)
    }
  }
  const callers = Array.from({ length: 8 }, (_, who) => caller(who))
  await pause(500)
  const slow = ask(address, newAgent(), '/graphql', { token, body: creating('Slow client'), heldMs: 3_500 })
  expect(await ready()).toBe(200)
  await pause(100)
  stopped = true
  const before = done.length
  const stoppedAt = performance.now()
  child.kill('SIGTERM')
  await pause(200)
  expect(await ready()).toBe(503)
  await Promise.all(callers)

  expect(failures).toEqual([])
  expect(done.length).toBeGreaterThan(before + 20)
  // The answers that were on their way may still keep their connection; all that came later close it.
  expect(connection.slice(8).filter((header) => header !== 'close')).toEqual([])
  expect((await slow).body.data.createClient.client.name).toBe('Slow client')
  const { code, complained } = await ended
  expect([code, complained]).toEqual([0, ''])
  expect(performance.now() - stoppedAt).toBeLessThan(15_000)
  const { rows } = await owner.query("select name from client where name like 'Client %' or name = 'Slow client'")
  expect(rows.map(({ name }) => name).sort()).toEqual([...done, 'Slow client'].sort())
  for (const agent of agents) agent.destroy()
})

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
