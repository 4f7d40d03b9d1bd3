import { randomUUID } from 'node:crypto'
import type { GraphQLSchema } from 'graphql'
import { allows, type PolicyRow } from '../../src/access/permission.js'
import { policy } from '../../src/access/policy.js'
import type { TeamRole } from '../../src/rules/vocabulary.js'
import { operationFor } from './generate.js'
import type { Operation } from './operations.js'
import { joined, type Looker, mayMove, maySee } from './sight.js'
import { Supplies } from './supplies.js'
import type { Deed, Ground } from './trespass.js'
import { type Worded, worded } from './wording.js'

/** The ways in. */
export type Way = 'POST' | 'GET' | 'multipart' | 'another route'

/** One case of the run: somebody, a way in, and what they send. */
export interface Trial {
  /** Which of the people; `suited`: of those whose role lets them do what is asked, if anybody's does. */
  looker: number
  suited: boolean
  way: Way
  /** An operation of their own, or an act that somebody else did, sent again as it was. */
  asks: { operation: Operation } | { deed: number }
  /** Which file, and into which of the variables. */
  file: number
}

interface Sent {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  payload?: string
}

/** What came of a case, for counting. */
export interface Outcome {
  request: Worded
  body: any
  status: number
  /** Whether everything sent was the person's own. */
  rightful: boolean
  lasting: boolean
  compared: boolean
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const files = [
  'id,merged\nC-1,2025-06-30\nC-2,2025-07-01\n',
  'id,merged\nC-1,2025-06-30\nC-1,2031-01-01\n,\n',
  'id,merged\nC-1,yesterday\n',
  'nothing of the kind',
  '\u0000\u0001\u00ff',
]

/** Sends cases to the service and says what is wrong with what came of them. */
export class Trials {
  readonly #began = new Date()

  constructor(
    private readonly ground: Ground,
    private readonly schema: GraphQLSchema,
  ) {}

  /** @throws Error that names what was shown, moved, logged or told apart */
  async run(trial: Trial): Promise<Outcome> {
    const { deeds, still } = this.ground
    const looker = this.#lookerOf(trial)
    const supplies = new Supplies(this.ground, looker)
    const request =
      'deed' in trial.asks
        ? deedAgain(this.schema, deeds[trial.asks.deed % deeds.length] as Deed, supplies)
        : worded(this.schema, trial.asks.operation, supplies)
    const first = await this.#send(looker, trial, request)
    const moved = await still.moved()
    const seeing = moved.some(({ table }) => table === 'team_member') ? await this.#afterwards(looker) : looker
    const findings = this.#findings(seeing, supplies, first)
    for (const place of moved) {
      if (!mayMove(seeing, place, this.ground.canaries, supplies.proven)) {
        findings.push(`rows of ${place.table} moved in ${place.firmId} ${place.within}`)
      }
    }
    if (moved.length > 0) await still.restore()
    const [foreign, ...more] = [...supplies.hiddenIds, ...supplies.othersKeys]
    const compared = foreign !== undefined && more.length === 0
    if (compared) {
      const nobodys = randomUUID()
      const second = await this.#send(looker, trial, replaced(request, foreign, nobodys))
      if (await still.noted()) await still.restore()
      const [about, never] = [this.#settled(first, foreign), this.#settled(second, nobodys)]
      if (about !== never) findings.push(`${foreign} is told from what never was:\n    ${about}\n    ${never}`)
    }
    if (findings.length > 0) {
      throw new Error(
        [`${looker.who}, by ${trial.way}:`, request.query, JSON.stringify(request.variables), ...findings, first.body]
          .join('\n  ')
          .slice(0, 12_000),
      )
    }
    return {
      request,
      body: parsed(first.body),
      status: first.status,
      rightful: looker.as !== null && !supplies.stranger && trial.way !== 'another route',
      lasting: moved.length > 0,
      compared,
    }
  }

  #lookerOf({ looker, suited, asks }: Trial): Looker {
    const { lookers } = this.ground
    const entries = 'deed' in asks ? [] : asks.operation.calls.map(({ field }) => entryOf(asks.operation.kind, field))
    const able = suited ? lookers.filter(({ as }) => as && entries.every((entry) => allows(entry, as))) : []
    const some = able.length > 0 ? able : lookers
    return some[looker % some.length] as Looker
  }

  /** Whoever confirms their independence is on the team from then on, for the rest of the same operation too. */
  async #afterwards(looker: Looker): Promise<Looker> {
    const { rows } = await this.ground.w.owner.query<{ engagement_id: string; role: TeamRole }>(
      `select engagement_id, role from team_member
       where member_id = $1 and independence_confirmed_at is not null and removed_at is null`,
      [looker.person?.memberId],
    )
    return joined(looker, rows)
  }

  async #send(looker: Looker, trial: Trial, request: Worded): Promise<Answered> {
    const { w, heard } = this.ground
    heard.log.length = 0
    heard.letters.length = 0
    const sent = sentBy(trial, request)
    const token = looker.person ? { authorization: `Bearer ${w.tokenFor(looker.person.claims)}` } : {}
    const { headers, body, statusCode } = await w.app.inject({ ...sent, headers: { ...token, ...sent.headers } })
    return {
      status: statusCode,
      body,
      shown: withDecoded(
        [JSON.stringify(headers), body, ...heard.letters.map((letter) => JSON.stringify(letter))].join('\n'),
      ),
      log: heard.log.join(''),
      sent: withDecoded(
        [sent.url, decodeURIComponent(sent.url), request.query, JSON.stringify(request.variables)].join('\n'),
      ),
    }
  }

  #findings(looker: Looker, { proven }: Supplies, { status, body, shown, log, sent }: Answered): string[] {
    const { canaries } = this.ground
    const known = new Set(canaries.heardIn(sent))
    const texts = canaries
      .heardIn(shown)
      .filter((cell) => !known.has(cell) && !maySee(looker, cell.row, cell.column, proven))
      .map(({ row, column, text }) => `${row.table}.${column} of ${row.id} was shown: ${text.slice(0, 100)}`)
    const ids = [...new Set(shown.match(uuid))].flatMap((id) => {
      const row = sent.includes(id) ? undefined : canaries.byId(id)
      return row && !maySee(looker, row, undefined, proven) ? [`the id ${id} of a ${row.table} was shown`] : []
    })
    const logged = canaries
      .heardIn(withDecoded(log))
      .map(({ row, column }) => `${row.table}.${column} stands in the log`)
    const faulty = status >= 500 || body.includes('"code":"INTERNAL"') || /"level":(50|60)/.test(log)
    return [...texts, ...ids, ...logged, ...(faulty ? [`a fault of the service’s own: ${status} ${log}`] : [])]
  }

  /** An answer, but for the id that was asked about and for what is made anew each time. */
  #settled({ status, body }: Answered, id: string): string {
    return `${status} ${body}`
      .replaceAll(id, '<the id>')
      .replace(uuid, (found) => (this.ground.canaries.byId(found) ? found : '<new>'))
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (found) => (new Date(found) >= this.#began ? '<now>' : found))
      .replace(/[\w.-]{32,}/g, '<made>')
  }
}

interface Answered {
  status: number
  body: string
  /** All that reached anybody, cursors and tokens in the clear too. */
  shown: string
  log: string
  sent: string
}

const entryOf = (kind: Operation['kind'], field: string) =>
  policy[`${kind === 'query' ? 'Query' : 'Mutation'}.${field}`] as PolicyRow

/** A text with what is encoded in it: cursors, and the parts of tokens. */
const withDecoded = (text: string): string =>
  [
    text,
    ...(text.match(/[A-Za-z0-9_-]{12,}/g) ?? []).map((part) => Buffer.from(part, 'base64url').toString('utf8')),
  ].join('\n')

/** An act of somebody's, with its very key and input. */
function deedAgain(schema: GraphQLSchema, deed: Deed, supplies: Supplies): Worded {
  supplies.replays(deed)
  const { query } = operationFor(schema, deed.mutation)
  return { query, variables: { input: deed.input }, operationName: null, files: [] }
}

function replaced(request: Worded, one: string, other: string): Worded {
  const variables = JSON.parse(JSON.stringify(request.variables).replaceAll(one, other))
  return { ...request, query: request.query.replaceAll(one, other), variables }
}

function parsed(body: string): any {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function sentBy({ way, file }: Trial, { query, variables, operationName, files: places }: Worded): Sent {
  const asked = { query, variables, ...(operationName ? { operationName } : {}) }
  if (way === 'another route') return elsewhere(asked, file)
  if (way === 'multipart' || (places.length > 0 && file % 4 > 0)) return multipart(asked, places, file)
  // An act is not done by GET; that it is refused need not be seen often.
  if (way === 'GET' && (query.startsWith('query') || file % 4 === 0)) {
    const search = new URLSearchParams({
      query,
      variables: JSON.stringify(variables),
      ...(operationName ? { operationName } : {}),
    })
    return { method: 'GET', url: `/graphql?${search}`, headers: { 'apollo-require-preflight': 'true' } }
  }
  return {
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(asked),
  }
}

/** Everything else that answers: each with the operation along, and with what it speaks of in the address. */
function elsewhere(asked: object, nth: number): Sent {
  const text = JSON.stringify(asked).slice(0, 2_000)
  const search = new URLSearchParams({ query: text })
  const id = text.match(uuid)?.[0] ?? 'x'
  const paths = [
    '/',
    '/healthz',
    '/readyz',
    '/.well-known/jwks.json',
    `/graphql/${id}`,
    `/${id}`,
    '/metrics',
    '/graphql',
  ]
  const path = paths[nth % paths.length] as string
  if (path === '/graphql') {
    return {
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify([asked, asked]),
    }
  }
  return { method: 'GET', url: `${path}?${search}`, headers: {} }
}

/** As a form with a file: where the operation takes one, there; else at any of its variables. */
function multipart(asked: { variables: Record<string, unknown> }, places: string[], nth: number): Sent {
  const boundary = 'a-boundary-of-the-test'
  const anywhere = placesIn(asked.variables, 'variables')
  const place = places[0] ?? (nth % 2 === 0 ? anywhere[nth % anywhere.length] : undefined) ?? 'variables.nothing'
  const part = (head: string, text: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`
  const payload =
    part('name="operations"', JSON.stringify(asked)) +
    part('name="map"', JSON.stringify({ 0: [place] })) +
    part('name="0"; filename="changes.csv"\r\ncontent-type: text/csv', files[nth % files.length] as string) +
    `--${boundary}--\r\n`
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'apollo-require-preflight': 'true' }
  return { method: 'POST', url: '/graphql', headers, payload }
}

/** Every place in variables, as a path. */
function placesIn(value: unknown, path: string): string[] {
  if (value === null || typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([key, inner]) => placesIn(inner, `${path}.${key}`))
}
