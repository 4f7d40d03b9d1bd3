import { Refusal } from '../../rules/refusal.js'
import { type Fault, timedOut, unavailable } from '../access/faults.js'
import { storageAway } from '../files/s3-errors.js'

/** What the driver and its pool say when there is no connection; none of it has a code. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client .* not queryable)/

/** What the system says of a server that is away, goes away or does not answer. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  storageAway,
])

/** What the system says that has no room for a file, or can open no more: others use them, and not for ever. */
const exhausted = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EMFILE', 'ENFILE'])

/** connection_exception, insufficient_resources, operator_intervention (shutting down, starting up); a session cut off. */
const cannotServe = /^(08|53|57P)|^25P0[34]$/

const queryCanceled = '57014'

/**
 * The routines of PostgreSQL that make its log, a table or a temporary file longer. For a full disk they have a code; for a
 * quota or a limit on the size of files they say XX000, as for a defect, and a message in the language of the server.
 */
const extendsFiles = new Set(['XLogWrite', 'XLogFileInitInternal', 'mdextend', 'mdzeroextend', 'BufFileDumpBuffer'])

/**
 * An error that says nothing about the request: the database is away, has no connection free, or took too long, or there is
 * no room. The caller gets this as a fault, and may send the same again.
 * @returns null for any other error
 */
export function outageOf(error: unknown): Fault | null {
  // Where an act has a payload, it is said there.
  if (error instanceof Refusal) return error.code === 'BUSY' ? unavailable() : null
  if (!(error instanceof Error)) return null
  const { code = '', routine = '' } = error as { code?: string; routine?: string }
  if (code === queryCanceled) return timedOut()
  const passes = unreachable.has(code) || exhausted.has(code) || cannotServe.test(code) || extendsFiles.has(routine)
  return passes || lostConnection.test(error.message) ? unavailable() : null
}
