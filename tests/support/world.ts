import { randomBytes, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { pino } from 'pino'
import { v7 as newId } from 'uuid'
import { afterAll } from 'vitest'
import { Client } from '../../src/features/client/client.js'
import { ordinaryCalendar } from '../../src/features/client/client-calendar.js'
import { Firm } from '../../src/features/firm/firm.js'
import { Member } from '../../src/features/firm/member.js'
import { Checkpoints } from '../../src/features/identity/checkpoint-keys.js'
import type { Mailer } from '../../src/features/identity/letters.js'
import { startMethodology } from '../../src/features/methodology/versions.js'
import { declarations, features } from '../../src/features.js'
import { type AppOptions, buildApp } from '../../src/http/app.js'
import { serviceLog } from '../../src/http/log.js'
import type { Queue } from '../../src/jobs/runner.js'
import type { Claims } from '../../src/kernel/access/actor.js'
import { unauthenticated } from '../../src/kernel/access/faults.js'
import type { Services } from '../../src/kernel/execute/services.js'
import { Database, type DatabaseOptions } from '../../src/kernel/store/database.js'
import { type WriteTx, write } from '../../src/kernel/store/work.js'
import type { ClientRole, FirmRole } from '../../src/rules/vocabulary.js'
import { guardedSchema } from '../../src/schema.js'
import { type TestDatabase, testDatabase } from './database.js'
import { type BroughtFile, filesInFolder, ordinary, pathOf } from './files.js'
import { doJobs } from './jobs.js'

export type Answer = {
  data: any
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
}

/** These take no idempotency key. */
export const keyless: readonly string[] = ['signIn', 'refreshSession']

/** The input of a mutation with a fresh idempotency key, where it takes one and has none. */
export const withKey = (mutation: string, input: Record<string, unknown>): Record<string, unknown> =>
  keyless.includes(mutation) ? input : { idempotencyKey: randomUUID(), ...input }

/** One person in one membership, signed in. */
export class Person {
  constructor(
    private readonly world: World,
    readonly name: string,
    readonly claims: Claims,
  ) {}

  get memberId(): string {
    return this.claims.memberId
  }

  /** Sends an operation; answers the whole body. */
  ask(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    return this.world.send(query, variables, this.world.tokenFor(this.claims))
  }

  /** Sends an operation that must not have top-level errors; answers its data. */
  async gql(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const { data, errors } = await this.ask(query, variables)
    if (errors) throw new Error(`${this.name}: ${JSON.stringify(errors)}`)
    return data
  }

  /**
   * Does a mutation with a fresh idempotency key and answers its payload, `errors` included.
   * @param selection what to select of the payload beside `errors`
   */
  async tryTo(mutation: string, input: Record<string, unknown>, selection = '__typename'): Promise<any> {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
    const data = await this.gql(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} errorCount errors { __typename code message path
        ... on VersionConflict { currentVersion } ... on InvalidTransition { from to allowed }
        ... on NotReady { blockers { code message node } } ... on RowsRefused { problems { row column code message } problemCount } } } }`,
      { input: withKey(mutation, input) },
    )
    return data[mutation]
  }

  /** Does a mutation that must succeed. */
  async does(mutation: string, input: Record<string, unknown>, selection = '__typename'): Promise<any> {
    const payload = await this.tryTo(mutation, input, selection)
    if (payload.errors.length > 0) throw new Error(`${this.name} ${mutation}: ${JSON.stringify(payload.errors)}`)
    return payload
  }

  /**
   * Brings a file as evidence for an engagement: a ticket, then the bytes by HTTP. Answers what the service answers to the file.
   * @param said of the file, where it is to be something else than usual
   */
  async brings(engagementId: string, file: BroughtFile, said: Record<string, unknown> = {}): Promise<any> {
    const { upload } = await this.does(
      'createUpload',
      { engagementId, fileName: file.name, ...ordinary, ...said },
      'upload { url }',
    )
    const { statusCode, body } = await this.world.put(upload.url, file.content)
    if (statusCode !== 201) throw new Error(`${this.name}: ${statusCode} ${body}`)
    return JSON.parse(body).evidence
  }

  /**
   * With what code a mutation is denied (FORBIDDEN, NOT_FOUND, UNAUTHENTICATED ...), as a fault or as data: which of both is
   * right is asked in tests/access and tests/tenancy. Throws when nothing denies it.
   */
  async isDenied(mutation: string, input: Record<string, unknown>): Promise<string> {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
    const { errors, data } = await this.ask(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code message } } }`,
      { input: withKey(mutation, input) },
    )
    const code = errors?.[0]?.extensions.code ?? data?.[mutation]?.errors[0]?.code
    if (!code) throw new Error(`${this.name} was not denied ${mutation}: ${JSON.stringify(data)}`)
    return code
  }
}

/** A firm with one person of each role, and a second partner to review quality. */
export interface TestFirm {
  id: string
  admin: Person
  partner: Person
  reviewer: Person
  manager: Person
  senior: Person
  staff: Person
  /** A further person of the firm. */
  person(name: string, role: FirmRole): Promise<Person>
  /** A client of the firm with a person of each role. */
  client(name: string): Promise<TestClient>
}

export interface TestClient {
  id: string
  admin: Person
  respondent: Person
  viewer: Person
}

/** What a test file puts into the service in place of the world's own. */
export type Wiring = (database: Database) => Promise<
  Partial<Omit<AppOptions, 'services'>> & {
    services: Omit<Services, 'checkpoints' | 'files' | 'dice'> & Partial<Services>
    /** Takes the letters of `doJobs`. */
    mailer?: Mailer
  }
>

/** People of most worlds are made signed in: no key is made for each test file, and no password is hashed. */
const withoutSignIn: Wiring = async () => {
  const fail = () => {
    throw new Error('No password is hashed in this world: see tests/support/sign-in.ts.')
  }
  return {
    services: {
      tokens: { ready: fail, sign: fail },
      passwords: { inTurn: fail, hash: fail, verify: fail },
      log: pino({ level: 'error' }),
    },
  }
}

/** A world that brings no letters keeps their jobs in the queue. */
const noMailer: Mailer = {
  invite: async () => {},
  notifyOfInvitation: async () => {},
}

/** Where a world is, and how its service holds the database, when not as most. */
export interface Setting {
  place?: TestDatabase
  database?: Partial<Pick<DatabaseOptions, 'poolSize' | 'timeouts' | 'secret'>>
  /** How long its callers may take. */
  pace?: AppOptions['pace']
  /** How much one operation answers at most. */
  answerLimits?: AppOptions['answerLimits']
  /** What its callers may ask for in a minute, and how many at once; any number when absent. */
  budgets?: AppOptions['budgets']
  turns?: AppOptions['turns']
  /** Origins whose pages may read its answers. */
  allowedOrigins?: AppOptions['allowedOrigins']
  /** Takes what the service writes to its log, instead of the terminal. */
  lines?: string[]
}

/** The service in-process, on a database of this test file's own, as its unprivileged role. */
export class World {
  readonly #tokens = new Map<string, Claims>()

  private constructor(
    readonly app: FastifyInstance,
    readonly database: Database,
    readonly testDatabase: TestDatabase,
    /** A superuser's connection: for making people, looking behind the walls, damaging things. */
    readonly owner: pg.Pool,
    readonly checkpoints: Checkpoints,
    /** Its jobs wait until a test does them. */
    readonly queue: Queue,
  ) {}

  static async make(wire: Wiring = withoutSignIn, setting: Setting = {}): Promise<World> {
    const place = setting.place ?? (await testDatabase())
    const database = await new Database({
      url: place.serviceUrl,
      poolSize: 10,
      secret: 'the secret of the test run, known to all',
      ...declarations,
      ...setting.database,
      watchesNesting: true,
    }).open()
    const owner = new pg.Pool({ connectionString: place.ownerUrl, max: 3, options: '-c search_path=fieldwork' })
    owner.on('error', () => undefined)
    let world: World | undefined
    const checkpoints = await Checkpoints.open(database)
    const { services, mailer = noMailer, ...wired } = await wire(database)
    const files = services.files ?? (await filesInFolder())
    const app = await buildApp({
      database,
      schema: await guardedSchema(features),
      verify: async (token) => {
        const claims = world?.claimsOf(token)
        if (!claims) throw unauthenticated()
        return claims
      },
      jwks: async () => ({ keys: [] }),
      checkpointKeys: () => checkpoints.jwks(),
      log: setting.lines
        ? serviceLog('error', { write: (line) => setting.lines?.push(line) })
        : pino({ level: 'error' }),
      explorer: true,
      pace: setting.pace ?? {},
      answerLimits: setting.answerLimits ?? {},
      allowedOrigins: setting.allowedOrigins ?? [],
      ...(setting.budgets ? { budgets: setting.budgets } : {}),
      ...(setting.turns ? { turns: setting.turns } : {}),
      ...wired,
      services: { checkpoints, files, dice: randomBytes, ...services },
    })
    const queue = { url: place.serviceUrl, database, mailer, checkpoints, files, log: services.log }
    world = new World(app, database, place, owner, checkpoints, queue)
    afterAll(async () => {
      await app.close()
      await database.close()
      await owner.end()
    })
    return world
  }

  claimsOf(token: string): Claims | undefined {
    return this.#tokens.get(token)
  }

  tokenFor(claims: Claims): string {
    const token = `test-${claims.memberId}`
    this.#tokens.set(token, claims)
    return token
  }

  /** Sends an operation over HTTP; without a token as a caller who is not signed in. */
  async send(query: string, variables: Record<string, unknown> = {}, token?: string): Promise<Answer> {
    const response = await this.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}) },
      payload: { query, variables },
    })
    return response.json() as Answer
  }

  /** Sends the bytes of a file to the address of an upload. */
  put(url: string, content: string | Buffer, headers: Record<string, string> = {}) {
    return this.app.inject({ method: 'PUT', url: pathOf(url), headers, payload: Buffer.from(content) })
  }

  /** Gets a file from the address of a download. */
  get(url: string, headers: Record<string, string> = {}) {
    return this.app.inject({ method: 'GET', url: pathOf(url), headers })
  }

  /** Does the jobs that are due, e.g. sends letters: nothing else does, in a world. */
  async doJobs(): Promise<void> {
    const { rowCount } = await this.owner.query(
      'select 1 from fieldwork_jobs._private_jobs where is_available and run_at <= now() limit 1',
    )
    if (rowCount) await doJobs(this.queue)
  }

  /** How many rows each table has, as a superuser sees them: two equal answers mean that nothing was made or lost. */
  async counts(): Promise<Record<string, number>> {
    const { rows: tables } = await this.owner.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'fieldwork' order by 1",
    )
    const counted: Record<string, number> = {}
    for (const { name } of tables) {
      const { rows } = await this.owner.query<{ n: string }>(`select count(*) as n from ${name}`)
      counted[name] = Number(rows[0]?.n)
    }
    return counted
  }

  /**
   * A digest of every row of every table but the memory of idempotency keys: two equal answers mean that nothing moved.
   * @param but further tables that are left out
   */
  async digest(...but: string[]): Promise<string> {
    const { rows: tables } = await this.owner.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'fieldwork' and not tablename = any($1) order by 1",
      [['idempotency', ...but]],
    )
    const parts = tables.map(
      ({ name }) =>
        `select '${name}' as t, md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as d from ${name} r`,
    )
    const { rows } = await this.owner.query<{ d: string }>(
      `select md5(string_agg(t || d, ',' order by t)) as d from (${parts.join(' union all ')}) x`,
    )
    return rows[0]?.d as string
  }

  /** Makes an audit firm; its people are invented. */
  async firm(name: string): Promise<TestFirm> {
    const id = newId()
    const emailDomains = ['audit.test']
    return this.#made(id, 'createFirm', async (tx) => {
      await tx.insert(Firm, { id, name, city: 'Springfield', emailDomains, lastReportNumber: 0, retentionYears: 7 })
      await startMethodology(tx)
      const person = (who: string, firmRole: FirmRole) => this.#member(tx, who, { firmRole })
      return {
        id,
        admin: await person(`Ada Admin of ${name}`, 'FIRM_ADMIN'),
        partner: await person(`Pia Partner of ${name}`, 'PARTNER'),
        reviewer: await person(`Quentin Reviewer of ${name}`, 'PARTNER'),
        manager: await person(`Mona Manager of ${name}`, 'MANAGER'),
        senior: await person(`Sam Senior of ${name}`, 'SENIOR'),
        staff: await person(`Stella Staff of ${name}`, 'STAFF'),
        person: (who, firmRole) => this.#made(id, 'inviteMember', (own) => this.#member(own, who, { firmRole })),
        client: (client) => this.#made(id, 'createClient', (own) => this.#client(own, client)),
      }
    })
  }

  /** Writes rows of a firm as the service would, with their entry in the trail. */
  #made<T>(firmId: string, action: string, make: (tx: WriteTx) => Promise<T>): Promise<T> {
    return write(this.database, null, action, async (tx) => {
      await tx.enter(firmId)
      const made = await make(tx)
      await tx.appendTrail(action, null)
      return made
    })
  }

  async #client(tx: WriteTx, name: string): Promise<TestClient> {
    const { id: clientId } = await tx.insert(Client, {
      name,
      emailDomains: ['example.test'],
      administratorAcceptedAt: tx.now,
      calendar: ordinaryCalendar,
    })
    const person = (who: string, clientRole: ClientRole) => this.#member(tx, who, { clientId, clientRole })
    return {
      id: clientId,
      admin: await person(`Carla of ${name}`, 'CLIENT_ADMIN'),
      respondent: await person(`Rolf of ${name}`, 'RESPONDENT'),
      viewer: await person(`Vera of ${name}`, 'CLIENT_VIEWER'),
    }
  }

  async #member(
    tx: WriteTx,
    name: string,
    place: { firmRole?: FirmRole; clientId?: string; clientRole?: ClientRole },
  ): Promise<Person> {
    const userId = newId()
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.test`
    const member = await tx.insert(Member, { userId, email, name, state: 'ACTIVE', ...place })
    const { id: memberId, clientId, firmId } = member
    return new Person(this, name, { userId, memberId, firmId, clientId, sessionId: newId() })
  }
}

/** The service for this test file. Call it at the top: `const w = await world()`. */
export const world = (wire?: Wiring, setting?: Setting): Promise<World> => World.make(wire, setting)
