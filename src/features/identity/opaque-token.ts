import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { v7 as newId } from 'uuid'

/** A token that means nothing to its holder: where its row is, and a secret of 256 bits of which the row has the hash. */
export interface OpaqueToken {
  firmId: string
  id: string
  hash: Buffer
}

const form =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/

/** No stretching: nobody guesses 256 random bits. */
const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

export function makeOpaqueToken(firmId: string): OpaqueToken & { token: string } {
  const id = newId()
  const secret = randomBytes(32).toString('base64url')
  return { firmId, id, hash: hashOf(secret), token: `${firmId}.${id}.${secret}` }
}

/** @returns null when the text is not such a token */
export function readOpaqueToken(text: string): OpaqueToken | null {
  const [, firmId, id, secret] = form.exec(text) ?? []
  return firmId && id && secret ? { firmId, id, hash: hashOf(secret) } : null
}

export const sameHash = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
