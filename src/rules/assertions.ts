import { isCalendarDate } from './calendar.js'
import { latestToday } from './documents.js'
import { gravest, subjectMattersOf } from './opinion-places.js'
import { type Blocker, blocker, checkEach, Refusal } from './refusal.js'
import { lastDay, type ReportingTime } from './scope.js'
import { comparable, isolated } from './text.js'
import type { AssertedOutcome, EngagementKind, OpinionType, SubjectMatter } from './vocabulary.js'

/**
 * Management's assertion is management's: it writes it, says what it claims of each subject matter, and signs it. The service
 * compares it with the opinion (AT-C 105 and 205 on a written assertion, and on one that was refused; product page, 2).
 */

/** What management claims of one subject matter, based on the trust services criteria or on those of a further framework. */
export interface Claim {
  subjectMatter: SubjectMatter
  /** The further framework whose criteria it is based on; null, or left out, for the trust services criteria. */
  frameworkId?: string | null
  claim: AssertedOutcome
  /** What it excepts, or for what it does not hold; null where it holds. */
  matters: string | null
}

/** One who signs for management. */
export interface Signer {
  name: string
  title: string
}

/** A further framework that the opinion covers, as an assertion names it. */
export interface FrameworkAsserted {
  frameworkId: string
  name: string
}

/** What an assertion claims something of. */
interface Asserted {
  subjectMatter: SubjectMatter
  framework: FrameworkAsserted | null
}

/** Each subject matter of the engagement; design and operation also based on the criteria of each further framework. */
function assertedOf(kind: EngagementKind, frameworks: readonly FrameworkAsserted[]): Asserted[] {
  const subjects = subjectMattersOf(kind)
  return [null, ...frameworks].flatMap((framework) =>
    subjects
      .filter((subjectMatter) => framework === null || subjectMatter !== 'DESCRIPTION')
      .map((subjectMatter) => ({ subjectMatter, framework })),
  )
}

const nameOfAsserted = ({ subjectMatter, framework }: Asserted): string =>
  framework === null ? subjectMatter : `${subjectMatter} based on ${isolated(framework.name)}`

/** Whether both speak of one subject matter, based on the same criteria. */
const isOfSame = (
  one: { subjectMatter: SubjectMatter; frameworkId?: string | null },
  other: { subjectMatter: SubjectMatter; frameworkId?: string | null },
): boolean => one.subjectMatter === other.subjectMatter && (one.frameworkId ?? null) === (other.frameworkId ?? null)

/**
 * An assertion claims something of each subject matter of the engagement, once, and of design and operation based on the criteria of each
 * further framework that the opinion covers (AT-C 105: an assertion about each subject matter based on its criteria); what is claimed with
 * exceptions, or said not to hold, names the matters. Refuses with INVALID_INPUT at `claims`.
 * @param path where the claims stand, or what holds them
 */
export function checkClaims(
  claims: readonly Claim[],
  kind: EngagementKind,
  frameworks: readonly FrameworkAsserted[] = [],
  path: readonly string[] = ['claims'],
): void {
  const asserted = assertedOf(kind, frameworks)
  const refuse = (message: string, ...at: (number | string)[]) =>
    new Refusal('INVALID_INPUT', message, [...path, ...at])
  const isOf = (claim: Claim, { subjectMatter, framework }: Asserted): boolean =>
    isOfSame(claim, { subjectMatter, frameworkId: framework?.frameworkId ?? null })
  checkEach(
    claims.flatMap((each, at) => {
      const { subjectMatter, claim, matters } = each
      const known = asserted.find((one) => isOf(each, one))
      if (!known) {
        const based = each.frameworkId ? ' based on the criteria of this framework' : ''
        return refuse(`This engagement does not examine ${subjectMatter}${based}.`, at)
      }
      if (claims.findIndex((one) => isOf(one, known)) < at)
        return refuse(`${nameOfAsserted(known)} is claimed twice.`, at)
      if (claim === 'HOLDS') return matters === null ? [] : refuse('What holds names no matters.', at, 'matters')
      return matters?.trim() ? [] : refuse('Name the matters that are excepted.', at, 'matters')
    }),
  )
  const open = asserted.filter((one) => !claims.some((claim) => isOf(claim, one)))
  if (open.length > 0) throw refuse(`The assertion claims nothing of ${open.map(nameOfAsserted).join(', ')}.`)
}

/** An assertion speaks of all that is examined. Refuses with INVALID_INPUT at `datedOn` a day before its end, and one to come. */
export function checkAssertionDate(datedOn: string, engagement: ReportingTime, now: Date): void {
  const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['datedOn'])
  if (!isCalendarDate(datedOn)) throw refuse('There is no day of this date; write it as 2025-12-31.')
  if (datedOn > latestToday(now)) throw refuse('The day lies in the future.')
  const end = lastDay(engagement)
  if (datedOn < end) throw refuse(`It speaks of the time up to ${end} and cannot be dated before that day.`)
}

/** Names are compared as people read them: without regard to letter case and to how many spaces part them. */
const nameRead = (name: string): string => comparable(name).trim().replace(/\s+/g, ' ').toLowerCase()

/**
 * Who may sign for management stands in the engagement letter; where it names people, no one else signs. Refuses with
 * INVALID_INPUT at `signers`, there too one who signs twice.
 */
export function checkSignatories(signers: readonly Signer[], signatories: readonly string[]): void {
  const allowed = signatories.map(nameRead)
  const names = signers.map(({ name }) => nameRead(name))
  checkEach(
    names.flatMap((name, at) => {
      const refuse = (message: string) => new Refusal('INVALID_INPUT', message, ['signers', at, 'name'])
      if (names.indexOf(name) < at) return refuse('This person signs already.')
      if (allowed.length === 0 || allowed.includes(name)) return []
      return refuse('The engagement letter does not name this person among those who may sign for management.')
    }),
  )
}

/**
 * A person signs in the service for themselves; for everybody else stands the file that they signed. Refuses with INVALID_INPUT
 * at `evidenceId`.
 */
export function checkSignedOnPaper(signers: readonly Signer[], own: string, hasFile: boolean): void {
  if (hasFile || signers.every(({ name }) => nameRead(name) === nameRead(own))) return
  throw new Refusal('INVALID_INPUT', 'Another person than you signs: attach the file that they signed.', ['evidenceId'])
}

/**
 * The auditor records what management signed on paper, and nothing in place of what it signed itself in the service. Refuses with
 * ALREADY_EXISTS.
 */
export function checkNotSignedInService(assertions: readonly { signedAt: Date | null; isRecorded: boolean }[]): void {
  if (assertions.every(({ signedAt, isRecorded }) => signedAt === null || isRecorded)) return
  throw new Refusal('ALREADY_EXISTS', 'Management signed an assertion in the service: it signs another one there.')
}

/** A signed assertion stays as it is: another one is written. Refuses with ALREADY_EXISTS. */
export function checkUnsigned({ signedAt }: { signedAt: Date | null }): void {
  if (signedAt !== null) throw new Refusal('ALREADY_EXISTS', 'The assertion is signed: write another one.')
}

/** A subject matter of which the assertion claims something else than the opinion says. */
export interface Contradiction {
  subjectMatter: SubjectMatter
  /** The further framework whose criteria both are based on; null for the trust services criteria. */
  frameworkId: string | null
  claim: AssertedOutcome
  opinion: OpinionType
}

/** What an assertion claims where it agrees with an opinion; a disclaimer says nothing of the matter and contradicts nothing. */
const agreeing: Readonly<Record<OpinionType, AssertedOutcome | null>> = {
  UNQUALIFIED: 'HOLDS',
  QUALIFIED: 'EXCEPT',
  ADVERSE: 'FAILS',
  DISCLAIMER: null,
}

/** A conclusion of the opinion, based on the trust services criteria or on those of a further framework. */
export interface OpinionSaid {
  subjectMatter: SubjectMatter
  frameworkId?: string | null
  opinion: OpinionType
}

/** What management would have to claim of a subject matter to agree with an opinion; null where the opinion says nothing of it. */
export interface AgreeingClaim {
  subjectMatter: SubjectMatter
  claim: AssertedOutcome | null
}

/** What an assertion claims of each subject matter where it agrees with these conclusions. */
export const agreeingClaims = (conclusions: readonly Omit<OpinionSaid, 'frameworkId'>[]): AgreeingClaim[] =>
  [...new Set(conclusions.map(({ subjectMatter }) => subjectMatter))].map((subjectMatter) => {
    const own = conclusions.filter((one) => one.subjectMatter === subjectMatter)
    return { subjectMatter, claim: agreeing[gravest(own.map(({ opinion }) => opinion))] }
  })

/**
 * Where an assertion and the opinion differ, either way: management claims more than the auditor found, or says itself that something does
 * not hold on which the opinion has nothing to say.
 * @param conclusions of the opinion; of one subject matter based on the same criteria the gravest counts
 */
export function contradictionsOf(claims: readonly Claim[], conclusions: readonly OpinionSaid[]): Contradiction[] {
  return claims.flatMap((each) => {
    const { subjectMatter, frameworkId = null, claim } = each
    const own = conclusions.filter((one) => isOfSame(one, each))
    // Of a framework on which no opinion is decided yet, or that was taken back, nothing is said.
    if (own.length === 0) return []
    const opinion = gravest(own.map((one) => one.opinion))
    const agrees = agreeing[opinion]
    return agrees === null || claim === agrees ? [] : [{ subjectMatter, frameworkId, claim, opinion }]
  })
}

/** What the gate to issue asks of management's assertion. */
export interface StandingAssertion {
  /** Whether management refused to give one. */
  refused: boolean
  /** The id of the one that was signed last; null while none is. */
  assertionId: string | null
  /** Whether the scope, its time or what the description presents beside the controls was changed since. */
  isOutdated: boolean
  contradictions: readonly Contradiction[]
  /** Whether the partner recorded how these contradictions were dealt with. */
  resolved: boolean
}

export function assertionBlockers(standing: StandingAssertion): Blocker[] {
  const { refused, assertionId, isOutdated, contradictions, resolved } = standing
  if (refused) {
    return [blocker('ASSERTION_REFUSED', 'Management refused to give an assertion: withdraw from the engagement.')]
  }
  if (assertionId === null) {
    return [blocker('ASSERTION_MISSING', 'Management has to sign its assertion.')]
  }
  if (isOutdated) {
    const message = 'What is examined was changed since management signed its assertion: management signs another one.'
    return [blocker('ASSERTION_OUTDATED', message, assertionId)]
  }
  if (resolved) return []
  return contradictions.map(({ subjectMatter, frameworkId, claim, opinion }) =>
    blocker(
      'ASSERTION_CONTRADICTS',
      `Management claims that ${subjectMatter}${frameworkId === null ? '' : ' based on additional criteria'} ${claim}, and the opinion on it is ${opinion}: management signs another assertion, or the partner records how it was dealt with.`,
      assertionId,
    ),
  )
}
