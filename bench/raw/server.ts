import { createPublicKey, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import { root } from '../place.js'

/**
 * The practical limit: a bare server with one hand-written statement for each operation, which answers the finished
 * JSON. Same role, same row-level security, same tokens as the service; all that a transaction takes goes to the
 * database in one round trip.
 */
interface Settings {
  port: number
  databaseUrl: string
  poolSize: number
  issuer: string
  jwks: { keys: { kid: string; kty: string; n: string; e: string }[] }
}

const { port, databaseUrl, poolSize, issuer, jwks }: Settings = JSON.parse(readFileSync(0, 'utf8'))

const folder = join(root, 'bench/raw')
const statements = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => [`/${name.slice(0, -'.sql'.length)}`, readFileSync(join(folder, name), 'utf8')]),
)
const keys = new Map<string, KeyObject>(
  jwks.keys.map(({ kid, ...key }) => [kid, createPublicKey({ key, format: 'jwk' })]),
)
const pool = new pg.Pool({
  connectionString: databaseUrl,
  max: poolSize,
  min: poolSize,
  pipeline: true,
} as pg.PoolConfig)

interface Token {
  sub: string
  mid: string
  fid: string
  cid?: string
  sid: string
}

function tokenOf(request: IncomingMessage): Token {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  const key = keys.get(jwt.decode(token, { complete: true })?.header.kid ?? '')
  if (!key) throw new Error('a token of nobody')
  return jwt.verify(token, key, { algorithms: ['RS256'], issuer, audience: 'fieldwork' }) as unknown as Token
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** `SET LOCAL` takes no parameters: the form is checked first. */
const quoted = (id: string) => {
  if (!uuid.test(id)) throw new Error('no id')
  return `'${id}'`
}

async function answer(path: string, variables: string, token: Token): Promise<string> {
  const text = statements.get(path)
  if (!text) throw new Error('no such operation')
  const tenant = `set local app.firm_id = ${quoted(token.fid)}; set local app.client_id = ${token.cid ? quoted(token.cid) : "''"}`
  const client = await pool.connect()
  let failed = true
  try {
    const [, { rows }] = await Promise.all([
      client.query(`begin isolation level repeatable read read only; ${tenant}`),
      client.query({ name: path, text, values: [token.fid, token.mid, token.sid, variables] }),
      client.query('commit'),
    ])
    failed = false
    return rows[0].answer
  } finally {
    client.release(failed)
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    try {
      if (request.url === '/ready') return response.end()
      const body = await answer(request.url ?? '', Buffer.concat(chunks).toString('utf8'), tokenOf(request))
      response.setHeader('content-type', 'application/json; charset=utf-8')
      response.end(body)
    } catch (error) {
      console.error(error)
      response.statusCode = 500
      response.end(String(error))
    }
  })
})
server.keepAliveTimeout = 60_000
server.listen(port, '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
