import type { BlockerCode } from './blocker-codes.js'
import { type Blocker, Refusal } from './refusal.js'
import type { Cause, ResponseState } from './vocabulary.js'

/**
 * Management's response to an exception, printed in Section V. It is management's own text: the auditor checks that it
 * is complete and not inconsistent with the findings, gives no assurance on it, and nothing in it changes a result, a
 * count or a materiality decision.
 */

export interface RemediationStep {
  action: string
  owner: string | null
  /** ISO date. */
  dueOn: string | null
  done: boolean
}

export interface ResponseContent {
  acknowledgement: string | null
  rootCauseCategory: Cause | null
  rootCause: string | null
  remediation: readonly RemediationStep[]
  /** The people who answer for the remediation. */
  responsible: string | null
  /** ISO date. */
  targetOn: string | null
  preventionOfRecurrence: string | null
}

/** A response of which nothing is written, or in place of which management declined. */
export const emptyResponse = {
  acknowledgement: null,
  rootCauseCategory: null,
  rootCause: null,
  remediation: [],
  responsible: null,
  targetOn: null,
  preventionOfRecurrence: null,
} satisfies ResponseContent

/** Something to think about before submitting; it does not stand in the way. */
export interface ResponseWarning {
  code: ResponseWarningCode
  message: string
  /** Where in the response. */
  path: readonly (string | number)[]
}

export const responseWarningCodes = {
  STEP_WITHOUT_OWNER: 'A remediation step has no owner: no person is responsible for it.',
  STEP_WITHOUT_DATE: 'A remediation step has no date: it cannot be measured.',
  DATE_IN_THE_PAST: 'The date of an open step or target lies in the past.',
  DATE_TOO_FAR: 'The date lies more than a year ahead.',
  TARGET_BEFORE_STEP: 'The target date lies before a step is due.',
  DEFENSIVE_WORDING: 'The wording defends or blames instead of acknowledging.',
  MINIMIZING_WORDING: 'The wording makes the exception smaller than the report states it.',
} as const
export type ResponseWarningCode = keyof typeof responseWarningCodes

/** More elements than a response has. */
export const ELEMENTS_MAX = 10

export interface ResponseCheck {
  /** Elements without which a response is not submitted. */
  missing: readonly Blocker[]
  warnings: readonly ResponseWarning[]
}

/** What stands in an element when nothing does. */
const PLACEHOLDER = /^(?:[-–.…?x\s]*|n\/?a|none|tb[acd]|todo|to (?:be|follow)\b.{0,20}|pending|see above)\.?$/i

const says = (text: string | null) => text !== null && !PLACEHOLDER.test(text.trim())

/**
 * Checks a response as it would be submitted on `today` (ISO date). Missing: acknowledgement, root cause (category and
 * narrative), at least one remediation step, responsible people, target date, prevention of recurrence; a placeholder
 * such as `n/a` or `tbd` is missing too. Everything else is a warning.
 */
export function reviewResponse(response: ResponseContent, today: string): ResponseCheck {
  return {
    missing: missingFromResponse(response),
    warnings: [...stepWarnings(response), ...dateWarnings(response, today), ...wordingWarnings(response)],
  }
}

/** Refuses with NOT_READY a response that lacks an element; returns the warnings otherwise. */
export function checkSubmission(response: ResponseContent, today: string): readonly ResponseWarning[] {
  const { missing, warnings } = reviewResponse(response, today)
  if (missing.length === 0) return warnings
  const message = `The response is not complete: ${missing.map((blocker) => blocker.message).join(' ')}`
  throw new Refusal('NOT_READY', message, [], { blockers: missing })
}

function missingFromResponse(response: ResponseContent): Blocker[] {
  const elements: [boolean, BlockerCode, string][] = [
    [says(response.acknowledgement), 'ACKNOWLEDGEMENT_MISSING', 'Acknowledge the exception.'],
    [
      response.rootCauseCategory !== null && response.rootCauseCategory !== 'UNDER_INVESTIGATION',
      'ROOT_CAUSE_CATEGORY_MISSING',
      'Choose the category of the root cause.',
    ],
    [says(response.rootCause), 'ROOT_CAUSE_MISSING', 'Explain the root cause.'],
    [
      response.remediation.some((step) => says(step.action)),
      'REMEDIATION_MISSING',
      'State at least one remediation step.',
    ],
    [says(response.responsible), 'RESPONSIBLE_MISSING', 'Name who is responsible.'],
    [response.targetOn !== null, 'TARGET_DATE_MISSING', 'State the target date.'],
    [says(response.preventionOfRecurrence), 'PREVENTION_MISSING', 'Say what prevents it from happening again.'],
  ]
  return elements.filter(([present]) => !present).map(([, code, message]) => ({ code, message, node: null }))
}

function stepWarnings({ remediation }: ResponseContent): ResponseWarning[] {
  return remediation.flatMap(({ owner, dueOn }, i) => {
    const warnings: ResponseWarning[] = []
    if (!says(owner))
      warnings.push(warning('STEP_WITHOUT_OWNER', `Step ${i + 1} has no owner.`, 'remediation', i, 'owner'))
    if (dueOn === null)
      warnings.push(warning('STEP_WITHOUT_DATE', `Step ${i + 1} has no date.`, 'remediation', i, 'dueOn'))
    return warnings
  })
}

function dateWarnings({ remediation, targetOn }: ResponseContent, today: string): ResponseWarning[] {
  const inAYear = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`
  const warnings: ResponseWarning[] = []
  const check = (name: string, date: string | null, done: boolean, path: readonly (string | number)[]) => {
    if (date === null) return
    if (!done && date < today) {
      warnings.push(warning('DATE_IN_THE_PAST', `${name}, ${date}, lies in the past and is not done.`, ...path))
    }
    if (date > inAYear)
      warnings.push(warning('DATE_TOO_FAR', `${name}, ${date}, lies more than a year ahead.`, ...path))
  }
  const allDone = remediation.length > 0 && remediation.every((step) => step.done)
  check('The target date', targetOn, allDone, ['targetOn'])
  for (const [i, step] of remediation.entries()) {
    check(`The date of step ${i + 1}`, step.dueOn, step.done, ['remediation', i, 'dueOn'])
  }
  const lastDue =
    remediation
      .map((step) => step.dueOn ?? '')
      .sort()
      .at(-1) ?? ''
  if (targetOn !== null && lastDue > targetOn) {
    const message = `The target date, ${targetOn}, lies before a step is due on ${lastDue}.`
    warnings.push(warning('TARGET_BEFORE_STEP', message, 'targetOn'))
  }
  return warnings
}

/** Phrases by which readers of reports recognise a response that argues, and one that plays down. */
const PHRASES: Readonly<Record<'DEFENSIVE_WORDING' | 'MINIMIZING_WORDING', RegExp>> = {
  DEFENSIVE_WORDING:
    /\b(?:(?:the )?auditors? (?:\w+ )?(?:misunderst\w+|fail\w*|overlook\w*|wrong\w*|insist\w*|exaggerat\w*)|(?:strongly |totally |completely )?disagree\w*|unfair(?:ly)?|unreasonabl[ey]|not (?:our|management'?s) (?:fault|responsibility)|should not (?:be|have been) (?:an? |reported|considered)|nitpick\w*|overly strict|no (?:wrongdoing|fault) on our)\b/gi,
  MINIMIZING_WORDING:
    /\b(?:(?:only|just|merely) (?:an?|one|two|a few|\d+)|merely|isolated (?:incident|case|event)s?|minor|trivial|negligible|insignificant|immaterial|(?:no|zero|without any) (?:real |actual |material )?(?:impact|harm|risk|consequence)s?|not a big deal|technicalit(?:y|ies)|never (?:really )?(?:at risk|in danger)|purely (?:administrative|formal|cosmetic))\b/gi,
}

function wordingWarnings(response: ResponseContent): ResponseWarning[] {
  const texts: [string | null, (string | number)[]][] = [
    [response.acknowledgement, ['acknowledgement']],
    [response.rootCause, ['rootCause']],
    ...response.remediation.map((step, i): [string, (string | number)[]] => [
      step.action,
      ['remediation', i, 'action'],
    ]),
    [response.preventionOfRecurrence, ['preventionOfRecurrence']],
  ]
  return texts.flatMap(([text, path]) =>
    (Object.keys(PHRASES) as (keyof typeof PHRASES)[]).flatMap((code) => {
      const found = [...new Set((text ?? '').match(PHRASES[code]) ?? [])]
      if (found.length === 0) return []
      return [warning(code, `${responseWarningCodes[code]} Consider "${found.join('", "')}".`, ...path)]
    }),
  )
}

function warning(code: ResponseWarningCode, message: string, ...path: (string | number)[]): ResponseWarning {
  return { code, message, path }
}

/** What has become of the response to one communicated exception. */
export interface ResponseAccount {
  state: ResponseState | null
  /** Management declined to respond, with a reason: an answer too. */
  declined: boolean
  /** Until when a response was asked for; ISO date. */
  dueOn: string | null
  /** The auditor noted that the due date passed without a response. */
  overdueNoted: boolean
}

/** Whether the auditor may go on without waiting: accepted, declined, or overdue and noted as such. */
export function isAnswered({ state, declined, dueOn, overdueNoted }: ResponseAccount, today: string): boolean {
  return state === 'ACCEPTED' || declined || (overdueNoted && dueOn !== null && dueOn < today)
}

/** In which the client has answered. */
export const givenStates = ['SUBMITTED', 'ACCEPTED'] as const satisfies readonly ResponseState[]

/** Whether the client is yet to answer: nothing was submitted, or it was returned. */
export const isAwaited = (state: ResponseState | null): boolean => !givenStates.some((given) => given === state)
