import { createPublicKey, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import { root } from '../place.js'
import { signIn } from './sign-in.js'

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
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      return [`/${name.slice(0, -'.sql'.length)}`, { text, takesVariables: text.includes('$4') }]
    }),
)
const keys = new Map<string, KeyObject>(
  jwks.keys.map(({ kid, ...key }) => [kid, createPublicKey({ key, format: 'jwk' })]),
)
const connection: pg.PoolConfig & { pipeline: true } = {
  connectionString: databaseUrl,
  max: poolSize,
  min: poolSize,
  pipeline: true,
}
const pool = new pg.Pool(connection)

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
  if (!key) throw new Error('a token of no session')
  return jwt.verify(token, key, { algorithms: ['RS256'], issuer, audience: 'fieldwork' }) as unknown as Token
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** `SET LOCAL` takes no parameters: the form is checked first. */
const quoted = (id: string) => {
  if (!uuid.test(id)) throw new Error('no id')
  return `'${id}'`
}
const tenantOf = ({ fid, cid }: Token) =>
  `set local app.firm_id = ${quoted(fid)}; set local app.client_id = ${cid ? quoted(cid) : "''"}`

/** One transaction in one round trip. A connection on which something failed is given up. */
async function transact(begin: string, statement: pg.QueryConfig): Promise<string> {
  const client = await pool.connect()
  let failed = true
  try {
    const [, { rows }] = await Promise.all([client.query(begin), client.query(statement), client.query('commit')])
    failed = false
    return rows[0].answer
  } finally {
    client.release(failed)
  }
}

function read(path: string, variables: string, token: Token): Promise<string> {
  const statement = statements.get(path)
  if (!statement) throw new Error('no such operation')
  const { text, takesVariables } = statement
  const begin = `begin isolation level repeatable read read only; ${tenantOf(token)}`
  const values = [token.fid, token.mid, token.sid, ...(takesVariables ? [variables] : [])]
  return transact(begin, { name: path, text, values })
}

function record(variables: string, token: Token): Promise<string> {
  const who = `set local app.member_id = ${quoted(token.mid)}; set local app.session_id = ${quoted(token.sid)}`
  const text = `select json_build_object('data', json_build_object('recordResults', bench.record($1::json -> 'input')))::text as answer`
  return transact(`begin; ${tenantOf(token)}; ${who}`, { name: 'record', text, values: [variables] })
}

function answer(request: IncomingMessage, body: string): Promise<string> {
  const path = request.url ?? ''
  if (path === '/signIn') return signIn(pool, issuer, body, String(request.headers['x-forwarded-for']))
  const token = tokenOf(request)
  return path === '/record' ? record(body, token) : read(path, body, token)
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    if (request.url === '/ready') return response.end()
    try {
      const body = await answer(request, Buffer.concat(chunks).toString('utf8'))
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
