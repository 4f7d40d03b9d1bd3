import { isIP } from 'node:net'
import { z } from 'zod'
import { cut } from './rules/text.js'

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

/** Shows a wrong value without letting a pasted file or a terminal escape into the log. */
export const shownValue = (value: unknown) => JSON.stringify(cut(String(value), 60))

/** One of a few words. */
export const choiceSetting = <const V extends readonly [string, ...string[]]>(values: V) =>
  z.enum(values, { error: (issue) => `is ${shownValue(issue.input)}; it must be one of: ${values.join(', ')}.` })

/** A whole number within bounds. @param example of a right one, for the message */
export const integerSetting = (min: number, max: number, example: string) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: (issue) =>
        `is ${shownValue(issue.input)}; it must be a whole number from ${min} to ${max}, e.g. ${example}.`,
    })
    .transform(Number)

/** Entries apart by commas; none when it is not set. */
export const listSetting = (isEntry: (text: string) => boolean, error: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .refine((entries) => entries.every(isEntry), { error })
    .default([])
