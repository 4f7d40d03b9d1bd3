import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import jwt from 'jsonwebtoken'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { jsonPgSmartTags } from 'postgraphile/utils'

// PostGraphile as its own pages tell to set it up: over the service's tables and as its role, with the person in
// pgSettings for row-level security, its statements prepared and its plans kept.

const { port, databaseUrl, poolSize, issuer, jwks } = JSON.parse(readFileSync(0, 'utf8'))
const keys = new Map(jwks.keys.map(({ kid, ...key }) => [kid, createPublicKey({ key, format: 'jwk' })]))

/** Relations that the database has no foreign key for, or one by more columns than identify the row. */
const relations = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      'fieldwork.management_response': {
        tags: {
          foreignKey:
            '(firm_id, exception_id) references fieldwork.exception (firm_id, id)|@fieldName responseTo|@foreignSingleFieldName response',
        },
      },
      'fieldwork.result': {
        tags: { foreignKey: '(firm_id, recorded_by) references fieldwork.member (firm_id, id)|@fieldName recorder' },
      },
    },
  },
})

/** Whom a request is from, as settings of its transactions. */
function settingsOf(request) {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  const key = keys.get(jwt.decode(token, { complete: true })?.header.kid)
  if (!key) return {}
  const { fid, cid, mid, sid } = jwt.verify(token, key, { algorithms: ['RS256'], issuer, audience: 'fieldwork' })
  return { 'app.firm_id': fid, 'app.client_id': cid ?? '', 'app.member_id': mid, 'app.session_id': sid }
}

/** @type {GraphileConfig.Preset} */
const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [relations],
  pgServices: [
    makePgService({ connectionString: databaseUrl, schemas: ['fieldwork', 'bench'], poolConfig: { max: poolSize } }),
  ],
  grafast: {
    explain: false,
    context: ({ node }) => ({ pgSettings: settingsOf(node.req) }),
  },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
}

const server = createServer()
const service = postgraphile(preset).createServ(grafserv)
await service.addTo(server)
server.keepAliveTimeout = 60_000
server.listen(port, '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
