import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import jwt from 'jsonwebtoken'
import pg from 'pg'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

// PostGraphile as its own pages tell to set it up: over the service's tables, through views that keep engagements to their
// teams (rivals.sql), as the service's role, with the person in pgSettings, its statements prepared and its plans kept.

const { port, databaseUrl, poolSize, issuer, jwks } = JSON.parse(readFileSync(0, 'utf8'))
const keys = new Map(jwks.keys.map(({ kid, ...key }) => [kid, createPublicKey({ key, format: 'jwk' })]))

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
const engagementsOf = {
  name: 'engagements-of',
  text: 'select bench.engagements_of($1, $2, $3, $4)::text as engagements',
}

/** Whom a request is from, as settings of its transactions; refused when the session or the membership has ended. */
async function settingsOf(request) {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  const key = keys.get(jwt.decode(token, { complete: true })?.header.kid)
  if (!key) return {}
  const { fid, cid, mid, sid } = jwt.verify(token, key, { algorithms: ['RS256'], issuer, audience: 'fieldwork' })
  const { rows } = await pool.query({ ...engagementsOf, values: [fid, cid ?? null, mid, sid] })
  return {
    'app.firm_id': fid,
    'app.client_id': cid ?? '',
    'app.member_id': mid,
    'app.session_id': sid,
    'app.engagements': rows[0].engagements,
  }
}

/** @type {GraphileConfig.Preset} */
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool, schemas: ['bench'] })],
  grafast: {
    explain: false,
    context: async ({ node }) => ({ pgSettings: await settingsOf(node.req) }),
  },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
}

const server = createServer()
const service = postgraphile(preset).createServ(grafserv)
await service.addTo(server)
server.keepAliveTimeout = 60_000
server.listen(port, '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
