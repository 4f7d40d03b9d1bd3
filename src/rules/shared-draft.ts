import { type Blocker, blocker, Refusal } from './refusal.js'
import type { ReportModel } from './report/model.js'
import type { ExceptionState } from './vocabulary.js'
import { workOfOthersBlockers } from './work-of-others.js'

/** The draft that management sees before it signs (product page, section 2). */

/**
 * What of a draft is shared: Sections I to IV. Section V is management's own words, which the draft is shared before they are final.
 */
export const sharedPart = (draft: ReportModel): ReportModel => ({ ...draft, responses: null })

export interface SharingFacts {
  /** Null while none is decided. */
  opinion: { isStale: boolean } | null
  exceptions: readonly { id: string; number: number; state: ExceptionState }[]
  workOfOthers: Parameters<typeof workOfOthersBlockers>[0]
}

/**
 * What is to be done before a draft is shared: the opinion is decided, on what there is now, for management conforms its assertion to it;
 * and what Section IV reports was communicated, for a draft is no way to learn of it; the work of others that it tells of is approved.
 */
export function sharingBlockers({ opinion, exceptions, workOfOthers }: SharingFacts): Blocker[] {
  const untold = exceptions.filter(({ state }) => state === 'CONFIRMED')
  return [
    ...(opinion ? [] : [blocker('OPINION_UNDECIDED', 'Decide on the opinion first: management is to see it.')]),
    ...(opinion?.isStale ? [blocker('OPINION_STALE', 'Decide on the opinion anew: it rests on what was before.')] : []),
    ...untold.map(({ id, number }) =>
      blocker('EXCEPTION_NOT_COMMUNICATED', `Communicate EX-${number} first: the draft reports it.`, id),
    ),
    ...workOfOthersBlockers(workOfOthers),
  ]
}

/** A draft is withdrawn once. Refuses with ALREADY_EXISTS. */
export function checkDraftStands({ withdrawnAt }: { withdrawnAt: Date | null }): void {
  if (withdrawnAt !== null) throw new Refusal('ALREADY_EXISTS', 'The draft was withdrawn already.')
}

/** When a draft was shared, and when it was withdrawn. */
interface Shared {
  createdAt: Date
  withdrawnAt: Date | null
}

/** Of several drafts the one that stands; null where none does. */
export const standingAmong = <D extends Shared>(drafts: readonly D[]): D | null =>
  drafts.find(({ withdrawnAt }) => withdrawnAt === null) ?? null

/** Of several drafts the one that stood at a moment; null where none did. */
export const draftStandingAt = <D extends Shared>(drafts: readonly D[], moment: Date): D | null =>
  drafts.find(({ createdAt, withdrawnAt }) => createdAt <= moment && (withdrawnAt === null || withdrawnAt > moment)) ??
  null
