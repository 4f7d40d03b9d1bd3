import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { CannotStart } from '../../data/cannot-start.js'
import type { Database } from '../../data/database.js'
import { firmIds } from '../../data/maintenance.js'
import { write } from '../../data/work.js'
import { Firm } from '../firm/firm.js'

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
  await rotateKey(database, kind, null)
  return (await readKeys(database, kind)).map((row) => unsealed(database, kind, row))
}

/**
 * Puts a new key in the place of the present one, which signs no more, and says so in the trail of every firm.
 * @param presentId the key to be replaced, null for none; when another service was quicker, its new key stays
 */
export async function rotateKey<Jwk extends { kid: string }>(
  database: Database,
  kind: KeyKind<Jwk>,
  presentId: string | null,
): Promise<void> {
  const { jwk, privateKey } = await kind.make()
  const sealed = database.keeper.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  const { table, rotation } = kind
  const firms = await firmIds(database)
  await write(database, null, rotation.action, async (tx) => {
    await tx.query(`update ${table} set retired_at = $1 where retired_at is null and id = $2`, [tx.now, presentId])
    // Without a target: the sole current key of another service counts as this one.
    const made = await tx.query(
      `insert into ${table} (id, public_jwk, sealed_private, created_at) values ($1, $2, $3, $4)
       on conflict do nothing returning id`,
      [jwk.kid, JSON.stringify(jwk), sealed, tx.now],
    )
    if (made.length === 0) return
    for (const firmId of firms) {
      const firm = Object.assign(new Firm(), { firmId, id: firmId })
      tx.note(firm, { before: { [rotation.property]: presentId }, after: { [rotation.property]: jwk.kid } })
    }
    await tx.appendTrail(rotation.action, null)
  })
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
  return write(database, null, 'readKeys', (tx) =>
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
    return createPrivateKey(database.keeper.open(sealed))
  } catch {
    throw new CannotStart(lost)
  }
}

/** The key's name follows from the members of the key that matter, sorted (RFC 7638): nobody can give it another one. */
export const thumbprint = (members: Readonly<Record<string, string>>): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')
