import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { CannotStart } from '../../data/cannot-start.js'
import type { Database } from '../../data/database.js'
import { write } from '../../data/work.js'

/** The public half of a key that signs tokens, as `/.well-known/jwks.json` shows it (RFC 7517). */
export interface PublicJwk {
  kty: 'RSA'
  n: string
  e: string
  kid: string
  use: 'sig'
  alg: 'RS256'
}

export interface SigningKey {
  id: string
  jwk: PublicJwk
  publicKey: KeyObject
  /** Null for a key that signs no more. */
  privateKey: KeyObject | null
  createdAt: Date
  retiredAt: Date | null
}

interface KeyRow {
  id: string
  public_jwk: PublicJwk
  sealed_private: Buffer
  created_at: Date
  retired_at: Date | null
}

const modulusBits = 2048
const makePair = promisify(generateKeyPair)

/**
 * The key that signs and those whose tokens may still be about. Makes the first key; of two services that do so at
 * once, the database keeps one.
 * @param keptSeconds how long after it signed its last token a retired key is still known
 * @throws CannotStart when the key was sealed under another secret
 */
export async function loadSigningKeys(database: Database, keptSeconds: number): Promise<SigningKey[]> {
  const rows = await readKeys(database, keptSeconds)
  if (rows.some((row) => row.retired_at === null)) return rows.map((row) => unsealed(database, row))
  await rotateSigningKey(database, null)
  return (await readKeys(database, keptSeconds)).map((row) => unsealed(database, row))
}

/**
 * Puts a new key in the place of the present one, which signs no more but is still known for a while.
 * @param presentId the key to be replaced, null for none; when another service was quicker, its new key stays
 */
export async function rotateSigningKey(database: Database, presentId: string | null): Promise<void> {
  const { publicKey, privateKey } = await makePair('rsa', { modulusLength: modulusBits })
  const { n, e } = publicKey.export({ format: 'jwk' }) as { n: string; e: string }
  const id = thumbprint(n, e)
  const jwk: PublicJwk = { kty: 'RSA', n, e, kid: id, use: 'sig', alg: 'RS256' }
  const sealed = database.keeper.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  await write(database, null, 'rotateSigningKey', async (tx) => {
    await tx.query('update signing_key set retired_at = $1 where retired_at is null and id = $2', [tx.now, presentId])
    // Without a target: the sole current key of another service counts as this one.
    await tx.query(
      'insert into signing_key (id, public_jwk, sealed_private, created_at) values ($1, $2, $3, $4) on conflict do nothing',
      [id, JSON.stringify(jwk), sealed, tx.now],
    )
  })
}

/** The key that signs now, whether or not it can be opened; null where there is none yet. */
export async function presentKeyId(database: Database): Promise<string | null> {
  const rows = await readKeys(database, 0)
  return rows.find((row) => row.retired_at === null)?.id ?? null
}

function readKeys(database: Database, keptSeconds: number): Promise<KeyRow[]> {
  return write(database, null, 'readSigningKeys', (tx) =>
    tx.query<KeyRow>(
      `select id, public_jwk, sealed_private, created_at, retired_at from signing_key
       where retired_at is null or retired_at > now() - make_interval(secs => $1) order by created_at desc`,
      [keptSeconds],
    ),
  )
}

function unsealed(database: Database, row: KeyRow): SigningKey {
  return {
    id: row.id,
    jwk: row.public_jwk,
    publicKey: createPublicKey({ key: { ...row.public_jwk }, format: 'jwk' }),
    privateKey: row.retired_at === null ? privateKeyOf(database, row.sealed_private) : null,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }
}

function privateKeyOf(database: Database, sealed: Buffer): KeyObject {
  try {
    return createPrivateKey(database.keeper.open(sealed))
  } catch {
    throw new CannotStart(
      'The key that signs tokens was sealed under another FIELDWORK_SECRET. Put that secret back, or make a new key with: npm run keys:rotate',
    )
  }
}

/** The key's name follows from the key (RFC 7638): nobody can give it another one. */
const thumbprint = (n: string, e: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url')
