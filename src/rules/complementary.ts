import { numberOfDay } from './days.js'
import { recordLifecycle } from './lifecycles.js'
import { checkEach, Refusal } from './refusal.js'
import type { ReportingTime } from './scope.js'
import type {
  ComplementaryControlKind,
  ControlState,
  EngagementDocumentKind,
  OpinionType,
  SubserviceMethod,
  SubserviceReportKind,
} from './vocabulary.js'

/**
 * What the description presents beside the controls of the service organization (product page 2; DC2, DC6, DC7): service commitments and
 * system requirements, subservice organizations, and the complementary controls of user entities (CUECs) and of carved-out
 * organizations (CSOCs), on which the opinion is conditional.
 */

const recordState = ({ retiredAt }: { retiredAt: Date | null }): ControlState =>
  retiredAt === null ? 'IN_USE' : 'RETIRED'

/** What was retired stays as it was. Refuses with INVALID_TRANSITION. */
export const checkStands = (row: { retiredAt: Date | null }): void =>
  recordLifecycle.checkState(recordState(row), ['IN_USE'])

/** A subservice organization, as far as its method is asked about. */
export interface PresentedOrganization {
  method: SubserviceMethod
  /** Why it is a vendor, whose controls are not needed; null where they are. */
  vendorReason: string | null
}

/** Whether an organization is a vendor: the report says nothing of it. */
export const isVendor = ({ vendorReason }: PresentedOrganization): boolean => vendorReason !== null

/** Whether the description excludes its controls. */
export const isCarvedOut = (one: PresentedOrganization): boolean => one.method === 'CARVE_OUT' && !isVendor(one)

/** Whether the description has its controls in it. */
export const isIncluded = (one: PresentedOrganization): boolean => one.method === 'INCLUSIVE' && !isVendor(one)

/** Controls of the engagement are performed by an included organization alone. Refuses with INVALID_INPUT at `controlIds`. */
export function checkPerforms(organization: PresentedOrganization, controlIds: readonly string[]): void {
  if (controlIds.length === 0 || isIncluded(organization)) return
  const message = 'Only an organization that is INCLUSIVE, and no vendor, performs controls of the engagement.'
  throw new Refusal('INVALID_INPUT', message, ['controlIds'])
}

/** The firm’s independence is confirmed once, of an organization whose controls it tests. Refuses with INVALID_INPUT and ALREADY_EXISTS. */
export function checkIndependenceOpen(
  organization: PresentedOrganization & { independenceConfirmedAt: Date | null },
): void {
  if (!isIncluded(organization)) {
    const message = 'The controls of the organization are not examined: the firm need not be independent of it.'
    throw new Refusal('INVALID_INPUT', message)
  }
  if (organization.independenceConfirmedAt === null) return
  throw new Refusal('ALREADY_EXISTS', 'The independence of the firm of this organization is confirmed already.')
}

/**
 * A CSOC is expected of an organization that is carved out, a CUEC of user entities alone. A vendor has none: what is needed of it makes it
 * a subservice organization. Refuses with INVALID_INPUT at `subserviceOrganizationId`; NOT_FOUND for one of another engagement.
 * @param organization the one that is named; null where none is
 */
export function checkExpectedOf(
  kind: ComplementaryControlKind,
  engagementId: string,
  organization: (PresentedOrganization & { engagementId: string; retiredAt: Date | null }) | null,
): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['subserviceOrganizationId'])
  if (kind === 'CUEC') {
    if (organization) throw refuse('A CUEC is a control of user entities: name no subservice organization.')
    return
  }
  if (!organization) throw refuse('Name the subservice organization of which the control is expected.')
  if (organization.engagementId !== engagementId) {
    throw new Refusal('NOT_FOUND', 'The engagement has no such organization.', ['subserviceOrganizationId'])
  }
  if (organization.retiredAt !== null) throw refuse('The organization was retired.')
  if (!isCarvedOut(organization)) throw refuse('The organization is not carved out: no control is assumed of it.')
}

/** The kinds of documents that the management of an included subservice organization gives. */
const documentsOfIncluded: readonly EngagementDocumentKind[] = [
  'SUBSERVICE_ASSERTION',
  'SUBSERVICE_REPRESENTATION_LETTER',
]

/** Whether a kind of document is given by the management of a subservice organization, not of the client. */
export const isOfSubservice = (kind: EngagementDocumentKind): boolean => documentsOfIncluded.includes(kind)

/**
 * Documents of a subservice organization name an included one, those of the client none. Refuses with INVALID_INPUT at
 * `subserviceOrganizationId`; NOT_FOUND for one of another engagement.
 */
export function checkGivenBy(
  kind: EngagementDocumentKind,
  engagementId: string,
  organization: (PresentedOrganization & { engagementId: string; retiredAt: Date | null }) | null,
): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['subserviceOrganizationId'])
  if (!isOfSubservice(kind)) {
    if (organization) throw refuse('The document is the client’s: name no subservice organization.')
    return
  }
  if (!organization) throw refuse('Name the subservice organization whose management gave it.')
  if (organization.engagementId !== engagementId) {
    throw new Refusal('NOT_FOUND', 'The engagement has no such organization.', ['subserviceOrganizationId'])
  }
  if (organization.retiredAt !== null || !isIncluded(organization)) {
    throw refuse('Only an organization that is included in the description asserts and represents.')
  }
}

/** A complementary control is needed for a criterion. Refuses with INVALID_INPUT at `criteriaCodes`. */
export function checkCriteriaNamed(codes: readonly string[]): void {
  if (codes.length > 0) return
  throw new Refusal('INVALID_INPUT', 'Name a criterion that cannot be met without it.', ['criteriaCodes'])
}

/**
 * Controls are expected of an organization only while it is carved out. Refuses with INVALID_INPUT, naming them.
 * @param organization as it is to be; null where it is retired
 * @param refs of the controls that are expected of it
 */
export function checkNothingExpected(organization: PresentedOrganization | null, refs: readonly string[]): void {
  if (refs.length === 0 || (organization && isCarvedOut(organization))) return
  const message = `Controls are expected of the organization: retire ${refs.slice(0, 5).join(', ')} first.`
  throw new Refusal('INVALID_INPUT', message)
}

/** What a reader of the report of a subservice organization wrote down. Days are ISO dates. */
export interface ReviewOfReport {
  reportKind: SubserviceReportKind
  coversFrom: string | null
  coversTo: string | null
  opinion: OpinionType | null
  exceptionsNoted: string | null
  userControls: readonly unknown[]
  restsOnIds: readonly string[]
}

/**
 * Whether a review says what it must: of a report its last day, a first day where it is on a period, its opinion where it is a SOC 2
 * report, and a paper, such as the report itself; of a report that there is not, nothing of these.
 * Refuses with INVALID_INPUT at each field that is at fault.
 */
export function checkReportReview(review: ReviewOfReport): void {
  const { reportKind, coversFrom, coversTo, opinion, exceptionsNoted, userControls, restsOnIds } = review
  const fault = (field: string, message: string) => [new Refusal('INVALID_INPUT', message, [field])]
  if (reportKind === 'NONE') {
    const said = { coversFrom, coversTo, opinion, exceptionsNoted, userControls: userControls.length > 0 || null }
    checkEach(
      Object.entries(said).flatMap(([field, value]) =>
        value === null ? [] : fault(field, 'There is no report that could say this: leave it out.'),
      ),
    )
    return
  }
  const isPeriod = reportKind === 'SOC2_TYPE_2'
  checkEach([
    ...(isPeriod && coversFrom === null ? fault('coversFrom', 'Name the first day of the period of the report.') : []),
    ...(reportKind === 'SOC2_TYPE_1' && coversFrom !== null
      ? fault('coversFrom', 'A report as of a day has no first day: leave it out.')
      : []),
    ...(coversTo === null ? fault('coversTo', 'Name the last day that the report speaks of.') : []),
    ...(coversFrom !== null && coversTo !== null && coversFrom > coversTo
      ? fault('coversTo', 'The last day lies before the first.')
      : []),
    ...(reportKind !== 'OTHER' && opinion === null ? fault('opinion', 'Name the opinion of the report.') : []),
    ...(restsOnIds.length === 0
      ? fault('restsOnIds', 'Name the paper that is reviewed, such as the report itself.')
      : []),
  ])
}

/**
 * How many days of what is examined the report of a subservice organization does not cover, before it and after it; for a Type 1 how
 * many days it lies away. Null where there is no report, or its last day is not known.
 */
export function gapDays(
  { coversFrom, coversTo }: { coversFrom: string | null; coversTo: string | null },
  { periodStart, periodEnd, asOf }: ReportingTime,
): number | null {
  if (coversTo === null) return null
  const [start, end] = [periodStart ?? asOf, periodEnd ?? asOf].map((day) => numberOfDay(day as string)) as [
    number,
    number,
  ]
  const [from, to] = [numberOfDay(coversFrom ?? coversTo), numberOfDay(coversTo)]
  if (asOf !== null) return Math.max(0, from - end, end - to)
  const covered = Math.min(end, to) - Math.max(start, from) + 1
  return end - start + 1 - Math.max(0, covered)
}

/** That an organization was recorded, for the list of changes of scope. */
export function additionOf(organization: PresentedOrganization & { name: string; service: string }): string {
  const { name, service, vendorReason } = organization
  if (vendorReason !== null) return `${name} was added as a vendor (${service}): ${excerptOf(vendorReason)}.`
  const method = isIncluded(organization) ? 'included' : 'carved out'
  return `The subservice organization ${name} (${service}) was added, ${method}.`
}

/** A part of a record, as people read it before and after a change. */
export type ChangedPart = readonly [part: string, before: string, after: string]

const QUOTED = 300
/** The beginning of a text, in quotation marks; the row, or the trail, has all of it. */
export const excerptOf = (text: string): string => `“${text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text}”`

/**
 * What was changed about a record, for the list of changes of scope; empty where nothing was.
 * @param name what people call it: `The service commitment SC-01`
 */
export function changeOfRecord(name: string, parts: readonly ChangedPart[]): string {
  const changed = parts.filter(([, before, after]) => before !== after)
  if (changed.length === 0) return ''
  const told = changed.map(([part, before, after]) => `${part} ${excerptOf(before)} became ${excerptOf(after)}`)
  return `${name} was changed: ${told.join('; ')}.`
}
