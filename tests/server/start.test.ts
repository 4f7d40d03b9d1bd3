import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { cast, demoPassword } from '../../seeds/invented.js'

const root = resolve(import.meta.dirname, '../../..')
const running: ChildProcess[] = []
const folders: string[] = []

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function dataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldwork-start-'))
  // Open to PostgreSQL's own user where the tests run as root: what it keeps here goes with the folder.
  await chmod(folder, 0o711)
  folders.push(folder)
  return join(folder, 'data')
}

/** A port that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** `npm start` without the compiler. Only what is given stands in the environment. */
function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: root,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...environment },
  })
  running.push(child)
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  let complained = ''
  child.stderr.on('data', (chunk) => {
    complained += chunk
  })
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, printed, complained }))
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => printed.includes('Fieldwork is ready') && resolve(printed))
    ended.then(({ complained }) => reject(new Error(`ended before it was ready: ${complained}`)))
  })
  ready.catch(() => undefined)
  return { child, ready, ended }
}

async function ask(port: number, query: string, token?: string) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query }),
  })
  return (await response.json()) as { data: any; errors?: any }
}

const signIn = (email: string) =>
  `mutation { signIn(input: {idempotencyKey: "${crypto.randomUUID()}", email: "${email}", password: "${demoPassword}"}) { session { accessToken } errors { code } } }`

describe('the start on a bare machine', () => {
  it('makes the invented firm once, keeps it over a kill and a stop, and drains on SIGTERM', {
    timeout: 180_000,
  }, async () => {
    const port = await freePort()
    const settings = { PORT: String(port), FIELDWORK_DATA_DIR: await dataDir() }
    const first = start(settings)
    const told = await first.ready
    for (const { email } of Object.values(cast)) expect(told).toContain(email)
    const { data } = await ask(port, signIn(cast.partner.email))
    const token = data.signIn.session.accessToken
    const engagements = '{ engagements { nodes { id state report { number } } } }'
    const before = await ask(port, engagements, token)
    expect(before.data.engagements.nodes.map((one: { state: string }) => one.state).sort()).toEqual([
      'FIELDWORK',
      'ISSUED',
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
    const line = await oneLine({ PORT: String(port), FIELDWORK_DATA_DIR: await dataDir(), FIELDWORK_SEED: 'none' })
    expect(line).toBe(`Port ${port} is in use; set PORT to another one, or stop what listens there.`)
    taken.close()
  })

  it('says that the database is away', async () => {
    const port = await freePort()
    const line = await oneLine({
      DATABASE_URL: `postgres://owner:hush@127.0.0.1:${port}/audit`,
      FIELDWORK_DATA_DIR: await dataDir(),
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
