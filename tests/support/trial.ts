import { randomUUID } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import type { GraphQLSchema } from 'graphql'
import { vi } from 'vitest'
import { allows, type PolicyRow } from '../../src/kernel/access/permission.js'
import { policy } from '../../src/policy.js'
import type { TeamRole } from '../../src/rules/vocabulary.js'
import type { LaidRow } from './canaries.js'
import type { DoneMutation, Ground } from './cross-tenant-access.js'
import { operationFor } from './generate.js'
import type { Operation } from './operations.js'
import { joined, mayMove, maySee, type Reader } from './sight.js'
import { Supplies } from './supplies.js'
import { sentBy, uuid, type Way } from './ways-in.js'
import { type Worded, worded } from './wording.js'

/** One case of the run: a person, a way in, and what they send. */
export interface Trial {
  /** Which of the people; `suited`: of those whose role lets them do what is asked, if any person's does. */
  reader: number
  suited: boolean
  way: Way
  /** An operation of their own, or an act that another person did, sent again as it was. */
  asks: { operation: Operation } | { mutation: number }
  /** Which of several such requests. */
  nth: number
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
  /** Whether it was answered by a plan, too. */
  planned: boolean
}

/** How often a question is asked until its plan has learned which columns it needs. */
const learningTimes = 30

/** Sends cases to the service and says what is wrong with what came of them. */
export class Trials {
  readonly #began = new Date()

  constructor(
    private readonly ground: Ground,
    private readonly schema: GraphQLSchema,
  ) {}

  /** @throws Error that names what was shown, moved, logged or told apart */
  async run(trial: Trial): Promise<Outcome> {
    const { mutations, still } = this.ground
    const reader = this.#readerOf(trial)
    const supplies = new Supplies(this.ground, reader)
    const request =
      'mutation' in trial.asks
        ? mutationAgain(this.schema, mutations[trial.asks.mutation % mutations.length] as DoneMutation, supplies)
        : worded(this.schema, trial.asks.operation, supplies)
    const first = await this.#send(reader, trial, request)
    const moved = await still.moved()
    const seeing = moved.some(({ table }) => table === 'team_member') ? await this.#afterwards(reader) : reader
    const again = await this.#again(reader, trial, request, first)
    const findings = [first, ...again].flatMap((answered) => this.#findings(seeing, supplies, answered))
    for (const place of moved) {
      if (!mayMove(seeing, place, this.ground.canaries, supplies.proven)) {
        findings.push(`rows of ${place.table} moved in ${place.firmId} ${place.within}`)
      }
    }
    if (moved.length > 0) await still.restore()
    // A person who sends a password or confirms independence may be shown what was hidden before.
    const isHidden = (id: string) =>
      !maySee(seeing, this.ground.canaries.byId(id) as LaidRow, undefined, supplies.proven)
    const [foreign, ...more] = [...[...supplies.hiddenIds].filter(isHidden), ...supplies.othersKeys]
    const compared = foreign !== undefined && more.length === 0
    if (compared) findings.push(...(await this.#toldApart(reader, trial, request, first, foreign)))
    if (findings.length > 0) {
      throw new Error(
        [`${reader.who}, by ${trial.way}:`, request.query, JSON.stringify(request.variables), ...findings, first.body]
          .join('\n  ')
          .slice(0, 12_000),
      )
    }
    return {
      request,
      body: parsed(first.body),
      status: first.status,
      rightful: reader.as !== null && !supplies.stranger && trial.way !== 'another route',
      lasting: moved.length > 0,
      compared,
      planned: again.some(({ byApollo }) => !byApollo),
    }
  }

  /** A query that was answered, sent until it is answered past Apollo: by its plan (http/planned-queries.ts). */
  async #again(reader: Reader, trial: Trial, request: Worded, { body }: Answered): Promise<Answered[]> {
    const again: Answered[] = []
    if (!request.query.startsWith('query') || trial.way !== 'POST' || parsed(body)?.errors) return again
    while (again.length < learningTimes && again.at(-1)?.byApollo !== false) {
      again.push(await this.#send(reader, trial, request))
    }
    return again
  }

  #readerOf({ reader, suited, asks }: Trial): Reader {
    const { readers } = this.ground
    const entries =
      'mutation' in asks ? [] : asks.operation.calls.map(({ field }) => entryOf(asks.operation.kind, field))
    const able = suited ? readers.filter(({ as }) => as && entries.every((entry) => allows(entry, as))) : []
    const some = able.length > 0 ? able : readers
    return some[reader % some.length] as Reader
  }

  /** A person who confirms their independence is on the team from then on, for the rest of the same operation too. */
  async #afterwards(reader: Reader): Promise<Reader> {
    const { rows } = await this.ground.w.owner.query<{ engagement_id: string; role: TeamRole }>(
      `select engagement_id, role from team_member
       where member_id = $1 and independence_confirmed_at is not null and removed_at is null`,
      [reader.person?.memberId],
    )
    return joined(reader, rows)
  }

  async #send(reader: Reader, trial: Trial, request: Worded): Promise<Answered> {
    const { w, heard } = this.ground
    heard.log.length = 0
    heard.letters.length = 0
    const sent = sentBy(trial.way, trial.nth, request)
    const token = reader.person ? { authorization: `Bearer ${w.tokenFor(reader.person.claims)}` } : {}
    const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
    const { headers, body, statusCode } = await w.app.inject({ ...sent, headers: { ...token, ...sent.headers } })
    const byApollo = apollo.mock.calls.length > 0
    apollo.mockRestore()
    await w.doJobs()
    return {
      status: statusCode,
      body,
      byApollo,
      shown: withDecoded(
        [JSON.stringify(headers), body, ...heard.letters.map((letter) => JSON.stringify(letter))].join('\n'),
      ),
      log: heard.log.join(''),
      sent: withDecoded(
        [sent.url, decodeURIComponent(sent.url), request.query, JSON.stringify(request.variables)].join('\n'),
      ),
    }
  }

  #findings(reader: Reader, { proven }: Supplies, { status, body, shown, log, sent }: Answered): string[] {
    const { canaries } = this.ground
    const known = new Set(canaries.heardIn(sent))
    const texts = canaries
      .heardIn(shown)
      .filter((cell) => !known.has(cell) && !maySee(reader, cell.row, cell.column, proven))
      .map(({ row, column, text }) => `${row.table}.${column} of ${row.id} was shown: ${text.slice(0, 100)}`)
    const ids = [...new Set(shown.match(uuid))].flatMap((id) => {
      const row = sent.includes(id) ? undefined : canaries.byId(id)
      return row && !maySee(reader, row, undefined, proven) ? [`the id ${id} of a ${row.table} was shown`] : []
    })
    const logged = canaries
      .heardIn(withDecoded(log))
      .map(({ row, column }) => `${row.table}.${column} stands in the log`)
    const faulty = status >= 500 || body.includes('"code":"INTERNAL"') || /"level":(50|60)/.test(log)
    return [...texts, ...ids, ...logged, ...(faulty ? [`a fault of the service’s own: ${status} ${log}`] : [])]
  }

  /**
   * Asks the same about an id or with a key that never was. In which order faults are met, and how many before the answer
   * goes out, is chance: answers that differ by chance alone come to be the same when it is asked again.
   */
  async #toldApart(reader: Reader, trial: Trial, request: Worded, first: Answered, one: string): Promise<string[]> {
    const nobodys = randomUUID()
    const [about, never] = [new Set([this.#settled(first, one)]), new Set<string>()]
    for (let round = 0; round < 5; round += 1) {
      never.add(this.#settled(await this.#sendInVain(reader, trial, replaced(request, one, nobodys)), nobodys))
      if ([...about].some((answer) => never.has(answer))) return []
      about.add(this.#settled(await this.#sendInVain(reader, trial, request), one))
    }
    return [`${one} is told from what never was:`, ...about, 'and', ...never]
  }

  async #sendInVain(reader: Reader, trial: Trial, request: Worded): Promise<Answered> {
    const answered = await this.#send(reader, trial, request)
    if (await this.ground.still.noted()) await this.ground.still.restore()
    return answered
  }

  /** An answer, but for the id that was asked about and for what is made anew each time. */
  #settled({ status, body }: Answered, id: string): string {
    const { errors = [], ...rest } = parsed(body) ?? { body }
    const faults = errors.map((error: unknown) => JSON.stringify(error)).sort()
    return [status, JSON.stringify(rest), ...faults]
      .join(' ')
      .replaceAll(id, '<the id>')
      .replace(uuid, (found) => (this.ground.canaries.byId(found) ? found : '<new>'))
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (found) => (new Date(found) >= this.#began ? '<now>' : found))
      .replace(/[\w.-]{32,}/g, '<made>')
  }
}

interface Answered {
  status: number
  body: string
  byApollo: boolean
  /** All that reached any of them, cursors and tokens in the clear too. */
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

/** An act of a person's, with its very key and input. */
function mutationAgain(schema: GraphQLSchema, mutation: DoneMutation, supplies: Supplies): Worded {
  supplies.replays(mutation)
  const { query } = operationFor(schema, mutation.mutation)
  return { query, variables: { input: mutation.input }, operationName: null }
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
