import { timingSafeEqual } from 'node:crypto'
import type { Claims } from '../../kernel/access/actor.js'
import type { SecretBox } from '../../kernel/store/secret-box.js'

/** A link holds until the end of the next of these spans: as long as one of them at least, and two at most. */
const spanMs = 5 * 60_000

/** What a link says: who may read which file, until when. */
export interface DownloadLink {
  claims: Claims
  evidenceId: string
  expiresAt: number
}

const noClient = '00000000-0000-0000-0000-000000000000'
const idBytes = 16
const bodyBytes = 6 * idBytes + 6
const macBytes = 32

const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex')
const idOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const macOf = (secretBox: SecretBox, body: Buffer) => secretBox.digest(Buffer.concat([Buffer.from('download '), body]))

/**
 * The part of a link's path that says what it opens, and cannot be made without the service's secret. It ends with the sign-in for
 * which it was made, and is the same for some minutes, so that a screen that asks again gets what it has.
 * @param now in milliseconds
 */
export function makeLink(secretBox: SecretBox, claims: Claims, evidenceId: string, now: number): string {
  const { userId, memberId, firmId, clientId, sessionId } = claims
  const expires = Buffer.alloc(6)
  expires.writeUIntBE((Math.floor(now / spanMs) + 2) * spanMs, 0, 6)
  const ids = [userId, memberId, firmId, clientId ?? noClient, sessionId, evidenceId].map(bytesOf)
  const body = Buffer.concat([...ids, expires])
  return Buffer.concat([body, macOf(secretBox, body)]).toString('base64url')
}

/** @returns what a link says, whether or not it has expired; null for what is none of ours */
export function readLink(secretBox: SecretBox, text: string): DownloadLink | null {
  if (!/^[\w-]{1,300}$/.test(text)) return null
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== bodyBytes + macBytes) return null
  const body = bytes.subarray(0, bodyBytes)
  if (!timingSafeEqual(bytes.subarray(bodyBytes), macOf(secretBox, body))) return null
  const id = (at: number) => idOf(body.subarray(at * idBytes, (at + 1) * idBytes))
  const claims = { userId: id(0), memberId: id(1), firmId: id(2), clientId: id(3), sessionId: id(4) }
  return {
    claims: { ...claims, clientId: claims.clientId === noClient ? null : claims.clientId },
    evidenceId: id(5),
    expiresAt: body.readUIntBE(6 * idBytes, 6),
  }
}
