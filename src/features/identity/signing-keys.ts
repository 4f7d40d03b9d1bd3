import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Database } from '../../kernel/store/database.js'
import {
  changeKey,
  type KeyKind,
  loadKeys,
  noteKey,
  type ServiceKey,
  thumbprint,
  type Unnoted,
} from './service-keys.js'

/** The public half of a key that signs tokens, as `/.well-known/jwks.json` shows it (RFC 7517). */
export interface PublicJwk {
  kty: 'RSA'
  n: string
  e: string
  kid: string
  use: 'sig'
  alg: 'RS256'
}

export type SigningKey = ServiceKey<PublicJwk>

const modulusBits = 2048
const makePair = promisify(generateKeyPair)

/** Keys that sign access tokens. */
export const tokenKeys: Omit<KeyKind<PublicJwk>, 'keptSeconds'> = {
  table: 'signing_key',
  rotation: { action: 'rotateSigningKey', property: 'signingKey' },
  lost: 'The key that signs tokens was sealed under another FIELDWORK_SECRET. Put that secret back, or make a new key with: npm run keys:rotate',
  async make() {
    const { publicKey, privateKey } = await makePair('rsa', { modulusLength: modulusBits })
    const { n, e } = publicKey.export({ format: 'jwk' }) as { n: string; e: string }
    return { jwk: { kty: 'RSA', n, e, kid: thumbprint({ e, kty: 'RSA', n }), use: 'sig', alg: 'RS256' }, privateKey }
  },
}

/**
 * The key that signs and those whose tokens may still be about.
 * @param keptSeconds how long after it signed its last token a retired key is still known
 */
export const loadSigningKeys = (database: Database, keptSeconds: number): Promise<SigningKey[]> =>
  loadKeys(database, { ...tokenKeys, keptSeconds })

/** Puts a new key in the place of the present one, which signs no more but is still known for a while. */
export const changeSigningKey = (database: Database, presentId: string | null): Promise<void> =>
  changeKey(database, { ...tokenKeys, keptSeconds: 0 }, presentId)

/** As `changeSigningKey`, and notes it in every firm. @returns the firms in which it could not be noted */
export async function rotateSigningKey(database: Database, presentId: string | null): Promise<Unnoted[]> {
  await changeSigningKey(database, presentId)
  return noteKey(database, tokenKeys)
}
