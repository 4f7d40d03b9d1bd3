import { characterRefused } from './text.js'

/** Lengths in characters; how many memberships one person may hold in all firms and clients, disabled ones included. */
export const peopleLimits = {
  email: 254,
  name: 200,
  passwordMin: 12,
  passwordMax: 200,
  passwordVariety: 5,
  memberships: 100,
} as const

const emailForm = /^[^\s@<>()[\],;:\\"\p{C}]+@[^\s@.<>()[\],;:\\"\p{C}]+(\.[^\s@.<>()[\],;:\\"\p{C}]+)+$/u

/**
 * An e-mail address as it is kept and compared: Unicode form NFKC, small letters, no space around it.
 * @returns null when it cannot be one; whether a person reads it is known only once mail was answered
 */
export function normalEmail(text: string): string | null {
  if (text.length > peopleLimits.email * 2) return null
  const email = text.normalize('NFKC').trim().toLowerCase()
  const isEmail = email.length <= peopleLimits.email && emailForm.test(email) && !characterRefused(email, 'key')
  return isEmail ? email : null
}

/** A password as it is hashed: however the keyboard composed its letters (NIST SP 800-63B asks for NFKC or NFKD). */
export const normalPassword = (text: string): string => text.normalize('NFKC')

/**
 * Why a new password cannot be taken, or null. Length is what counts; beyond it only what is as good as none.
 * @param email the normal form of the account's address
 */
export function passwordFault(password: string, email: string): string | null {
  // Before looking closer: a text this long is no password, whatever its characters become.
  if (password.length > 2 * peopleLimits.passwordMax) return `must have at most ${peopleLimits.passwordMax} characters`
  const characters = [...normalPassword(password)]
  if (characters.length < peopleLimits.passwordMin) {
    return `must have at least ${peopleLimits.passwordMin} characters; it has ${characters.length}`
  }
  if (characters.length > peopleLimits.passwordMax) {
    return `must have at most ${peopleLimits.passwordMax} characters; it has ${characters.length}`
  }
  if (new Set(characters).size < peopleLimits.passwordVariety) {
    return `must have at least ${peopleLimits.passwordVariety} different characters`
  }
  if (normalPassword(password).toLowerCase().includes(email)) return 'must not contain the e-mail address'
  return null
}
