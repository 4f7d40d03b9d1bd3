import { isIP } from 'node:net'

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

/** Whether it names a server that takes mail by SMTP. */
export function isSmtpUrl(text: string): boolean {
  return URL.canParse(text) && ['smtp:', 'smtps:'].includes(new URL(text).protocol) && new URL(text).hostname !== ''
}

/** Whether it is an e-mail address, alone or behind a name: `Fieldwork <no-reply@audit.example.com>`. */
export const isSender = (text: string): boolean =>
  /^(?:[^<>@,;"\p{C}]+ <[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/u.test(text)

/** Whether it is an IP address, or a network of them: `172.16.0.0/12`. */
export function isNetwork(place: string): boolean {
  const [address = '', bits] = place.split('/')
  const version = isIP(address)
  return version !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
}
