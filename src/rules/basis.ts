import type { OpinionReason } from './opinion.js'
import { joined } from './report/phrases.js'
import { isolated, sentence } from './text.js'
import type { ExceptionKind, OpinionType, SubjectMatter } from './vocabulary.js'

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
  /** `1 of 4 expected occurrences was not found (2025-Q3)`; null where none is missing. */
  missing: string | null
}

/** A service commitment or system requirement, as far as a basis names it. */
export interface CommitmentForBasis {
  ref: string
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
 * graver ones. A subject matter that nothing recorded leads to has none: it is for the partner to write.
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
    const ofExceptions = ids.flatMap((id) => {
      const own = grounds.filter(({ exceptionIds }) => exceptionIds.includes(id))
      const matter = matters.get(id)
      // Exceptions weighed together bear each on its own criteria.
      const codes = [...new Set(own.flatMap(({ criteriaCodes }) => criteriaCodes))].filter((code) =>
        matter?.criteriaCodes.includes(code),
      )
      return matter ? paragraphOn(subjectMatter, matter, codes, commitmentsNamed(commitments, codes)) : []
    })
    const codes = grounds.flatMap(({ exceptionIds, criteriaCodes }) => (exceptionIds.length > 0 ? [] : criteriaCodes))
    const ofCriteria = [...new Set(codes)].flatMap((code) => criteria?.get(code) ?? [])
    const ofLetter = grounds.some(({ kind }) => kind === 'LETTER_REFUSED') ? [withoutRepresentations] : []
    const text = [...ofLetter, ...ofExceptions, ...ofCriteria].join('\n\n')
    return text === '' ? [] : [{ subjectMatter, text }]
  })
}

/** The commitments that are related to one of the criteria, as a basis names them: ` (SC-01 in Section III)`; empty where none is. */
export function commitmentsNamed(commitments: readonly CommitmentForBasis[], codes: readonly string[]): string {
  const refs = commitments.flatMap(({ ref, criteriaCodes }) =>
    criteriaCodes.length === 0 || criteriaCodes.some((code) => codes.includes(code)) ? ref : [],
  )
  return refs.length === 0 ? '' : ` (${joined(refs)} in Section III)`
}

const withoutRepresentations =
  'Management did not give us the written representations that we asked for. We could not obtain the evidence that they are part of by other means, and so could not determine whether what we were told and shown was complete and true.'

function paragraphOn(
  subject: SubjectMatter,
  matter: MatterForBasis,
  codes: readonly string[],
  commitments: string,
): string {
  const { ref, kind } = matter
  const isCarried = kind === 'DESIGN_DEFICIENCY' && subject === 'OPERATING_EFFECTIVENESS'
  const found = isCarried
    ? 'A control that is not suitably designed gives no assurance by operating.'
    : [counts(matter), written(matter.condition)].filter((part) => part !== '').join(' ')
  return `${[stated(matter), found, effect(subject, kind, codes, commitments)].filter((part) => part !== '').join(' ')} (${ref} in Section IV.)`
}

/** What the description says, which the finding is held against. */
function stated({ kind, controlRef, expectedOperation }: MatterForBasis): string {
  const text = written(expectedOperation)
  if (text === '') return ''
  if (kind === 'DESCRIPTION_MISSTATEMENT' && !controlRef) return `The description criteria ask for this: ${text}`
  return `The description states${controlRef ? ` of control ${controlRef}` : ''}: ${text}`
}

function counts({ testedCount, deviationCount, missing }: MatterForBasis): string {
  const items = testedCount && deviationCount ? [`${deviationCount} of ${testedCount} items tested deviated.`] : []
  return [...items, ...(missing ? [written(missing)] : [])].join(' ')
}

function effect(subject: SubjectMatter, kind: ExceptionKind, codes: readonly string[], commitments: string): string {
  const on = codes.length === 0 ? '' : ` based on ${codes.length === 1 ? 'criterion' : 'criteria'} ${joined(codes)}`
  const achieved = (verb: string) =>
    `to provide reasonable assurance that the service commitments and system requirements${commitments} ${verb} achieved${on}`
  const claims: Record<SubjectMatter, { fails: string; whether: string }> = {
    DESCRIPTION: {
      fails: `In this respect the description does not present the system in accordance with the description criteria${codes.length === 0 ? '' : ` (${joined(codes)})`}.`,
      whether: 'the description presents the system in accordance with the description criteria in this respect',
    },
    SUITABILITY_OF_DESIGN: {
      fails: `As a result, controls were not suitably designed ${achieved('would be')}.`,
      whether: `controls were suitably designed ${achieved('would be')}`,
    },
    OPERATING_EFFECTIVENESS: {
      fails: `As a result, controls did not operate effectively ${achieved('were')}.`,
      whether: `controls operated effectively ${achieved('were')}`,
    },
  }
  if (kind !== 'SCOPE_LIMITATION') return claims[subject].fails
  return `We were not able to obtain sufficient appropriate evidence on this, and so could not determine whether ${claims[subject].whether}.`
}

const written = (text: string): string => isolated(sentence(text))
