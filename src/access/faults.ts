/** A request that cannot be answered, as a top-level error. A rule's refusal is not a fault: see rules/refusal.ts. */
export class Fault extends Error {
  constructor(
    readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_USER_INPUT' | 'RATE_LIMITED',
    message: string,
    /** Further facts for the caller's program, beside the code. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export const unauthenticated = () => new Fault('UNAUTHENTICATED', 'Sign in first: send a valid access token.')

export const forbidden = () => new Fault('FORBIDDEN', 'Your role does not allow this.')

/** The same words for what never existed and for what somebody may not see. */
export const notFound = () => new Fault('NOT_FOUND', 'There is no such thing.')

export const rateLimited = (message: string) => new Fault('RATE_LIMITED', message)
