import { type Blocker, Refusal } from './refusal.js'
import { elementTests, says } from './response-elements.js'
import {
  type Cause,
  type ResponseElement,
  type ResponsePosition,
  type ResponseReturnKind,
  type ResponseState,
  responseElements,
  words,
} from './vocabulary.js'

/**
 * Management's response to an exception, printed in Section V. It is management's own text: the auditor reads whether it is
 * inconsistent with the findings, gives no assurance on it, and nothing in it changes a result, a count or a materiality decision.
 * What it leaves out is warned of; only what the firm's methodology needs of who agrees stands in the way.
 */

export interface RemediationStep {
  action: string
  owner: string | null
  /** ISO date. */
  dueOn: string | null
  done: boolean
}

export interface ResponseContent {
  /** Whether management agrees with the exception. */
  position: ResponsePosition | null
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
  position: null,
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
  POSITION_MISSING: 'The response does not say whether management agrees.',
  ACKNOWLEDGEMENT_MISSING: 'The response does not acknowledge the exception.',
  ROOT_CAUSE_CATEGORY_MISSING: 'The response has no category of the root cause.',
  ROOT_CAUSE_MISSING: 'The response does not explain the root cause.',
  REMEDIATION_MISSING: 'The response states no remediation step.',
  RESPONSIBLE_MISSING: 'The response does not name who is responsible.',
  TARGET_DATE_MISSING: 'The response states no target date.',
  PREVENTION_MISSING: 'The response does not say what prevents a recurrence.',
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
  /** What the firm needs, without which the response is not submitted. */
  missing: readonly Blocker[]
  warnings: readonly ResponseWarning[]
}

/**
 * Checks a response as it would be submitted on `today` (ISO date). An element is absent where nothing is written, or a placeholder
 * such as `n/a` or `tbd`. Missing is an absent one that the firm needs of who agrees, as who says nothing of agreeing is taken to;
 * every other absent one is a warning, and so is what reads defensive, small or out of time. Nothing is needed of who disagrees,
 * agrees with a part, or accepts the risk.
 * @param needed what the firm's methodology needs of who agrees
 */
export function reviewResponse(
  response: ResponseContent,
  today: string,
  needed: readonly ResponseElement[] = [],
): ResponseCheck {
  const missing = missingOf(response, needed)
  return {
    missing: isEmpty(response) ? [nothingSaid] : missing.map((element) => absentElement(element)),
    warnings: [
      ...absenceWarnings(
        response,
        absentIn(response).filter((element) => !missing.includes(element)),
      ),
      ...stepWarnings(response),
      ...dateWarnings(response, today),
      ...wordingWarnings(response),
    ],
  }
}

/**
 * Refuses with NOT_READY a response that says nothing at all, or that lacks an element which the firm needs of who agrees; returns
 * the warnings otherwise.
 */
export function checkSubmission(
  response: ResponseContent,
  today: string,
  needed: readonly ResponseElement[] = [],
): readonly ResponseWarning[] {
  const { missing, warnings } = reviewResponse(response, today, needed)
  if (missing.length === 0) return warnings
  const message = `The response is not complete: ${missing.map((blocker) => blocker.message).join(' ')}`
  throw new Refusal('NOT_READY', message, [], { blockers: missing })
}

/**
 * A response is returned as incomplete only where it lacks an element that the firm needs of who agrees, as `reviewResponse` says; a
 * declined answer needs none. Refuses with INVALID_INPUT at `kind`.
 * @param needed what the firm's methodology needs of who agrees
 */
export function checkReturned(
  kind: ResponseReturnKind,
  response: ResponseContent & { declinedReason: string | null },
  needed: readonly ResponseElement[],
): void {
  if (kind !== 'INCOMPLETE') return
  if (response.declinedReason === null && missingOf(response, needed).length > 0) return
  const message =
    'The response lacks no element that the firm’s methodology needs: it is not incomplete. Return it as INCONSISTENT or MISSTATEMENT_OF_FACT, or accept it.'
  throw new Refusal('INVALID_INPUT', message, ['kind'])
}

const absentIn = (response: ResponseContent): ResponseElement[] =>
  words(responseElements).filter((element) => !elementTests[element].isThere(response))

/** The elements that the firm needs of who agrees, as who says nothing of agreeing is taken to, and that are absent. */
function missingOf(response: ResponseContent, needed: readonly ResponseElement[]): ResponseElement[] {
  const agrees = response.position === null || response.position === 'AGREE'
  return agrees ? absentIn(response).filter((element) => needed.includes(element)) : []
}

/** What is submitted says something: a position alone is an answer, too. */
const isEmpty = (response: ResponseContent): boolean =>
  response.position === null && words(responseElements).every((element) => !elementTests[element].isThere(response))

const nothingSaid: Blocker = {
  code: 'RESPONSE_EMPTY',
  message: 'The response says nothing yet: write it, or decline to respond.',
  node: null,
}

const absentElement = (element: ResponseElement): Blocker => {
  const { code, message } = elementTests[element]
  return { code, message, node: null }
}

function absenceWarnings({ position }: ResponseContent, absent: readonly ResponseElement[]): ResponseWarning[] {
  const unsaid = position === null ? [warning('POSITION_MISSING', 'Say whether management agrees.', 'position')] : []
  return [
    ...unsaid,
    ...absent.map((element) => {
      const { code, message, path } = elementTests[element]
      return warning(code, message, path)
    }),
  ]
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

const isContrary = ({ position }: ResponseContent): boolean => position === 'DISAGREE' || position === 'PARTLY_AGREE'

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
      const read = [...new Set((text ?? '').match(PHRASES[code]) ?? [])]
      // Who disagrees may say so.
      const found = isContrary(response) ? read.filter((phrase) => !/disagree/i.test(phrase)) : read
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
