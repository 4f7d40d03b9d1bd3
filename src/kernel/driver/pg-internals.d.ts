/** A part of the driver that has no types of its own. */
declare module 'pg/lib/utils.js' {
  /** A value as the text that the server takes for it. */
  export function prepareValue(value: unknown): string | Buffer | null
}
