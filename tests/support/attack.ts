import { randomUUID } from 'node:crypto'
import { type GraphQLSchema, getNamedType, isObjectType, isScalarType } from 'graphql'
import { pino } from 'pino'
import { Passwords } from '../../src/features/identity/passwords.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { types } from '../access/expected.js'
import type { FullWorld, Holdings } from './full-world.js'
import { argumentsFor, type IdPlace, operationFor } from './generate.js'
import { type Answer, type Person, World } from './world.js'

/** What the name of an argument stands for, where it is not the name of the type. */
const named: Readonly<Record<string, string>> = {
  response: 'ManagementResponse',
  decision: 'MaterialityDecision',
  mark: 'NoPopulationMark',
  reliesOn: 'Control',
  assertion: 'ManagementAssertion',
  assignee: 'Member',
  author: 'Member',
  ownerMember: 'Member',
  compensatingControl: 'Control',
  exclusion: 'CriterionExclusion',
  explanation: 'OccurrenceExplanation',
  supersedes: 'Evidence',
  replaces: 'Control',
  judgment: 'JudgmentAgainstFigures',
  // Of the papers that a reason rests on, one kind for all.
  restsOn: 'Procedure',
}

/** The type whose id goes in at a place. @throws Error for a place of which this is not stated: say it in `named` */
export function typeAt(schema: GraphQLSchema, { field, path }: IdPlace): string {
  const last = path.split('.').at(-1) as string
  if (last === 'id') {
    const type = getNamedType(schema.getQueryType()?.getFields()[field]?.type)
    if (type && !isScalarType(type)) return type.name
  }
  if (last === 'supersedesId' && field.endsWith('Population')) return 'Population'
  if (last === 'supersedesId' && field.endsWith('CriteriaSet')) return 'CriteriaSet'
  // Of what evidence is linked to and notes are written on, one kind for all.
  if (last === 'nodeId') return /^((un)?linkEvidence|addReviewNote)$/.test(field) ? 'Procedure' : 'Node'
  const noun = last.replace(/Ids?$/, '')
  const type = named[noun] ?? `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`
  if (!isObjectType(schema.getType(type))) throw new Error(`what does the id ${field} ${path} stand for?`)
  return type
}

/** A person who tries to reach what is not theirs. */
export interface Attacker {
  who: string
  /** Null: a caller without a token. */
  person: Person | null
  /** What there is and they may not know of: type -> ids. */
  hidden: Holdings
  /** What is theirs, to be sent beside it. */
  own: Holdings
}

/** A world in which people can be given tokens and sign in as well, and what it wrote to its log as faults of its own. */
export async function loggedWorld(): Promise<{ w: World; lines: string[] }> {
  const lines: string[] = []
  const w = await World.make(async (database) => {
    const log = pino({ level: 'error' }, { write: (line: string) => lines.push(line) })
    const tokens = await Tokens.open(database, { issuer: 'https://fieldwork.example.test' })
    const passwords = new Passwords({ memoryKib: 8, passes: 1 })
    return {
      services: { tokens, passwords, log },
      log,
    }
  })
  return { w, lines }
}

/** The faults of ours among what was logged. */
export const faultsOf = (lines: readonly string[]): string[] => lines.filter((line) => !line.includes(undone))

/** Types whose rows a member of the firm sees: clients, people, methodology, library and criteria sets. */
const ofTheFirm = [
  ...['Client', 'Member', 'Methodology', 'SamplingTable'],
  ...['LibraryControl', 'LibraryControlVersion', 'LibraryProcedure', 'CriteriaSet', 'FurtherCriterion'],
]
/** Of these a client user sees some rows of the own client: exceptions that were communicated, and to its administrators drafts that stand. */
const partlyOfTheClient = ['Exception', 'SharedDraft']
/** Types of which a client user sees every row of the own client, by the oracle of access. */
const ofTheClient = Object.keys(types).filter(
  (type) => !partlyOfTheClient.includes(type) && /[arv]/.test(types[type] as string),
)

const without = (held: Holdings, types: readonly string[]): Holdings =>
  Object.fromEntries(Object.entries(held).filter(([type]) => !types.includes(type)))

const idsWhere = async (w: World, ids: readonly string[] | undefined, table: string, condition: string) =>
  (
    await w.owner.query<{ id: string }>(`select id from ${table} where id = any($1) and ${condition} order by id`, [
      ids ?? [],
    ])
  ).rows.map(({ id }) => id)

/** All who are not where the first client's engagements are. */
export async function attackers(full: FullWorld): Promise<Attacker[]> {
  const { w, a, b, one, two, bClient, otherCrew, held, otherHeld, bHeld } = full
  const papers = without(held, ofTheFirm)
  const notOf = async (person: Person): Promise<Holdings> => ({
    ...papers,
    TeamMember: await idsWhere(w, held.TeamMember, 'team_member', `member_id <> '${person.memberId}'`),
  })
  const uncommunicated = await idsWhere(w, held.Exception, 'exception', 'communicated_at is null')
  const withdrawn = await idsWhere(w, held.SharedDraft, 'shared_draft', 'withdrawn_at is not null')
  // What management asserts names the frameworks that the opinion covers.
  const mappedOnly = await idsWhere(w, held.Framework, 'framework', "use = 'MAPPING_ONLY' or retired_at is not null")
  return [
    { who: 'a partner of another firm', person: b.partner, hidden: held, own: bHeld },
    { who: 'the admin of another firm', person: b.admin, hidden: held, own: bHeld },
    { who: 'the client admin of another firm’s client', person: bClient.admin, hidden: held, own: bHeld },
    { who: 'the client admin of another client', person: two.admin, hidden: held, own: otherHeld },
    { who: 'the respondent of another client', person: two.respondent, hidden: held, own: otherHeld },
    { who: 'a manager off the team', person: otherCrew.manager, hidden: papers, own: otherHeld },
    { who: 'a partner off the team', person: otherCrew.partner, hidden: papers, own: otherHeld },
    {
      who: 'a manager who has not confirmed',
      person: full.unconfirmed,
      hidden: await notOf(full.unconfirmed),
      own: otherHeld,
    },
    { who: 'a manager who left the team', person: full.removed, hidden: await notOf(full.removed), own: otherHeld },
    {
      who: 'the firm’s admin, off the team',
      person: a.admin,
      hidden: without(papers, ['Engagement', 'TeamMember', 'LegalHold']),
      own: otherHeld,
    },
    ...[one.admin, one.respondent, one.viewer].map((person) => ({
      who: `${person.name}, of the client itself`,
      person,
      hidden: {
        ...without(held, ofTheClient),
        Exception: uncommunicated,
        SharedDraft: person === one.admin ? withdrawn : (held.SharedDraft ?? []),
        Framework: mappedOnly,
      },
      own: Object.fromEntries(Object.entries(held).filter(([type]) => ofTheClient.includes(type))),
    })),
    { who: 'a team member whose membership was disabled', person: full.disabled, hidden: held, own: {} },
    { who: 'a team member who signed out', person: full.signedOut, hidden: held, own: {} },
    { who: 'nobody', person: null, hidden: held, own: {} },
  ]
}

/** Sends one root field, filled to the brim; the first id's row is sent with the version it has. */
export async function ask(
  { w }: FullWorld,
  schema: GraphQLSchema,
  person: Person | null,
  field: string,
  { id, version, levels = 2 }: { id: (path: string) => unknown; version?: number | undefined; levels?: number },
): Promise<Answer> {
  const { query } = operationFor(schema, field, levels)
  const variables = argumentsFor(schema, field, { id, ...(version === undefined ? {} : { version }) })
  const token = person ? w.tokenFor(person.claims) : undefined
  return w.send(query, variables, token)
}

/** The first refusal in the payload of an act that was asked for everything (see `everythingOf`); null where there is none. */
export function refusalIn({ data }: Answer, field: string): { code: string; path: string[] } | null {
  const error = data?.[field]?.errors?.[0]
  if (!error) return null
  const of = (name: string) => error[`${error.__typename}_${name}`]
  return { code: of('code'), path: of('path') }
}

/** An answer as text, with the id that was sent taken out of it: all that may differ between two ids. */
export const apartFrom = (answer: Answer, id: string): string => JSON.stringify(answer).replaceAll(id, '<the id>')

/** The versions that rows have now, by id. */
export async function versionsOf(w: World, held: Holdings): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>()
  for (const [type, ids] of Object.entries(held)) {
    const row = w.database.rowClass(type)
    if (!row || !w.database.table(row).columnOf('version')) continue
    const { rows } = await w.owner.query<{ id: string; version: number }>(
      `select id, version from ${w.database.table(row).name} where id = any($1)`,
      [ids],
    )
    for (const { id, version } of rows) versions.set(id, version)
  }
  return versions
}

/** Does all of the work, some of it at the same time. */
export async function several<T>(items: readonly T[], work: (item: T) => Promise<void>, atOnce = 6): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

export const neverUsed = (): string => randomUUID()

/** Which of the rows of a type: in the engagement at `stage` (in fieldwork, in completion, issued) the one `at` this place. */
export interface Pick {
  stage: 0 | 1 | 2
  at: number
}

/** The picks by which a row in a state that an act starts from is found. */
export const picks: readonly Pick[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 8, 11].map((at) => ({ stage: 0 as const, at })),
  ...[0, 1, 3].flatMap((at) => [1, 2].map((stage) => ({ stage: stage as 1 | 2, at }))),
]

/** An id of a type, by a pick. Each of a client's three engagements holds as many rows of a type, laid in one order. */
export function picked(held: Holdings, type: string, { stage, at }: Pick): string | undefined {
  const ids = held[type] ?? []
  // An opinion is of the later two engagements, a report of the last.
  if (ids.length < 3) return ids[stage + ids.length - 3] ?? ids.at(-1)
  const each = Math.ceil(ids.length / 3)
  const those = ids.slice(stage * each, (stage + 1) * each)
  return those[at % those.length] ?? ids.at(-1)
}

/** From now on whatever is done is undone when it would be committed: every request finds the same world. */
export async function nothingLasts(w: World): Promise<void> {
  await w.owner.query(`
    create function nothing_lasts() returns trigger language plpgsql as $$ begin raise exception '${undone}'; end $$;
    do $$ declare target text; begin
      for target in select tablename from pg_tables where schemaname = 'fieldwork' and tablename <> 'throttle' loop
        execute format('create constraint trigger nothing_lasts after insert or update or delete on %I
          deferrable initially deferred for each row execute function nothing_lasts()', target);
      end loop;
    end $$`)
}

export async function allLasts(w: World): Promise<void> {
  await w.owner.query('drop function nothing_lasts cascade')
}

/** What stands in the log of an act that was undone at its end. */
export const undone = 'undone at the end by the test'
