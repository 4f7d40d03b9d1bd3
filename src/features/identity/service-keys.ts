import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { CannotStart } from '../../kernel/cannot-start.js'
import type { Database } from '../../kernel/store/database.js'
import { firmIds } from '../../kernel/store/maintenance.js'
import { readIdentity, type WriteTx, write } from '../../kernel/store/work.js'
import { Firm } from '../firm/firm.js'
import { oneAtATime } from '../firm/one-at-a-time.js'

/** A kind of key that the service signs with. One signs at a time; each kind has a table of its own. */
export interface KeyKind<Jwk extends { kid: string }> {
  table: 'signing_key' | 'checkpoint_key'
  /** What the trail calls the making of a new one, and the property in which it names it. */
  rotation: { action: string; property: string }
  /** How long a key that signs no more is still known, in seconds; null for ever. */
  keptSeconds: number | null
  /** Says what to do when the present key cannot be opened. */
  lost: string
  make(): Promise<{ jwk: Jwk; privateKey: KeyObject }>
}

export interface ServiceKey<Jwk> {
  id: string
  jwk: Jwk
  publicKey: KeyObject
  /** Null for a key that signs no more. */
  privateKey: KeyObject | null
  createdAt: Date
  retiredAt: Date | null
}

interface KeyRow<Jwk> {
  id: string
  public_jwk: Jwk
  sealed_private: Buffer
  created_at: Date
  retired_at: Date | null
}

/**
 * The key that signs and those that did and are still known. Makes the first key; of two services that do so at once, the
 * database keeps one.
 * @throws CannotStart when the key was sealed under another secret
 */
export async function loadKeys<Jwk extends { kid: string }>(
  database: Database,
  kind: KeyKind<Jwk>,
): Promise<ServiceKey<Jwk>[]> {
  const rows = await readKeys(database, kind)
  if (rows.some((row) => row.retired_at === null)) return rows.map((row) => unsealed(database, kind, row))
  await changeKey(database, kind, null)
  return (await readKeys(database, kind)).map((row) => unsealed(database, kind, row))
}

/**
 * Puts a new key in the place of the present one, which signs no more. One short transaction, which waits for no firm;
 * `noteKey` comes after.
 * @param presentId the key to be replaced, null for none; when another service was quicker, its new key stays
 */
export async function changeKey<Jwk extends { kid: string }>(
  database: Database,
  kind: KeyKind<Jwk>,
  presentId: string | null,
): Promise<void> {
  const { jwk, privateKey } = await kind.make()
  const sealed = database.secretBox.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  const { table, rotation } = kind
  await write(database, null, rotation.action, async (tx) => {
    await tx.query(`update ${table} set retired_at = $1 where retired_at is null and id = $2`, [tx.now, presentId])
    // Without a target: the sole current key of another service counts as this one.
    await tx.query(
      `insert into ${table} (id, public_jwk, sealed_private, created_at) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [jwk.kid, JSON.stringify(jwk), sealed, tx.now],
    )
  })
}

/** A firm in whose trail the present key could not be noted, and why not. */
export interface Unnoted {
  firmId: string
  error: unknown
}

/**
 * Says in the trail of each firm that was there before the present key that it signs now, where the trail does not say so
 * yet: each firm in a transaction of its own, so that none waits for another. May be done as often as one likes; what could
 * not be noted is noted by the next time.
 * @param signal ends it between two firms
 * @returns the firms that were left out
 */
export async function noteKey<Jwk extends { kid: string }>(
  database: Database,
  kind: NotedKind<Jwk>,
  signal?: AbortSignal,
): Promise<Unnoted[]> {
  const unnoted: Unnoted[] = []
  for (const firmId of await firmIds(database)) {
    if (signal?.aborted) break
    try {
      await write(database, null, kind.rotation.action, (tx) => noteKeyIn(tx, firmId, kind))
    } catch (error) {
      unnoted.push({ firmId, error })
    }
  }
  return unnoted
}

type NotedKind<Jwk extends { kid: string }> = Pick<KeyKind<Jwk>, 'table' | 'rotation'>

async function noteKeyIn<Jwk extends { kid: string }>(
  tx: WriteTx,
  firmId: string,
  kind: NotedKind<Jwk>,
): Promise<void> {
  await tx.enter(firmId)
  if (!(await keyToNote(tx, kind))) return
  // Of two services that note at once, the second finds it noted.
  await oneAtATime(tx)
  const key = await keyToNote(tx, kind)
  if (!key) return
  const { action, property } = kind.rotation
  const firm = Object.assign(new Firm(), { firmId, id: firmId })
  tx.note(firm, { before: { [property]: key.before }, after: { [property]: key.id } })
  await tx.appendTrail(action, null)
}

/** The present key and the one before it, where the trail of the firm entered should say that it was changed and does not. */
async function keyToNote<Jwk extends { kid: string }>(
  tx: WriteTx,
  { table, rotation }: NotedKind<Jwk>,
): Promise<{ id: string; before: string | null } | undefined> {
  const [found] = await tx.query<{ id: string; before: string | null }>(
    `select k.id, (select id from ${table} where retired_at is not null order by retired_at desc limit 1) as before
     from ${table} k join firm f on f.firm_id = $1 and f.created_at < k.created_at
     where k.retired_at is null and not exists (select 1 from trail_entry e where e.firm_id = $1 and e.chain_id = $1
       and e.action = $2 and e.at >= k.created_at and strpos(e.changes, k.id) > 0)`,
    [tx.firmId, rotation.action],
  )
  return found
}

/** Changes the key and notes it in every firm: `changeKey`, then `noteKey`. */
export async function rotateKey<Jwk extends { kid: string }>(
  database: Database,
  kind: KeyKind<Jwk>,
  presentId: string | null,
): Promise<Unnoted[]> {
  await changeKey(database, kind, presentId)
  return noteKey(database, kind)
}

/** The key that signs now, whether or not it can be opened; null where there is none yet. */
export async function presentKeyId<Jwk extends { kid: string }>(
  database: Database,
  kind: KeyKind<Jwk>,
): Promise<string | null> {
  const rows = await readKeys(database, kind)
  return rows.find((row) => row.retired_at === null)?.id ?? null
}

function readKeys<Jwk extends { kid: string }>(
  database: Database,
  { table, keptSeconds }: KeyKind<Jwk>,
): Promise<KeyRow<Jwk>[]> {
  return readIdentity(database, (tx) =>
    tx.query<KeyRow<Jwk>>(
      `select id, public_jwk, sealed_private, created_at, retired_at from ${table}
       where retired_at is null or $1::float8 is null or retired_at > now() - make_interval(secs => $1)
       order by created_at desc`,
      [keptSeconds],
    ),
  )
}

function unsealed<Jwk extends { kid: string }>(
  database: Database,
  kind: KeyKind<Jwk>,
  row: KeyRow<Jwk>,
): ServiceKey<Jwk> {
  return {
    id: row.id,
    jwk: row.public_jwk,
    publicKey: createPublicKey({ key: { ...row.public_jwk }, format: 'jwk' }),
    privateKey: row.retired_at === null ? privateKeyOf(database, kind.lost, row.sealed_private) : null,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }
}

function privateKeyOf(database: Database, lost: string, sealed: Buffer): KeyObject {
  try {
    return createPrivateKey(database.secretBox.open(sealed))
  } catch {
    throw new CannotStart(lost)
  }
}

/** The key's name follows from the members of the key that matter, sorted (RFC 7638): it can be given no other one. */
export const thumbprint = (members: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')
