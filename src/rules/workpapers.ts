import { workpaperLifecycle } from './lifecycles.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import type { WorkpaperKind, WorkpaperState } from './vocabulary.js'

/**
 * Working papers that are no test of a control (product page, section 5; AU-C 230 on documentation; AU-C 220 on consultation: its nature,
 * scope and conclusions are documented, and agreed with the person consulted).
 */

/** What a consultation says beside its text; null in any other paper. */
export interface Consultation {
  consultedName: string | null
  consultedRole: string | null
  consultedOn: string | null
  question: string | null
  conclusion: string | null
}

const missing: Readonly<Record<keyof Consultation, string>> = {
  consultedName: 'Say who was consulted.',
  consultedRole: 'Say in which role the person was consulted.',
  consultedOn: 'Say when the person was consulted.',
  question: 'Say on what the person was consulted.',
  conclusion: 'Say with which conclusion.',
}

/**
 * A consultation says who was consulted, in which role, when, on what and with which conclusion; no other paper does. Refuses with
 * INVALID_INPUT at each field that is at fault.
 * @param today the last day on which a consultation can have been
 */
export function checkConsultation(said: Consultation & { kind: WorkpaperKind }, today: string): void {
  const isOne = said.kind === 'CONSULTATION'
  const fields = Object.keys(missing) as (keyof Consultation)[]
  checkEach([
    ...fields
      .filter((field) => (said[field] === null) === isOne)
      .map((field) => {
        const message = isOne ? missing[field] : 'Only a consultation says this: leave it out.'
        return new Refusal('INVALID_INPUT', message, [field])
      }),
    ...(isOne && said.consultedOn !== null && said.consultedOn > today
      ? [new Refusal('INVALID_INPUT', 'The day lies in the future.', ['consultedOn'])]
      : []),
  ])
}

interface WorkpaperFact {
  state: WorkpaperState
}

export const checkWorkpaperDraft = ({ state }: WorkpaperFact): void => workpaperLifecycle.checkState(state, ['DRAFT'])
export const checkWorkpaperPrepared = ({ state }: WorkpaperFact): void =>
  workpaperLifecycle.checkMove(state, 'REVIEWED')
export const checkWorkpaperSigned = ({ state }: WorkpaperFact): void =>
  workpaperLifecycle.checkState(state, ['PREPARED', 'REVIEWED'], { act: 'Sending back', to: 'DRAFT' })

/** A reason can rest on a paper that was signed and stands. */
export function workpaperAsPaper({ number, state }: { number: number; state: WorkpaperState }): string | null {
  if (state === 'WITHDRAWN') return `WP-${number} was withdrawn: nothing can rest on it.`
  return state === 'DRAFT' ? `WP-${number} is a draft, which still changes: nothing can rest on it.` : null
}

/** A workpaper, as the gates of an engagement look at it. */
export interface WorkpaperStanding {
  id: string
  number: number
  kind: WorkpaperKind
  state: WorkpaperState
  isStale: boolean
}

/** What is missing of these papers: each that was not withdrawn is signed by its reviewer, as it is. */
export const workpaperBlockers = (papers: readonly WorkpaperStanding[]): Blocker[] =>
  papers
    .filter(({ state }) => state !== 'WITHDRAWN')
    .flatMap(({ id, number, state, isStale }) => {
      if (state !== 'REVIEWED') return blocker('WORKPAPER_NOT_REVIEWED', `WP-${number} is ${state}, not REVIEWED.`, id)
      return isStale ? blocker('SIGN_OFF_STALE', `WP-${number} changed after it was signed; sign it again.`, id) : []
    })
