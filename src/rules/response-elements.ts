import type { BlockerCode } from './blocker-codes.js'
import type { ResponseContent, ResponseWarningCode } from './responses.js'
import type { ResponseElement } from './vocabulary.js'

/** What a response of management may hold, and when it does. */

/** What stands in an element when nothing does. */
const PLACEHOLDER = /^(?:[-–.…?x\s]*|n\/?a|none|tb[acd]|todo|to (?:be|follow)\b.{0,20}|pending|see above)\.?$/i

/** Whether an element says something. */
export const says = (text: string | null) => text !== null && !PLACEHOLDER.test(text.trim())

interface ElementTest {
  isThere: (response: ResponseContent) => boolean
  code: BlockerCode & ResponseWarningCode
  message: string
  path: keyof ResponseContent
}

/** Of each element: whether it is there, and what is said where it is not. */
export const elementTests: Readonly<Record<ResponseElement, ElementTest>> = {
  ACKNOWLEDGEMENT: {
    isThere: (response) => says(response.acknowledgement),
    code: 'ACKNOWLEDGEMENT_MISSING',
    message: 'Acknowledge the exception.',
    path: 'acknowledgement',
  },
  ROOT_CAUSE_CATEGORY: {
    isThere: ({ rootCauseCategory: category }) => category !== null && category !== 'UNDER_INVESTIGATION',
    code: 'ROOT_CAUSE_CATEGORY_MISSING',
    message: 'Choose the category of the root cause.',
    path: 'rootCauseCategory',
  },
  ROOT_CAUSE: {
    isThere: (response) => says(response.rootCause),
    code: 'ROOT_CAUSE_MISSING',
    message: 'Explain the root cause.',
    path: 'rootCause',
  },
  REMEDIATION: {
    isThere: (response) => response.remediation.some((step) => says(step.action)),
    code: 'REMEDIATION_MISSING',
    message: 'State at least one remediation step.',
    path: 'remediation',
  },
  RESPONSIBLE: {
    isThere: (response) => says(response.responsible),
    code: 'RESPONSIBLE_MISSING',
    message: 'Name who is responsible.',
    path: 'responsible',
  },
  TARGET_DATE: {
    isThere: (response) => response.targetOn !== null,
    code: 'TARGET_DATE_MISSING',
    message: 'State the target date.',
    path: 'targetOn',
  },
  PREVENTION_OF_RECURRENCE: {
    isThere: (response) => says(response.preventionOfRecurrence),
    code: 'PREVENTION_MISSING',
    message: 'Say what prevents it from happening again.',
    path: 'preventionOfRecurrence',
  },
}
