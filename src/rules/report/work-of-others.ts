import { isolated } from '../text.js'
import { isOfInternalAudit } from '../work-of-others.js'
import type { ReportFacts, WorkOfOthersFacts } from './facts.js'
import type { Passage } from './model.js'
import { joined, type Phrases, passage } from './phrases.js'

/**
 * What the report tells of the work of others (AT-C 105 and 205): tests that internal auditors performed are described with the tests
 * of controls, and never in the opinion; another practitioner is named only where the firm takes no responsibility for their work; a specialist
 * never is, since the responsibility for the opinion would look divided.
 */

/** The work of internal audit that served tests of controls which are in the report. */
const ofInternalAudit = ({ workOfOthers }: Pick<ReportFacts, 'workOfOthers'>): WorkOfOthersFacts[] =>
  workOfOthers.filter(({ kind, controlRefs }) => isOfInternalAudit(kind) && controlRefs.length > 0)

const testedBy = ({ kind, controlRefs }: WorkOfOthersFacts, client: string): string => {
  const controls = joined([...controlRefs])
  return kind === 'INTERNAL_AUDIT_ASSISTANCE'
    ? `Members of the internal audit function of ${client} performed tests of ${controls} as direct assistance to us, under our direction, supervision and review.`
    : `In our tests of ${controls} we used work of the internal audit function of ${client}.`
}

/** For the description of tests of controls in Section I; empty where internal audit tested nothing. */
export const internalAuditTold = (facts: Pick<ReportFacts, 'workOfOthers'>, { client }: Phrases): string[] => {
  const works = ofInternalAudit(facts)
  if (works.length === 0) return []
  const procedures =
    'We performed procedures on that work, which Section IV describes. The responsibility for our report is ours alone.'
  return [[...works.map((work) => testedBy(work, client)), procedures].join(' ')]
}

/** For Section IV of a Type 2: what internal audit did for which controls, and what the service auditor did about it. */
export const internalAuditPassages = (facts: Pick<ReportFacts, 'workOfOthers'>, { client }: Phrases): Passage[] => {
  const works = ofInternalAudit(facts)
  if (works.length === 0) return []
  const told = (work: WorkOfOthersFacts) => [
    `${testedBy(work, client)} Its work: ${isolated(work.performed)}`,
    `Our procedures on that work: ${isolated(work.oversight)}`,
  ]
  return [passage('Work of internal audit', works.flatMap(told))]
}

/** The practitioners whom the report names, as it takes no responsibility for their work. */
const referredTo = ({ workOfOthers }: Pick<ReportFacts, 'workOfOthers'>): WorkOfOthersFacts[] =>
  workOfOthers.filter(({ kind, isReferredTo }) => kind === 'OTHER_PRACTITIONER' && isReferredTo)

/** For the service auditor’s responsibilities, where an opinion is expressed: of each, what it covers and who is responsible. */
export const otherPractitionersTold = (facts: Pick<ReportFacts, 'workOfOthers'>): string[] =>
  referredTo(facts).map(
    ({ name, performed }) =>
      `A part of what this report covers was examined by ${isolated(name)}, another practitioner: ${isolated(performed)} We take no responsibility for that part. Our opinion, as far as it relates to it, is based solely on the report of ${isolated(name)}.`,
  )

/** On what an opinion is based, after `In our opinion`; empty where it is based on the examination alone. */
export function basedOn(facts: Pick<ReportFacts, 'workOfOthers'>): string {
  const names = [...new Set(referredTo(facts).map(({ name }) => isolated(name)))]
  return names.length === 0
    ? ''
    : `, based on our examination and the ${names.length === 1 ? 'report' : 'reports'} of ${joined(names)}`
}
