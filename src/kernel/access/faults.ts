import { Denial } from '../../rules/refusal.js'

export type FaultCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'TIMED_OUT'
  | 'TOO_LARGE'
  | 'DIGEST_MISMATCH'

/** A request that cannot be answered, as a top-level error. A rule's refusal is not a fault: see rules/refusal.ts. */
export class Fault extends Error {
  constructor(
    readonly code: FaultCode,
    message: string,
    /** Further facts for the caller's program, beside the code. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export const unauthenticated = () => new Fault('UNAUTHENTICATED', 'Sign in first: send a valid access token.')

/** Whether the error says that the database is away or took too long, and nothing about the request. */
export const isOutage = (error: unknown): boolean =>
  error instanceof Fault && (error.code === 'UNAVAILABLE' || error.code === 'TIMED_OUT')

const byRole = 'Your role does not allow this.'

/** The role alone forbids it, whatever it is about. */
export const forbidden = () => new Fault('FORBIDDEN', byRole)

/** The role forbids it for what the act was asked to be done to. */
export const forbiddenFor = (id: string) => new Denial('FORBIDDEN', byRole, [id])

/** The same words for what never existed and for what the caller may not see. */
export const notFound = (id?: string) =>
  new Denial('NOT_FOUND', 'There is no such thing.', id === undefined ? [] : [id])

/** @param retryAfterSeconds when the same request can be answered; stated in the fault and as the header Retry-After */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new Fault('RATE_LIMITED', message, { retryAfterSeconds })

/** Nothing is wrong with the request: the database is away, or too many want it at once. */
export const unavailable = () =>
  new Fault(
    'UNAVAILABLE',
    'The service cannot answer just now. Try again in a few seconds: an act with the same idempotency key happens once.',
  )

/** The request asks for more than can be had in the time it is given. */
export const timedOut = () =>
  new Fault('TIMED_OUT', 'This took longer than the service allows, and was broken off. Ask for less at a time.')

/**
 * The answer has become larger than one operation may answer.
 * @param limits the most objects and bytes
 */
export const tooLarge = ({ objects, bytes }: { objects: number; bytes: number }) =>
  new Fault(
    'TOO_LARGE',
    `The answer is too large: at most ${objects.toLocaleString('en-US')} objects and ${bytes.toLocaleString('en-US')} bytes are answered at once. Ask for fewer or smaller lists.`,
    { limits: { objects, bytes } },
  )

/** What is stored is not what it was: it is not shown, and logged for the operator. */
export const digestMismatch = (nodeType: string, nodeId: string) =>
  new Fault(
    'DIGEST_MISMATCH',
    'What is stored here does not give the digest that was kept with it: it was changed outside the service, and is not shown. Inform the operator of the service.',
    { nodeType, nodeId },
  )
