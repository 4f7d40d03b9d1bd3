import { isCarvedOut, isIncluded, isVendor, type PresentedOrganization } from './complementary.js'
import { isLive } from './exceptions.js'
import { type Blocker, blocker } from './refusal.js'
import { comparable } from './text.js'
import type { EngagementDocumentKind, ExceptionKind, ExceptionState } from './vocabulary.js'

/** What is missing of subservice organizations before completion and before the report (product page 2; DC7). */

/** A subservice organization as the gates look at it; retired ones are none. */
export interface OrganizationStanding extends PresentedOrganization {
  id: string
  name: string
  /** How many controls are expected of it. */
  csocs: number
  /** How many controls of the engagement it performs that are in use. */
  performs: number
  /** Whether an exception that stands says of it by name that what DC7 asks for is misstated. */
  isMisstated: boolean
  /** Whether its report was reviewed, or recorded why there is none. */
  isReviewed: boolean
  /** The kinds of the documents that its management gave. */
  documents: readonly EngagementDocumentKind[]
  isIndependent: boolean
}

export interface SubserviceStanding {
  organizations: readonly OrganizationStanding[]
  /** Whether management wrote anything under DC7. */
  isDescribed: boolean
  /** Whether the auditor stated that there is none. */
  isStatedNone: boolean
  /** Whether an exception that stands says that what DC7 asks for is misstated, of whichever organization. */
  isMisstated: boolean
}

/** Whether an exception says that the description misstates or omits what DC7 asks for. */
export const misstatesSubservice = (one: {
  kind: ExceptionKind
  state: ExceptionState
  criteriaCodes: readonly string[]
}): boolean => one.kind === 'DESCRIPTION_MISSTATEMENT' && isLive(one) && one.criteriaCodes.includes('DC7')

/**
 * Whether one of these texts of an exception names an organization: as words of their own, in whatever letter case and spacing.
 * @param texts its title, its condition and its wording for Section IV
 */
export function namesOrganization(texts: readonly string[], name: string): boolean {
  const characters = [...oneLine(name).replaceAll(' ', '')]
  const spaced = characters.map((character) => `\\u{${character.codePointAt(0)?.toString(16)}}`).join(' ?')
  const named = new RegExp(`(?<![\\p{L}\\p{N}])${spaced}(?![\\p{L}\\p{N}])`, 'iu')
  return texts.some((text) => named.test(oneLine(text)))
}

/** Spaces first: what is hidden of a text is left out in its comparable form, and ends of lines are. */
const oneLine = (text: string): string => comparable(text.replace(/\s+/gu, ' '))

/** Whether an organization is carved out, and no control is expected of it. */
export const lacksCsoc = (one: PresentedOrganization & { csocs: number }): boolean =>
  isCarvedOut(one) && one.csocs === 0

/**
 * CSOC_MISSING: under the carve-out method a description without the controls expected of the organization is misstated (AT-C 205; DC7).
 * Cleared by a CSOC, by making the organization a vendor, or by the exception that says so of it by name.
 * SUBSERVICE_CONTROLS_MISSING: the report says of an included organization that its controls were examined; there must be one.
 */
export function methodBlockers({ organizations }: SubserviceStanding): Blocker[] {
  return organizations.flatMap((one) => {
    const { id, name } = one
    if (lacksCsoc(one) && !one.isMisstated) {
      const remedy = 'record one, say why it is a vendor, or raise the description misstatement on DC7 that names it'
      return blocker('CSOC_MISSING', `No control is recorded that is expected of ${name}: ${remedy}.`, id)
    }
    if (isIncluded(one) && one.performs === 0) {
      const message = `${name} is included and performs no control in use: name those that it performs, or carve it out.`
      return blocker('SUBSERVICE_CONTROLS_MISSING', message, id)
    }
    return []
  })
}

/** What is missing of subservice organizations before the report, beside the controls expected and performed. Vendors are none. */
export function subserviceBlockers(facts: SubserviceStanding): Blocker[] {
  const { organizations, isDescribed, isStatedNone, isMisstated } = facts
  const isUnrecorded = isDescribed && organizations.every(isVendor) && !isStatedNone && !isMisstated
  return [
    ...(isUnrecorded ? [blocker('SUBSERVICE_UNRECORDED', unrecorded)] : []),
    ...organizations
      .filter((one) => isCarvedOut(one) && !one.isReviewed)
      .map(({ id, name }) => {
        const message = `Review the report of ${name}, or record why there is none.`
        return blocker('SUBSERVICE_REPORT_UNREVIEWED', message, id)
      }),
    ...organizations.filter(isIncluded).flatMap(inclusionBlockers),
  ]
}

const unrecorded =
  'The description answers DC7: record the subservice organization it speaks of, state that there is none, or raise the description misstatement. A vendor is none.'

const neededOfIncluded = [
  ['SUBSERVICE_ASSERTION', 'assertion'],
  ['SUBSERVICE_REPRESENTATION_LETTER', 'representation letter'],
] as const

function inclusionBlockers({ id, name, documents, isIndependent }: OrganizationStanding): Blocker[] {
  return [
    ...neededOfIncluded
      .filter(([kind]) => !documents.includes(kind))
      .map(([, what]) => blocker('SUBSERVICE_DOCUMENT_MISSING', `Record the ${what} of ${name}.`, id)),
    ...(isIndependent
      ? []
      : [
          blocker(
            'SUBSERVICE_INDEPENDENCE_UNCONFIRMED',
            `The engagement partner has to confirm that the firm is independent of ${name}.`,
            id,
          ),
        ]),
  ]
}
