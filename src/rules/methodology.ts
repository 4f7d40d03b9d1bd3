import { checkEach, Refusal } from './refusal.js'
import type { FirmRole } from './vocabulary.js'

/** What holds at once for every engagement: who signs a report would loosen what stands before it. */
export const settingsOfAdministrator = ['requiresQualityReviewer', 'coolingOffYears', 'inquiryDays'] as const

/**
 * A partner revises how the firm samples and what it tells; whether and by whom the quality of an engagement is reviewed, and how long an
 * inquiry holds, the firm's administrator alone (product page, section 1: administrators look after the methodology; the partner who signs
 * is not who reviews). Refuses with FORBIDDEN at each setting that is given and not theirs.
 */
export function checkSettingsAuthor(
  given: Readonly<Partial<Record<(typeof settingsOfAdministrator)[number], unknown>>>,
  { firmRole }: { firmRole: FirmRole | null },
): void {
  if (firmRole === 'FIRM_ADMIN') return
  const message = 'It holds at once for every engagement: the firm’s administrator alone revises it.'
  checkEach(
    settingsOfAdministrator
      .filter((name) => given[name] !== undefined && given[name] !== null)
      .map((name) => new Refusal('FORBIDDEN', message, [name])),
  )
}
