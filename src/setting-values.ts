/** Placeholders from examples, and texts of so few different characters that a person typed them. */
export function isKnownSecret(secret: string): boolean {
  return /change.?(me|this)|replace.?(me|this)|example|insecure|your.?secret/i.test(secret) || new Set(secret).size < 8
}

/** Whether it names a PostgreSQL server, a role and a database. */
export function isDatabaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return (
    ['postgres:', 'postgresql:'].includes(url.protocol) &&
    url.hostname !== '' &&
    url.username !== '' &&
    url.pathname.length > 1
  )
}

/** Whether it is an http or https address to which paths can be added. */
export function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return ['http:', 'https:'].includes(url.protocol) && url.search === '' && url.hash === ''
}

/** Whether a browser sends the text as it stands in the header `Origin`. */
export function isOrigin(text: string): boolean {
  return /^https?:[^*]*$/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
