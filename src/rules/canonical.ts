/**
 * JSON in one form only: object keys sorted by code unit, no white space, `undefined` members left out, moments as ISO
 * text. The same content gives the same bytes, so that a digest of them means something.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  )
}
