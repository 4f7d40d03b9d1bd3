import { errorCode } from '../cannot-start.js'

/** The code of errors that say that the server of a bucket is away, too busy or silent. */
export const storageAway = 'STORAGE_AWAY'

/** What S3 names so is a matter of time, as is every status of 500 or more but that for what it does not do at all. */
const passing = new Set(['TimeoutError', 'RequestTimeout', 'SlowDown', 'ServiceUnavailable', 'InternalError'])

export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Gives an error that says nothing of the request the code by which that is seen, unless the system gave it one. */
export function giveCode(error: Error): void {
  if (errorCode(error) === '' && isPassing(error)) Object.assign(error, { code: storageAway })
}

/** An answer of S3, whose error has such a code. */
export const withCode = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error) => {
    giveCode(error)
    throw error
  })

function isPassing(error: Error): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode ?? 0
  return passing.has(error.name) || (status >= 500 && status !== 501) || status === 429
}

/** For `catch`: this value where S3 names the error so. */
export const ifNamed =
  <T>(name: string, value: T) =>
  (error: unknown): T => {
    if (errorName(error) !== name) throw error
    return value
  }
