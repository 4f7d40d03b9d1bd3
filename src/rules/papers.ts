import { Refusal } from './refusal.js'
import type { EvidenceState, ExceptionState, PopulationState, ProcedureState } from './vocabulary.js'

/**
 * The papers that reasons rest on (product page, section 5b; AT-C 105 and AU-C 230 on documentation): each shows work that was done or
 * something that was obtained, and stands while the reason is given. Of a paper that does not stand the functions say why, as a
 * sentence; null where a reason can rest on it.
 */

/** A procedure once it holds work: a plan shows nothing. */
export const procedureAsPaper = ({ ref, state }: { ref: string; state: ProcedureState }): string | null =>
  state === 'PLANNED' ? `Procedure ${ref} is planned and holds no work yet: nothing can rest on it.` : null

/** A population once it is fixed. */
export const populationAsPaper = ({ state }: { state: PopulationState }): string | null =>
  state === 'DRAFT' ? 'The population is a draft, which still changes: nothing can rest on it.' : null

/** An exception that was confirmed and stands. */
export function exceptionAsPaper({ number, state }: { number: number; state: ExceptionState }): string | null {
  if (state === 'DRAFT') return `EX-${number} is a draft, which nobody has confirmed: nothing can rest on it.`
  return state === 'WITHDRAWN' ? `EX-${number} was withdrawn: nothing can rest on it.` : null
}

/** A file that was received, scanned and is still there. */
export function evidenceAsPaper({ state }: { state: EvidenceState }): string | null {
  switch (state) {
    case 'AVAILABLE':
      return null
    case 'PENDING':
      return 'The file waits for the malware scanner: nothing can rest on it yet.'
    case 'INFECTED':
      return 'The malware scanner found something in the file: nothing can rest on it.'
    case 'REMOVED':
      return 'The file was removed: nothing can rest on it.'
  }
}

/** That a control has no population, once another person approved it. */
export const markAsPaper = ({ approvedAt }: { approvedAt: Date | null }): string | null =>
  approvedAt === null ? 'That the control has no population awaits approval: nothing can rest on it.' : null

/** What a newer one has taken the place of: what rested on it before stays so, and nothing new comes to rest on it. */
export const supersededPaper = 'There is a newer one, which supersedes it: take that one.'

/** A reason for a decision comes from elsewhere than from what is decided about. */
export const decidedAbout = 'It is what is decided about: name what the reason rests on beside it.'

/** A reason against what was found names a paper at least. Refuses with INVALID_INPUT at `restsOnIds`. */
export function checkNamesPaper(restsOnIds: readonly string[]): void {
  if (restsOnIds.length > 0) return
  throw new Refusal('INVALID_INPUT', 'Name the paper that the reason rests on.', ['restsOnIds'])
}
