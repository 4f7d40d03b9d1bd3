import { type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from './canonical.js'

/** The head of a chain of the trail at one moment. */
export interface ChainHead {
  firmId: string
  /** The engagement, or the firm for what concerns no engagement. */
  chainId: string
  /** How many entries the chain had. */
  position: number
  /** The hash of the last of them, 64 hexadecimal digits in lower case. */
  hash: string
}

/** A chain's head, signed: kept apart from the service, it shows when the chain was cut short or written anew behind it. */
export interface SignedCheckpoint extends ChainHead {
  /** When it was signed, to the millisecond. */
  at: Date
  /** The name of the key that signed it: the key's thumbprint (RFC 7638, RFC 8037). */
  keyId: string
  /** Ed25519 (RFC 8032) over `checkpointText`, in base64url. */
  signature: string
}

/**
 * The text that is signed, published in docs/forms.md: seven lines, each ended by a line feed. Its first line says what it
 * is, so that a signature over anything else can never pass for one over a checkpoint.
 */
export function checkpointText({ firmId, chainId, position, hash, at, keyId }: Omit<SignedCheckpoint, 'signature'>) {
  const lines = ['fieldwork checkpoint 1', firmId, chainId, position, hash, at.toISOString(), keyId]
  return lines.map((line) => `${line}\n`).join('')
}

export function signCheckpoint(head: ChainHead, at: Date, keyId: string, privateKey: KeyObject): SignedCheckpoint {
  const { firmId, chainId, position, hash } = head
  const unsigned = { firmId, chainId, position, hash, at, keyId }
  return { ...unsigned, signature: sign(null, Buffer.from(checkpointText(unsigned)), privateKey).toString('base64url') }
}

/** Whether the signature is the key's, over exactly this checkpoint. */
export const isSignedBy = (checkpoint: SignedCheckpoint, publicKey: KeyObject): boolean =>
  verify(null, Buffer.from(checkpointText(checkpoint)), publicKey, Buffer.from(checkpoint.signature, 'base64url'))

/** The checkpoint as one line of a checkpoint file, and as an issued report carries it: JSON with its keys sorted. */
export function checkpointLine({ firmId, chainId, position, hash, at, keyId, signature }: SignedCheckpoint): string {
  return canonicalJson({ firm: firmId, chain: chainId, position, hash, at, key: keyId, signature })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const digest = /^[0-9a-f]{64}$/
const base64url = /^[\w-]+$/
const isText = (value: unknown, form: RegExp): value is string => typeof value === 'string' && form.test(value)

/** @returns null for a line that is none of a checkpoint; whether its signature holds is checked apart */
export function readCheckpointLine(line: string): SignedCheckpoint | null {
  const said = parsed(line)
  if (said === null) return null
  const { firm, chain, position, hash, at, key, signature } = said
  if (!isText(firm, uuid) || !isText(chain, uuid) || !isText(hash, digest)) return null
  if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 1) return null
  if (!isText(at, moment) || Number.isNaN(Date.parse(at))) return null
  if (!isText(key, base64url) || !isText(signature, base64url)) return null
  return { firmId: firm, chainId: chain, position, hash, at: new Date(at), keyId: key, signature }
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}
