import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cast, demoPassword } from '../../seeds/invented/people.js'
import { dataFolder, freePort, start } from '../support/service-process.js'

async function ask(port: number, query: string, token?: string) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as { data: any; errors?: any }
}

/** What the first call of the README sends: signing in, then a query. */
const firstCall = readFileSync(resolve(import.meta.dirname, '../../../README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{ "query"'))
  .map((line) => (JSON.parse(line) as { query: string }).query)

const signIn = (email: string) =>
  `mutation { signIn(input: {email: "${email}", password: "${demoPassword}"}) { session { accessToken } errors { code } } }`

describe('the start on a bare machine', () => {
  it('makes the invented firm once, whole though told to end, keeps it over a kill and a stop, and drains on SIGTERM', {
    timeout: 180_000,
  }, async () => {
    const port = await freePort()
    const settings = { PORT: String(port), FIELDWORK_DATA_DIR: await dataFolder() }
    const making = start(settings)
    making.child.stdout?.once('data', () => making.child.kill('SIGTERM'))
    expect(await making.ready).toContain('First start')
    expect((await making.ended).code).toBe(0)

    const first = start(settings)
    const told = await first.ready
    expect(told).not.toContain('First start')
    for (const { email } of Object.values(cast)) expect(told).toContain(email)
    const { data } = await ask(port, signIn(cast.partner.email))
    const token = data.signIn.session.accessToken
    const engagements = '{ engagements { nodes { id state report { number } } } }'
    const before = await ask(port, engagements, token)
    expect(before.data.engagements.nodes.map((one: { state: string }) => one.state).sort()).toEqual([
      'FIELDWORK',
      'ISSUED',
    ])
    const [entering, reading] = firstCall as [string, string]
    const entered = await ask(port, entering)
    const read = await ask(port, reading, entered.data.signIn.session.accessToken)
    expect(read.data.engagements.nodes.map((one: { readiness: { ready: boolean } }) => one.readiness.ready)).toEqual([
      true,
      false,
    ])
    first.child.kill('SIGKILL')
    await first.ended

    const second = start(settings)
    expect(await second.ready).not.toContain('First start')
    expect(await ask(port, engagements, token)).toEqual(before)
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
  })
})

describe('a start that cannot be', () => {
  const oneLine = async (environment: Record<string, string>) => {
    const { code, complained } = await start(environment).ended
    expect(code).toBe(1)
    expect(complained.trim().split('\n')).toHaveLength(1)
    return complained.trim()
  }

  it('says that the port is in use', { timeout: 60_000 }, async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const line = await oneLine({ PORT: String(port), FIELDWORK_DATA_DIR: await dataFolder(), FIELDWORK_SEED: 'none' })
    expect(line).toBe(`Port ${port} is in use; set PORT to another one, or stop what listens there.`)
    taken.close()
  })

  it('says that the database is away', async () => {
    const port = await freePort()
    const line = await oneLine({
      DATABASE_URL: `postgres://owner:hush@127.0.0.1:${port}/audit`,
      FIELDWORK_DATA_DIR: await dataFolder(),
    })
    expect(line).toContain(`The database audit at 127.0.0.1:${port} cannot be reached`)
    expect(line).not.toContain('hush')
  })

  it('says which setting is wrong, and what would be right', async () => {
    expect(await oneLine({ PORT: 'many' })).toMatch(/^PORT is "many"; it must be a whole number/)
  })

  it('does not serve in production on the embedded database', async () => {
    const line = await oneLine({ NODE_ENV: 'production', FIELDWORK_SECRET: 'f7Qm2x9vLk4tRz8wPc3nYd6hBs1gJa5e' })
    expect(line).toMatch(/DATABASE_URL|FIELDWORK_ALLOW_EMBEDDED/)
  })
})
