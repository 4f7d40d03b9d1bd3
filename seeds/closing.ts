import type { Selected } from './api.js'
import { type Decided, inWords } from './conclusion.js'
import type { Raised } from './exceptions.js'
import { signer } from './invented/people.js'
import { blockersTo, recordDocument } from './planning.js'
import { change, daysFromNow, listed, plural, type Walk, withinSentence } from './walk.js'

/** The report as it was issued. */
export interface Issued {
  number: string
  sha256: string
  html: string
  overall: string
}

const today = () => daysFromNow(0)

/** Management’s words, the letters, the quality review, and the report. */
export async function close(walk: Walk, raised: readonly Raised[], decided: Decided): Promise<Issued> {
  const { cast, engagementId, tell } = walk
  const { partner, reviewer, clientAdmin } = cast
  await assertThatAllHolds(walk)
  await share(walk)
  if (decided.overall !== 'UNQUALIFIED') await assertWhatHolds(walk, raised, decided)
  for (const kind of ['REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY']) await recordDocument(walk, kind, today())
  await acknowledge(walk)
  await change(reviewer, 'clearQualityReview', 'engagementId', engagementId)
  tell(`${reviewer.name}, who did no work on the engagement, clears the quality review.`)
  await change(partner, 'dateReport', 'engagementId', engagementId, { datedOn: today() })
  await change(partner, 'issueOpinion', 'engagementId', engagementId)
  const { engagement: issued } = await clientAdmin.ask(
    'query ($id: ID!) { engagement(id: $id) { report { number sha256 html } } }',
    { id: engagementId },
  )
  const { number, sha256, html } = issued.report
  tell(`${partner.name} issues report ${number}; the client reads it (SHA-256 ${sha256.slice(0, 16)}…).`)
  const asked = 'query ($id: ID!) { verifyTrail(engagementId: $id) { intact entryCount } }'
  const { verifyTrail } = await partner.ask(asked, { id: engagementId })
  tell(`The trail holds ${verifyTrail.entryCount} entries and is ${verifyTrail.intact ? 'intact' : 'BROKEN'}.`)
  return { number, sha256, html, overall: decided.overall }
}

const offered = `query ($id: ID!, $claims: [AssertionClaimInput!]) { engagement(id: $id) {
  offeredAssertion(claims: $claims) { text claims { subjectMatter claim matters } } } }`

/** Writes management’s assertion in the wording that is offered for these claims, and signs it. */
async function signAssertion({ cast, engagementId }: Walk, claims: Selected[] | null): Promise<void> {
  const { clientAdmin } = cast
  const asked = await clientAdmin.ask(offered, { id: engagementId, claims })
  const written = { engagementId, ...asked.engagement.offeredAssertion }
  const { assertion } = await clientAdmin.does('writeAssertion', written, 'assertion { id version }')
  const signed = { assertionId: assertion.id, expectedVersion: assertion.version, signers: [signer], datedOn: today() }
  await clientAdmin.does('signAssertion', signed)
}

async function assertThatAllHolds(walk: Walk): Promise<void> {
  await signAssertion(walk, null)
  const blockers = await blockersTo(walk, 'ISSUED')
  const against = blockers.filter(({ code }) => code === 'ASSERTION_CONTRADICTS')
  const stands =
    against.length === 0
      ? 'nothing stands against it'
      : `${plural(against.length, 'contradiction')} to the opinion block the report`
  walk.tell(`${signer.name} signs management’s assertion that everything holds: ${stands}.`)
}

/** The partner shares the draft with the client’s administrator, who reads it before management signs. */
async function share({ cast, engagementId, tell }: Walk): Promise<void> {
  await cast.partner.does('shareDraft', { engagementId }, 'sharedDraft { id }')
  const asked = 'query ($id: ID!) { engagement(id: $id) { sharedDraft { html misstatements { totalCount } } } }'
  const { misstatements } = (await cast.clientAdmin.ask(asked, { id: engagementId })).engagement.sharedDraft
  tell(
    `${cast.partner.name} shares a marked draft of Sections I to IV, with ${plural(misstatements.totalCount, 'misstatement')} of the description to correct; ${cast.clientAdmin.name} reads it.`,
  )
}

/** Where the opinion is modified, management claims what it can, and names what it excepts in its own words. */
async function assertWhatHolds(walk: Walk, raised: readonly Raised[], decided: Decided): Promise<void> {
  const subjects = [...new Set(decided.conclusions.map(({ subjectMatter }) => subjectMatter))]
  const claims = subjects.map((subjectMatter) => {
    const opinions = decided.conclusions.filter((one) => one.subjectMatter === subjectMatter)
    const isModified = opinions.some(({ opinion }) => opinion !== 'UNQUALIFIED')
    return {
      subjectMatter,
      claim: isModified ? 'EXCEPT' : 'HOLDS',
      matters: isModified ? mattersOf(subjectMatter, raised) : null,
    }
  })
  await signAssertion(walk, claims)
  const excepted = claims.filter(({ claim }) => claim === 'EXCEPT').map(({ subjectMatter }) => inWords(subjectMatter))
  walk.tell(
    `${signer.name} reads it and changes the assertion: management now excepts what was found on ${listed(excepted)}, and signs.`,
  )
}

/** What management excepts of a subject matter, each by the control. */
function mattersOf(subjectMatter: string, raised: readonly Raised[]): string {
  const own = raised.filter(
    ({ said }) => subjectMatter === 'OPERATING_EFFECTIVENESS' || said.kind === 'DESIGN_DEFICIENCY',
  )
  const each = own.map(({ control, said }) => `${control} (${withinSentence(said.title)})`)
  return `the matters found on ${listed(each)}`
}

/** The partner and the quality reviewer read what was judged against the figures, and acknowledge each. */
async function acknowledge({ cast, engagementId, tell }: Walk): Promise<void> {
  const asked = `query ($id: ID!) { engagement(id: $id) {
    judgmentsAgainstFigures(first: 100) { nodes { id figuresDigest statement } } } }`
  const { nodes } = (await cast.partner.ask(asked, { id: engagementId })).engagement.judgmentsAgainstFigures
  if (nodes.length === 0) return
  for (const person of [cast.partner, cast.reviewer]) {
    const judgments = nodes.map(({ id, figuresDigest }: Selected) => ({
      judgmentId: id,
      figuresDigest,
      note: 'Read together with the papers it rests on; the judgment can be followed.',
    }))
    await person.does('acknowledgeJudgments', { engagementId, judgments }, 'engagement { id }')
  }
  tell(
    `${cast.partner.name} and ${cast.reviewer.name} each acknowledge ${plural(nodes.length, 'judgment')} against the figures: ${nodes.map((one: Selected) => one.statement).join(' ')}`,
  )
}
