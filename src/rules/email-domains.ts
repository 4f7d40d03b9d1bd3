import { checkEach, Refusal } from './refusal.js'

/** At most so many domains of one firm or client; the length of one in characters. */
export const domainLimits = { count: 20, length: 253 } as const

const domainForm =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]{0,58}[a-z0-9]|[a-z]([a-z0-9-]{0,61}[a-z0-9])?)$/
/** Characters that a URL takes for more than a name of a host. */
const notInName = /[\s\p{C}%/\\?#@:[\]<>^|]/u

/**
 * An e-mail domain as it is kept and compared: lower case, international names in their ASCII form (IDNA).
 * @returns null when it cannot be one
 */
export function normalDomain(text: string): string | null {
  const domain = text.normalize('NFKC').trim()
  if (domain.length > domainLimits.length || notInName.test(domain) || !URL.canParse(`http://${domain}`)) return null
  const { hostname } = new URL(`http://${domain}`)
  return domainForm.test(hostname) ? hostname : null
}

/** The domain of an e-mail address in its normal form; null where it is no name of a host. */
export const domainOf = (email: string): string | null => normalDomain(email.slice(email.lastIndexOf('@') + 1))

/**
 * What an e-mail address is compared by, where the question is whether two lead to one mailbox: a domain with an international
 * name can be written in several ways.
 * @param email in its normal form
 */
export function mailboxOf(email: string): string {
  const domain = domainOf(email)
  return domain === null ? email : `${localPartOf(email)}@${domain}`
}

/** What stands before the domain of an e-mail address. */
export const localPartOf = (email: string): string => email.slice(0, email.lastIndexOf('@'))

const isAtOrBelow = (domain: string, other: string): boolean => domain === other || domain.endsWith(`.${other}`)

/**
 * The domains given for a firm or a client, each once, in their normal form.
 * @param others the domains of the other side
 * @throws Refusal INVALID_INPUT at each one that is none or, when all are domains, is not apart from the others; at the list
 *   when it is too long
 */
export function checkDomains(given: readonly string[], others: readonly string[] = []): string[] {
  if (given.length > domainLimits.count) {
    throw new Refusal('INVALID_INPUT', `At most ${domainLimits.count} domains can be given.`, ['emailDomains'])
  }
  const domains = given.map(normalDomain)
  const none = (at: number) =>
    new Refusal('INVALID_INPUT', 'An e-mail domain is a name like example.com.', ['emailDomains', at])
  checkEach(domains.flatMap((domain, at) => (domain === null ? none(at) : [])))
  const known = domains.filter((domain) => domain !== null)
  checkDomainsApart(known, others)
  return [...new Set(known)]
}

/**
 * No domain is both the firm's and a client's: an address would say nothing about the side its holder is on.
 * @param others the domains of the other side
 * @throws Refusal INVALID_INPUT at each domain that is the other side's, lies below one of theirs, or above
 */
export function checkDomainsApart(domains: readonly string[], others: readonly string[]): void {
  const isOthers = (domain: string): boolean =>
    others.some((other) => isAtOrBelow(domain, other) || isAtOrBelow(other, domain))
  const shared = (at: number) =>
    new Refusal('INVALID_INPUT', 'A domain cannot be both the firm’s and a client’s.', ['emailDomains', at])
  checkEach(domains.flatMap((domain, at) => (isOthers(domain) ? shared(at) : [])))
}

/** The domains that an address is compared with. */
export interface Domains {
  /** Of the client. */
  clientDomains: readonly string[]
  firmDomains: readonly string[]
}

/**
 * Whether the firm's side may invite this address to a client, or give it access again: it lies in one of the client's
 * domains, and not in or below one of the firm's. For every other address only the client's own administrator can say
 * that its holder is of the client.
 * @param email in its normal form
 */
export function isAddressOfClient(email: string, { clientDomains, firmDomains }: Domains): boolean {
  const domain = domainOf(email)
  if (domain === null || firmDomains.some((own) => isAtOrBelow(domain, own))) return false
  return clientDomains.includes(domain)
}
