import type { Person } from './world.js'

// Management's assertion, as a client's administrator gives it. All of it is invented.

interface Conclusion {
  subjectMatter: string
  opinion: string
}

export interface Claimed {
  subjectMatter: string
  claim: 'HOLDS' | 'EXCEPT' | 'FAILS'
  matters: string | null
}

const matters = 'the matter that Section I describes as its basis'

/** What management claims so that it agrees with an opinion: by the gravest conclusion on each subject matter. */
export function claimsBeside(conclusions: readonly Conclusion[]): Claimed[] {
  const subjects = [...new Set(conclusions.map(({ subjectMatter }) => subjectMatter))]
  return subjects.map((subjectMatter) => {
    const own = conclusions.filter((one) => one.subjectMatter === subjectMatter).map(({ opinion }) => opinion)
    if (own.includes('ADVERSE')) return { subjectMatter, claim: 'FAILS', matters }
    if (own.includes('QUALIFIED')) return { subjectMatter, claim: 'EXCEPT', matters }
    return { subjectMatter, claim: 'HOLDS', matters: null }
  })
}

/** That everything holds, of a Type 2. */
export const allHolds = claimsBeside(
  ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].map((subjectMatter) => ({
    subjectMatter,
    opinion: 'UNQUALIFIED',
  })),
)

export const assertionText =
  'We, the management, have prepared the description of our system.\n\nWe confirm what follows.'

/** The administrator writes the draft, or writes it anew. Answers it. */
export async function writesAssertion(admin: Person, engagementId: string, claims: readonly Claimed[]) {
  const asked = 'query ($id: ID!) { engagement(id: $id) { assertions { id version signedAt } } }'
  const { assertions } = (await admin.gql(asked, { id: engagementId })).engagement
  const draft = assertions.find(({ signedAt }: { signedAt: string | null }) => signedAt === null)
  const input = { engagementId, text: assertionText, claims, expectedVersion: draft?.version ?? null }
  const { assertion } = await admin.does('writeAssertion', input, 'assertion { id version number }')
  return assertion as { id: string; version: number; number: number }
}

/** The administrator writes the assertion and signs it under their own name. Answers its id. */
export async function signsAssertion(
  admin: Person,
  engagementId: string,
  claims: readonly Claimed[],
  datedOn: string,
): Promise<string> {
  const { id, version } = await writesAssertion(admin, engagementId, claims)
  const signers = [{ name: admin.name, title: 'Chief executive officer' }]
  await admin.does('signAssertion', { assertionId: id, expectedVersion: version, signers, datedOn })
  return id
}
