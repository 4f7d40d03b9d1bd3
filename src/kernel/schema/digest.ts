import { createHash } from 'node:crypto'
import { digestMismatch } from '../access/faults.js'
import { type Row, typeNameOf } from '../store/row.js'

/** SHA-256 of a text in UTF-8, as hex. */
export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Compares stored content with the digest kept beside it, whenever it is to be shown or used.
 * @param text the content in the form that the digest is over
 * @throws Fault DIGEST_MISMATCH, which names the row and says nothing of what it holds now
 */
export function assertDigest(row: Row & { sha256: string }, text: string): void {
  if (sha256Of(text) !== row.sha256) throw digestMismatch(typeNameOf(row), row.id)
}
