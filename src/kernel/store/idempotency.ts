import { Refusal } from '../../rules/refusal.js'
import type { Database } from './database.js'
import { classOf, Row, type RowClass, typeNameOf } from './row.js'
import type { Outdated } from './sweep.js'
import type { WriteTx } from './write-tx.js'

/** An act as its caller sent it, for distinguishing a repetition from a new act. */
export interface KeyedAct {
  action: string
  key: string
  /** The input as canonical text, without the key itself. */
  input: string
  scope: KeyScope
}

/** What an act answered. */
export interface Kept {
  payload: object
  /**
   * Ids of rows in it that the caller could not see otherwise even then: shown because they made them, such as an engagement
   * on whose team they are not yet.
   */
  unseen: readonly string[]
}

/** Within what a key is distinguished from others: the firm, and the member or the secret that stands for the caller. */
export type KeyScope = readonly [firmId: string, caller: string]

/** In place of the firm, of acts before a firm is known. */
export const noFirm = '00000000-0000-0000-0000-000000000000'

/**
 * Callers who are not signed in are distinguished by the secret that they carry (a ticket, the token of an invitation): beside
 * another secret a key is another key, and nothing can be learnt with it of what another caller did.
 */
export const scopeOfSecret = (database: Database, secret: string): KeyScope => [
  noFirm,
  `secret ${database.secretBox.digest(`scope of keys ${secret}`).toString('base64url')}`,
]

/** How long an answer is kept. */
const keptFor = "interval '7 days'"

/** Keys whose answer is kept no longer, of members who act no more too. */
export const outdatedKeys: Outdated = {
  table: 'idempotency',
  key: ['scope', 'key'],
  where: `t.created_at < now() - ${keptFor}`,
}

const lockNotAvailable = '55P03'

/**
 * Claims the key inside the act's own transaction. A second sender waits here for the first one's end.
 * @returns null when the act is to be done now; the first answer when it was done before
 * @throws Refusal IDEMPOTENCY_MISMATCH the key was used with another act or input
 * @throws Refusal IDEMPOTENCY_IN_FLIGHT the first one takes longer than five seconds
 */
export async function claim(tx: WriteTx, attempt: KeyedAct): Promise<Kept | null> {
  const place = [...attempt.scope, attempt.key]
  const digest = tx.database.secretBox.digest(`${attempt.action}\n${attempt.input}`)
  // Forgotten first, rather than overwritten on conflict: a cluster allows no function of time there.
  const [, claimed] = await Promise.all([
    tx.prepared(
      `delete from idempotency where firm_id = $1 and scope = $2 and key = $3 and created_at < now() - ${keptFor}`,
      place,
    ),
    tx.prepared(
      `insert into idempotency (firm_id, scope, key, action, input_digest, created_at) values ($1, $2, $3, $4, $5, now())
       on conflict (firm_id, scope, key) do nothing returning 1`,
      [...place, attempt.action, digest],
    ),
    tx.waitAtMost('10s'),
  ]).catch((error: { code?: string }) => {
    if (error.code !== lockNotAvailable) throw error
    throw new Refusal('IDEMPOTENCY_IN_FLIGHT', 'This act is still under way. Send it again in a few seconds.', [
      'idempotencyKey',
    ])
  })
  if (claimed.length === 1) return null
  const [before] = await tx.query<{ action: string; input_digest: Buffer; sealed_payload: Buffer }>(
    'select action, input_digest, sealed_payload from idempotency where firm_id = $1 and scope = $2 and key = $3',
    place,
  )
  if (!before || before.action !== attempt.action || !before.input_digest.equals(digest)) {
    throw new Refusal(
      'IDEMPOTENCY_MISMATCH',
      'This idempotency key was used before with another input. Use a new key for a new act.',
      ['idempotencyKey'],
    )
  }
  const { $unseen, ...payload } = JSON.parse(tx.database.secretBox.open(before.sealed_payload)) as Held
  return { payload: revive(tx.database, payload) as object, unseen: ($unseen as string[] | undefined) ?? [] }
}

/**
 * Keeps the answer with the claimed key, sealed, and forgets what is older than seven days. What cannot be kept is thrown at
 * once, before anything is sent: the commit may be on its way when a promise fails.
 */
export function keep(tx: WriteTx, attempt: KeyedAct, { payload, unseen }: Kept): Promise<unknown> {
  const { scope, key } = attempt
  const said = { ...(dry(payload) as Held), ...(unseen.length > 0 && { $unseen: unseen }) }
  const sealed = tx.database.secretBox.seal(JSON.stringify(said))
  return Promise.all([
    tx.prepared('update idempotency set sealed_payload = $4 where firm_id = $1 and scope = $2 and key = $3', [
      ...scope,
      key,
      sealed,
    ]),
    scope[0] === noFirm
      ? // A secret is used once: what was kept for it is forgotten by those who come after, who do not wait for one another.
        tx.prepared(
          `delete from idempotency where firm_id = $1 and (scope, key) in (select scope, key from idempotency
             where firm_id = $1 and created_at < now() - ${keptFor} limit 100 for update skip locked)`,
          [noFirm],
        )
      : tx.prepared(
          `delete from idempotency where firm_id = $1 and scope = $2 and created_at < now() - ${keptFor}`,
          scope,
        ),
  ])
}

/**
 * Ids of the rows in an answer that the caller cannot see as things are now: what they may see can have become less since it
 * was given. One statement for each class of rows.
 */
export async function unseenIn(tx: WriteTx, payload: object): Promise<string[]> {
  const classes = new Map<RowClass, Set<string>>()
  for (const row of rowsIn(payload)) {
    const type = classOf(row)
    classes.set(type, (classes.get(type) ?? new Set()).add(row.id))
  }
  const unseen = [...classes].map(async ([type, ids]) => {
    for (const { id } of await tx.find(type, { id: [...ids] })) ids.delete(id)
    return [...ids]
  })
  return (await Promise.all(unseen)).flat()
}

function rowsIn(value: unknown): Row[] {
  if (value === null || typeof value !== 'object') return []
  return [...(value instanceof Row ? [value] : []), ...Object.values(value).flatMap(rowsIn)]
}

type Held = Record<string, unknown>

/** Rows and moments keep what they are through JSON. What the rows of a list have alike is said once. */
function dry(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() }
  if (Array.isArray(value)) return areOfOneKind(value) ? dryRows(value) : value.map(dry)
  if (value === null || typeof value !== 'object') return value
  const values = each(value, dry)
  return value instanceof Row ? { $row: typeNameOf(value), values } : values
}

function dryRows(rows: readonly (Row & Held)[]): object {
  const [first, ...others] = rows as [Row & Held, ...(Row & Held)[]]
  const alike = Object.keys(first).filter((key) => others.every((other) => other[key] === first[key]))
  return {
    $rows: typeNameOf(first),
    alike: each(Object.fromEntries(alike.map((key) => [key, first[key]])), dry),
    values: rows.map((row) => each(row, dry, alike)),
  }
}

const areOfOneKind = (values: readonly unknown[]): values is (Row & Held)[] =>
  values[0] instanceof Row && values.every((value) => value?.constructor === values[0]?.constructor)

function revive(database: Database, value: unknown): unknown {
  const inner = (one: unknown) => revive(database, one)
  if (Array.isArray(value)) return value.map(inner)
  if (value === null || typeof value !== 'object') return value
  const { $date, $row, $rows, alike, values } = value as Held
  if (typeof $date === 'string') return new Date($date)
  if ($row) return reviveRow(database, $row as string, each(values as Held, inner))
  if (!$rows) return each(value, inner)
  const common = each(alike as Held, inner)
  return (values as Held[]).map((own) => reviveRow(database, $rows as string, { ...common, ...each(own, inner) }))
}

function reviveRow(database: Database, type: string, values: Held): object {
  const row = database.rowClass(type)
  return row ? Object.assign(new row(), values) : values
}

function each(held: object, become: (value: unknown) => unknown, without: readonly string[] = []): Held {
  const made: Held = {}
  for (const [key, value] of Object.entries(held)) if (!without.includes(key)) made[key] = become(value)
  return made
}
