/**
 * The service cannot start, and the person who starts it can mend that: the message is one line that says what is wrong
 * and what would be right. `main` prints it without a stack and exits with a code that is not 0.
 */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

/** The code of a system or database error (`ENOENT`, `28P01`), or an empty text. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
