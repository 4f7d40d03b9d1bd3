import type { OpinionReason } from './opinion.js'
import { joined } from './report/phrases.js'
import { isolated, sentence } from './text.js'
import type { ExceptionKind, OpinionType, ServiceCommitmentKind, SubjectMatter } from './vocabulary.js'

/**
 * The basis of a modified opinion: drafted for each subject matter from the exceptions concerned and the criteria not achieved, edited
 * by the partner. It tells each matter in the words of the opinion: what the description says, what was found, and its effect on the criteria
 * and the commitments; Section IV has the test (facts page, section 12; AT-C 205). Its heading and the opinion itself, with `except for` or
 * `because of the significance`, are the report's own (report/opinion.ts).
 */

/** An exception, as far as a basis tells of it. */
export interface MatterForBasis {
  /** What people know it by: `EX-1`. */
  ref: string
  kind: ExceptionKind
  /** The one that it bears on by itself. */
  subjectMatter: SubjectMatter
  controlRef: string | null
  /** The criteria that it concerns by itself, by code. */
  criteriaCodes: readonly string[]
  /** What the description says of the control, or what the description criteria ask for. */
  expectedOperation: string
  /** What was found. */
  condition: string
  /** Null where no items were tested. */
  testedCount: number | null
  deviationCount: number | null
  /** `Of 4 expected occurrences, 1 was not found (2025-Q3).`; null where none is missing. */
  missing: string | null
}

/** A service commitment or system requirement, as far as a basis names it. */
export interface CommitmentForBasis {
  ref: string
  kind: ServiceCommitmentKind
  criteriaCodes: readonly string[]
}

export interface BasisFacts {
  conclusions: readonly { subjectMatter: SubjectMatter; type: OpinionType; reasons: readonly OpinionReason[] }[]
  /** By the id of the exception. */
  matters: ReadonlyMap<string, MatterForBasis>
  /** What is said of a criterion that was not achieved, by its code: told where no exception leads there. */
  criteria?: ReadonlyMap<string, string>
  /** The service commitments and system requirements; those without criteria are related to all. */
  commitments?: readonly CommitmentForBasis[]
}

/** The basis of one subject matter; paragraphs are parted by empty lines. */
export interface Basis {
  subjectMatter: SubjectMatter
  text: string
}

/**
 * Drafts the basis of each subject matter on which a conclusion is modified: a paragraph for each matter, also lighter ones beside
 * graver ones. Exceptions that modify it only as they were weighed together share one paragraph: none of them does by itself. A subject matter that nothing recorded leads to has none: it is for the partner to write.
 */
export function draftBases({ conclusions, matters, criteria, commitments = [] }: BasisFacts): Basis[] {
  const modified = conclusions.filter(({ type }) => type !== 'UNQUALIFIED')
  const subjects = [...new Set(modified.map(({ subjectMatter }) => subjectMatter))]
  return subjects.flatMap((subjectMatter) => {
    const grounds = modified
      .filter((one) => one.subjectMatter === subjectMatter)
      .flatMap(({ reasons }) => reasons)
      .filter(({ leadsTo }) => leadsTo !== 'UNQUALIFIED')
    // Exceptions weighed together stand each under the subject matter that it bears on by itself.
    const bearsHere = (id: string) => matters.get(id)?.subjectMatter === subjectMatter
    const concerned = grounds.flatMap(({ kind, exceptionIds }) =>
      kind === 'AGGREGATE' ? exceptionIds.filter(bearsHere) : exceptionIds,
    )
    const ids = [...new Set(concerned)]
    const told = ids.flatMap((id): MatterTold[] => {
      const own = grounds.filter(({ exceptionIds }) => exceptionIds.includes(id))
      const matter = matters.get(id)
      if (!matter) return []
      // Exceptions weighed together bear each on its own criteria.
      const codes = [...new Set(own.flatMap(({ criteriaCodes }) => criteriaCodes))].filter((code) =>
        matter.criteriaCodes.includes(code),
      )
      return [{ matter, codes, isAlone: own.some(({ exceptionIds }) => exceptionIds.length === 1) }]
    })
    const together = told.filter(({ isAlone }) => !isAlone)
    const alone = told.filter((one) => one.isAlone || together.length === 1)
    const ofExceptions = [
      ...alone.map((one) => paragraphOn(subjectMatter, one, commitments)),
      ...(together.length > 1 ? [paragraphOnAll(subjectMatter, together, commitments)] : []),
    ]
    const codes = grounds.flatMap(({ exceptionIds, criteriaCodes }) => (exceptionIds.length > 0 ? [] : criteriaCodes))
    const ofCriteria = [...new Set(codes)].flatMap((code) => criteria?.get(code) ?? [])
    const ofLetter = grounds.some(({ kind }) => kind === 'LETTER_REFUSED') ? [withoutRepresentations] : []
    const text = [...ofLetter, ...ofExceptions, ...ofCriteria].join('\n\n')
    return text === '' ? [] : [{ subjectMatter, text }]
  })
}

/**
 * The commitments that are related to one of the criteria, as a basis names them, with their verb:
 * `the service commitment SC-01 and the system requirements SR-01 and SR-02, presented in Section III, were`; where none is, all of them.
 */
export function commitmentsNamed(
  commitments: readonly CommitmentForBasis[],
  codes: readonly string[],
  verb: 'would be' | 'were',
): string {
  const related = commitments.filter(
    ({ criteriaCodes }) => criteriaCodes.length === 0 || criteriaCodes.some((code) => codes.includes(code)),
  )
  if (related.length === 0) return `the service commitments and system requirements ${verb}`
  const named = (['SERVICE_COMMITMENT', 'SYSTEM_REQUIREMENT'] as const).flatMap((kind) => {
    const refs = related.filter((one) => one.kind === kind).map(({ ref }) => ref)
    return refs.length === 0 ? [] : `the ${kindNames[kind]}${refs.length === 1 ? '' : 's'} ${joined(refs)}`
  })
  return `${joined(named)}, presented in Section III, ${related.length === 1 && verb === 'were' ? 'was' : verb}`
}

const kindNames: Record<ServiceCommitmentKind, string> = {
  SERVICE_COMMITMENT: 'service commitment',
  SYSTEM_REQUIREMENT: 'system requirement',
}

const withoutRepresentations =
  'Management did not give us the written representations that we asked for. We could not obtain the evidence that they are part of by other means, and so could not determine whether what we were told and shown was complete and true.'

/** A matter as a basis tells it: the criteria it bears on there, and whether it modifies by itself. */
interface MatterTold {
  matter: MatterForBasis
  codes: readonly string[]
  isAlone: boolean
}

function paragraphOn(
  subject: SubjectMatter,
  { matter, codes }: MatterTold,
  commitments: readonly CommitmentForBasis[],
): string {
  const { ref, kind } = matter
  if (isCarried(subject, matter))
    return `${parts(stated(matter), unsuitable(codes, commitments))} (${ref} in Section IV.)`
  return `${parts(stated(matter), foundIn(matter), effect(subject, kind, codes, commitments, 'As a result'))} (${ref} in Section IV.)`
}

/** Exceptions that modify only together: each finding, and then their effect, once. */
function paragraphOnAll(
  subject: SubjectMatter,
  told: readonly MatterTold[],
  commitments: readonly CommitmentForBasis[],
): string {
  const findings = told.map(({ matter }) =>
    parts(
      stated(matter),
      isCarried(subject, matter) ? `The design was found deficient. ${written(matter.condition)}` : foundIn(matter),
      `(${matter.ref} in Section IV.)`,
    ),
  )
  const codes = [...new Set(told.flatMap((one) => one.codes))]
  const isLimited = told.every(({ matter }) => matter.kind === 'SCOPE_LIMITATION')
  const isAllCarried = told.every(({ matter }) => isCarried(subject, matter))
  const kind = isLimited ? 'SCOPE_LIMITATION' : 'OPERATING_DEVIATION'
  const end = isAllCarried
    ? unsuitable(codes, commitments, 'Taken together, controls that are')
    : effect(subject, kind, codes, commitments, 'Taken together, as a result of these matters')
  return parts(...findings, end)
}

/** Of an unsuitable design, told with operation: whether it was tested or not, it failed in design. */
const isCarried = (subject: SubjectMatter, { kind }: MatterForBasis): boolean =>
  kind === 'DESIGN_DEFICIENCY' && subject === 'OPERATING_EFFECTIVENESS'

const unsuitable = (
  codes: readonly string[],
  commitments: readonly CommitmentForBasis[],
  who = 'A control that is',
): string =>
  `${who} not suitably designed cannot, by operating, provide reasonable assurance that ${commitmentsNamed(commitments, codes, 'were')} achieved${basedOnCodes(codes)}.`

const foundIn = (matter: MatterForBasis): string => parts(counts(matter), written(matter.condition))

const parts = (...all: readonly string[]): string => all.filter((part) => part !== '').join(' ')

const basedOnCodes = (codes: readonly string[]): string =>
  codes.length === 0 ? '' : ` based on ${codes.length === 1 ? 'criterion' : 'criteria'} ${joined(codes)}`

/** What the description says, which the finding is held against. */
function stated({ kind, controlRef, expectedOperation }: MatterForBasis): string {
  const text = written(expectedOperation)
  if (text === '') return ''
  if (kind === 'DESCRIPTION_MISSTATEMENT' && !controlRef) return `The description criteria ask for this: ${text}`
  return `The description states${controlRef ? ` of control ${controlRef}` : ''}: ${text}`
}

function counts({ testedCount, deviationCount, missing }: MatterForBasis): string {
  const items =
    testedCount && deviationCount
      ? [`Of ${testedCount} ${testedCount === 1 ? 'item' : 'items'} tested, ${deviationCount} deviated.`]
      : []
  return [...items, ...(missing ? [written(missing)] : [])].join(' ')
}

function effect(
  subject: SubjectMatter,
  kind: ExceptionKind,
  codes: readonly string[],
  commitments: readonly CommitmentForBasis[],
  because: 'As a result' | 'Taken together, as a result of these matters',
): string {
  const isTogether = because !== 'As a result'
  const respect = isTogether ? 'Taken together, in these respects' : 'In this respect'
  const achieved = (verb: 'would be' | 'were') =>
    `to provide reasonable assurance that ${commitmentsNamed(commitments, codes, verb)} achieved${basedOnCodes(codes)}`
  const claims: Record<SubjectMatter, { fails: string; whether: string }> = {
    DESCRIPTION: {
      fails: `${respect}${isTogether ? ',' : ''} the description does not present the system in accordance with the description criteria${codes.length === 0 ? '' : ` (${joined(codes)})`}.`,
      whether: `the description presents the system in accordance with the description criteria in ${isTogether ? 'these respects' : 'this respect'}`,
    },
    SUITABILITY_OF_DESIGN: {
      fails: `${because}, controls were not suitably designed ${achieved('would be')}.`,
      whether: `controls were suitably designed ${achieved('would be')}`,
    },
    OPERATING_EFFECTIVENESS: {
      fails: `${because}, controls did not operate effectively ${achieved('were')}.`,
      whether: `controls operated effectively ${achieved('were')}`,
    },
  }
  if (kind !== 'SCOPE_LIMITATION') return claims[subject].fails
  return `We were not able to obtain sufficient appropriate evidence on ${isTogether ? 'these matters' : 'this'}, and so could not determine whether ${claims[subject].whether}.`
}

const written = (text: string): string => isolated(sentence(text))
