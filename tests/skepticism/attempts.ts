import type { Copier } from '../support/copied-engagement.js'
import { type Person, type TestClient, type TestFirm, type World, withKey } from '../support/world.js'
import type { Start } from './start.js'

/** Numbers that follow from a seed (mulberry32). */
export function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    chance: (probability: number) => next() < probability,
    below: (limit: number) => Math.floor(next() * limit),
    oneOf: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
  }
}
export type Dice = ReturnType<typeof dice>

/** One walk: an engagement of its own, its people, and its dice. */
export interface Walk {
  w: World
  firm: TestFirm
  client: TestClient
  roll: Dice
  engagementId: string
  /** The controls and the tests that are to be performed, by reference: `CM-02.2` is another test of CM-02. The walk adds to both. */
  controls: Record<string, string>
  tests: Record<string, string>
  signed: Readonly<Record<string, string>>
  evidenceId: string
  /** What was tried, and with what it was refused, for who reads of a walk that failed. */
  said: string[]
  /** What people were tempted to and did. */
  did: string[]
}

/** A copy of where walks begin. */
export async function begun(
  { copy }: Copier,
  { engagementId, controls, tests, signed, evidenceId }: Start,
  rest: Pick<Walk, 'w' | 'firm' | 'client' | 'roll'>,
): Promise<Walk> {
  const named = await copy(engagementId)
  const all = async (of: Record<string, string>) =>
    Object.fromEntries(await Promise.all(Object.entries(of).map(async ([key, id]) => [key, await named(id)] as const)))
  return {
    ...rest,
    engagementId: await named(engagementId),
    controls: await all(controls),
    tests: await all(tests),
    signed: await all(signed),
    evidenceId: await named(evidenceId),
    said: [],
    did: [],
  }
}

/** Rows as a superuser sees them: what a walk does next follows from what there is. */
export const rowsOf = async <R extends object = { id: string }>(
  { w, engagementId }: Walk,
  sql: string,
  ...more: unknown[]
) => (await w.owner.query<R>(sql, [engagementId, ...more])).rows

const tables: Readonly<Record<string, string>> = {
  engagementId: 'engagement',
  controlId: 'control',
  procedureId: 'procedure',
  sampleId: 'sample',
  resultId: 'result',
  exceptionId: 'exception',
  responseId: 'management_response',
  decisionId: 'materiality_decision',
  aggregateDecisionId: 'aggregate_decision',
  opinionId: 'opinion',
  explanationId: 'occurrence_explanation',
  populationId: 'population',
  populationExclusionId: 'population_exclusion',
}

/**
 * Has a person try an act, which may be refused or not be theirs; a fault of the service, or an operation that no caller could send,
 * fails the walk. Answers whether it was done.
 */
export async function tries(
  walk: Walk,
  by: Person,
  mutation: string,
  input: Record<string, unknown>,
): Promise<boolean> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const { data, errors } = await by.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code message path } } }`,
    { input: withKey(mutation, input) },
  )
  const code = errors?.[0]?.extensions.code
  if (errors && code !== 'FORBIDDEN' && code !== 'NOT_FOUND') {
    throw new Error(`${by.name} ${mutation}: ${JSON.stringify(errors)}`)
  }
  const [refusal] = errors ? [{ code, message: '' }] : data[mutation].errors
  walk.said.push(`${by.name.split(' ')[0]} ${mutation}${refusal ? `: ${refusal.code} ${refusal.message}` : ''}`)
  return refusal === undefined
}

/** The same of something that exists, at the version it has now. */
export async function changes(
  walk: Walk,
  by: Person,
  mutation: string,
  target: Record<string, string>,
  input: object = {},
): Promise<boolean> {
  const [idName, id] = Object.entries(target)[0] as [string, string]
  const { rows } = await walk.w.owner.query<{ version: number }>(
    `select version from ${tables[idName]} where id = $1`,
    [id],
  )
  return tries(walk, by, mutation, { ...target, expectedVersion: rows[0]?.version ?? 1, ...input })
}

/** Somebody of the firm, whatever their role. */
export const anybody = ({ firm, roll }: Walk): Person =>
  roll.oneOf([firm.partner, firm.partner, firm.manager, firm.manager, firm.senior, firm.staff, firm.reviewer])

/** Mostly who may do it, and otherwise somebody. */
export const mostly = (walk: Walk, person: Person): Person => (walk.roll.chance(0.65) ? person : anybody(walk))

/** A reason, mostly with the paper that it rests on. */
export const because = ({ roll, tests }: Walk): { reason: string; restsOnIds: string[] } => ({
  reason: 'It is so.',
  restsOnIds: roll.chance(0.85) ? [tests['CM-02'] as string] : [],
})

/** The row that an act made, by what it is called in its engagement. */
export async function madeAs(walk: Walk, table: 'control' | 'procedure', ref: string): Promise<string | undefined> {
  const [made] = await rowsOf(walk, `select id from ${table} where engagement_id = $1 and ref = $2`, ref)
  return made?.id
}
