import { createHash, randomBytes } from 'node:crypto'
import { v7 as newId } from 'uuid'
import type { SecretBox } from '../../kernel/store/secret-box.js'

/** A token that means nothing to its holder: where its row is, and a secret of 256 bits of which the row has the hash. */
export interface OpaqueToken {
  firmId: string
  id: string
  secret: string
  hash: Buffer
}

export interface NewToken extends OpaqueToken {
  /** As its holder sends it. */
  token: string
}

const form =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/

/** No stretching: 256 random bits cannot be guessed. */
const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

export function makeOpaqueToken(firmId: string): NewToken {
  return tokenOf(firmId, newId(), randomBytes(32))
}

/**
 * The token that another one was changed into. Its secret follows from that one's and the service's own key, so that it can
 * be given again to a caller who presents that one again, and is kept nowhere meanwhile: who reads the database cannot make
 * it, nor can the holder of the token before.
 * @param id of the row of the new token
 */
export const successorOf = ({ firmId, id: before, secret }: OpaqueToken, id: string, secretBox: SecretBox): NewToken =>
  tokenOf(firmId, id, secretBox.digest(`token ${id} in the place of ${before} ${secret}`))

/**
 * The token of an invitation. Its secret follows from the invitation's id and the service's own key, so that it can be
 * computed when the letter is sent, and is kept nowhere meanwhile: not in the database, not in the job queue.
 */
export const invitationToken = (firmId: string, id: string, secretBox: SecretBox): NewToken =>
  tokenOf(firmId, id, secretBox.digest(`invitation ${id} of ${firmId}`))

function tokenOf(firmId: string, id: string, bytes: Buffer): NewToken {
  const secret = bytes.toString('base64url')
  return { firmId, id, secret, hash: hashOf(secret), token: `${firmId}.${id}.${secret}` }
}

/** @returns null when the text is not such a token */
export function readOpaqueToken(text: string): OpaqueToken | null {
  const [, firmId, id, secret] = form.exec(text) ?? []
  return firmId && id && secret ? { firmId, id, secret, hash: hashOf(secret) } : null
}
