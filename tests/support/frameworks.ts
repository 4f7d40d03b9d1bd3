import type { Chain } from './chain.js'
import type { Person } from './world.js'

// Further frameworks through the API. The set is invented: no publisher has it.

/** Three invented criteria in two sections. */
export const inventedCriteria = [
  {
    code: 'LK-1',
    section: 'Keeping',
    title: 'Records of readings are kept',
    text: 'Readings are kept for as long as was promised.',
  },
  { code: 'LK-2', section: 'Keeping', title: 'Changes of records are reviewed' },
  { code: 'LK-3(a)', section: 'Telling', title: 'Readers are told of losses' },
]

export const inventedSet = {
  name: 'Lighthouse Keeping Rules (invented)',
  publisher: 'The Invented Board of Lighthouses',
  edition: '2024',
  description: 'Rules on readings of lighthouses; invented for tests.',
  licenceNote: 'Written for these tests; free to use.',
  criteria: inventedCriteria,
}

let editions = 0

/** Loads the invented set under an edition of its own. Answers its id. */
export async function loadsSet(person: Person, changes: object = {}): Promise<string> {
  editions += 1
  const input = { ...inventedSet, edition: `2024.${editions}`, ...changes }
  const { criteriaSet } = await person.does('loadCriteriaSet', input, 'criteriaSet { id }')
  return criteriaSet.id
}

export type Use = 'MAPPING_ONLY' | 'ADDITIONAL_SUBJECT_MATTER'

/** Takes a set into an engagement. Answers the id of the framework. */
export async function takesIn(
  person: Person,
  engagementId: string,
  criteriaSetId: string,
  use: Use = 'ADDITIONAL_SUBJECT_MATTER',
  given: object = {},
): Promise<string> {
  const input = { engagementId, criteriaSetId, use, ...given }
  const { framework } = await person.does('addFramework', input, 'framework { id }')
  return framework.id
}

/** Maps the control of an engagement whose testing began to criteria of a framework, as the partner. */
export const mapsTo = (
  partner: Person,
  { change, controlId, procedureId }: Pick<Chain, 'change' | 'controlId' | 'procedureId'>,
  frameworkId: string,
  criteriaCodes: readonly string[],
) =>
  change(partner, 'mapControlToFramework', 'controlId', controlId, {
    frameworkId,
    criteriaCodes,
    reason: 'The mapping was agreed with management, invented.',
    restsOnIds: [procedureId],
  })

/** A framework as its partner reads it, with its coverage. */
export async function coverageOf(person: Person, frameworkId: string) {
  const asked = `query ($id: ID!) { node(id: $id) { ... on Framework { version use designOpinion operationOpinion
    coverage { coveredCount notApplicableCount proposedDesign proposedOperation factsDigest isOpinionStale
      criteriaWithoutControl { nodes { code } totalCount } controlsWithoutCriterion { nodes { ref } }
      criteria { nodes { criterion { code } design operation reasons controls { nodes { ref } } uncovered { id version ground reason } } } } } } }`
  const { coverage, ...framework } = (await person.gql(asked, { id: frameworkId })).node
  const { criteria, isOpinionStale, ...rest } = coverage
  const controlsWithoutCriterion = coverage.controlsWithoutCriterion.nodes
  return { ...framework, criteria, isOpinionStale, coverage: { ...rest, controlsWithoutCriterion } }
}

/** Decides on the opinion based on a framework as it is now; answers the payload. */
export async function decidesOn(partner: Person, frameworkId: string, given: object = {}) {
  const { version, coverage } = await coverageOf(partner, frameworkId)
  const { factsDigest } = coverage
  return partner.tryTo(
    'decideFrameworkOpinion',
    { frameworkId, expectedVersion: version, factsDigest, ...given },
    'framework { designOpinion operationOpinion }',
  )
}
