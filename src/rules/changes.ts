import { controlLifecycle } from './lifecycles.js'
import { Refusal } from './refusal.js'
import type { ControlPart, ControlState, TeamRole } from './vocabulary.js'

/**
 * Nothing vanishes (product page 3): once the testing of a control has begun, what it is, when it operated, how it was rated and what it
 * serves is changed by the engagement partner alone, with a reason that names a paper, and with what had been found until then.
 */

/** Whether a control is still examined. */
export const controlState = ({ retiredAt }: { retiredAt: Date | null }): ControlState =>
  retiredAt === null ? 'IN_USE' : 'RETIRED'

/** A retired control stays as it was. Refuses with INVALID_TRANSITION. */
export const checkInUse = (control: { retiredAt: Date | null }): void =>
  controlLifecycle.checkState(controlState(control), ['IN_USE'])

/**
 * That a control was never needed is decided once, of one that was retired.
 * Refuses with INVALID_TRANSITION, and with ALREADY_EXISTS where it was decided before.
 */
export function checkNotNeededOpen(control: { retiredAt: Date | null; notNeededAt: Date | null }): void {
  controlLifecycle.checkState(controlState(control), ['RETIRED'])
  if (control.notNeededAt !== null) {
    throw new Refusal('ALREADY_EXISTS', 'That the control was never needed was decided already.')
  }
}

/**
 * What marks that the testing of a control began: a test of it was started, or a list of its items was imported once, whether or not
 * that import still stands.
 */
export const hasTestingBegun = (
  { samplingFixedAt }: { samplingFixedAt: Date | null },
  procedures: readonly { state: string }[],
): boolean => samplingFixedAt !== null || procedures.some(({ state }) => state !== 'PLANNED')

/** Who changes a control whose testing has begun. Refuses with TESTING_BEGUN. */
export function checkChangeAuthor(role: TeamRole | undefined): void {
  if (role === 'ENGAGEMENT_PARTNER') return
  const message =
    'The testing of the control has begun: only the engagement partner changes this, with a reason and the papers it rests on.'
  throw new Refusal('TESTING_BEGUN', message)
}

/** A control as far as a change of it is kept, once its testing has begun. Not who owns it, and not how it is tested. */
export interface ControlContent {
  title: string
  description: string
  frequency: string
  nature: string
  type: string
  risk: string
  isKey: boolean
  operatedFrom: string | null
  operatedTo: string | null
  /** The reference of the control it replaces. */
  replaces: string | null
  criteria: readonly string[]
  /** The references of the general controls it relies on. */
  reliesOn: readonly string[]
}

export interface PartChanged {
  part: ControlPart
  saidBefore: string
  saidAfter: string
}

const partTexts: Readonly<
  Record<
    Exclude<ControlPart, 'FURTHER_CRITERIA' | 'CYCLE' | 'RISK_ANSWERED' | 'RETIRED' | 'NOT_NEEDED'>,
    (control: ControlContent) => string
  >
> = {
  TITLE: ({ title }) => title,
  DESCRIPTION: ({ description }) => description,
  FREQUENCY: ({ frequency }) => frequency,
  NATURE: ({ nature }) => nature,
  TYPE: ({ type }) => type,
  RISK: ({ risk }) => risk,
  KEY: ({ isKey }) => (isKey ? 'key' : 'not key'),
  OPERATED: ({ operatedFrom, operatedTo }) => `${operatedFrom ?? 'the beginning'} to ${operatedTo ?? 'the end'}`,
  REPLACES: ({ replaces }) => replaces ?? 'none',
  CRITERIA: ({ criteria }) => listOf(criteria),
  RELIES_ON: ({ reliesOn }) => listOf(reliesOn),
}

export const listOf = (names: readonly string[]): string => (names.length > 0 ? [...names].sort().join(', ') : 'none')

/** What differs between a control before and after a change, part by part. */
export const partsChanged = (before: ControlContent, after: ControlContent): PartChanged[] =>
  (Object.keys(partTexts) as (keyof typeof partTexts)[])
    .map((part) => ({ part, saidBefore: partTexts[part](before), saidAfter: partTexts[part](after) }))
    .filter(({ saidBefore, saidAfter }) => saidBefore !== saidAfter)

/**
 * What is kept of a section of the description that is written anew once testing has begun: what it said then, and what it says now.
 * Null where testing has not begun, or where it says the same as then.
 */
export function sectionRewritten(
  { tested, before, after }: { tested: string | null; before: string; after: string },
  hasBegun: boolean,
): { testedDigest: string; rewrittenDigest: string } | null {
  const testedDigest = tested ?? before
  return hasBegun && after !== testedDigest ? { testedDigest, rewrittenDigest: after } : null
}

/** Whether a text says something else than before: spacing and ends of lines say nothing. */
export const saysAnother = (before: string, after: string): boolean => spacedOnce(before) !== spacedOnce(after)

const spacedOnce = (text: string): string => text.replace(/\s+/gu, ' ').trim()
