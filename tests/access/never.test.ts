import { describe, expect, test } from 'vitest'
import { policy } from '../../src/policy.js'
import { fullWorld } from '../support/full-world.js'
import { somebodyOfEachKind } from '../support/kinds.js'
import { type Person, world } from '../support/world.js'
import { acts, type Kind } from './expected.js'

// What must never be, whatever the table says: a short list, from the product page, each as a person would try it.

const w = await world()
const full = await fullWorld(w)
const { a, one, crew, held } = full
const people = somebodyOfEachKind(full)
const persons = (kinds: string) => people.filter(({ kind }) => kinds.includes(kind))
const clients = persons('arv')

/** What a person is shown of a node: nothing at all, or its type and id and no more. */
async function shown(person: Person, type: string, field: string): Promise<unknown[]> {
  const found: unknown[] = []
  for (const id of held[type] ?? []) {
    const { data } = await person.ask(`query ($id: ID!) { node(id: $id) { ... on ${type} { ${field} } } }`, { id })
    if (data?.node && Object.keys(data.node).length > 0) found.push(data.node)
  }
  return found
}

/** A word of each working paper’s contents. */
const contents: readonly [type: string, field: string][] = [
  ['Procedure', 'objective'],
  ['Attribute', 'letter'],
  ['SignOff', 'level'],
  ['Population', 'title'],
  ['Sample', 'size'],
  ['SampleItem', 'itemKey'],
  ['Result', 'outcome'],
  ['Control', 'description'],
  ['CriterionExclusion', 'reason'],
  ['ScopeChange', 'reason'],
  ['EngagementDocument', 'obtainedFrom'],
  ['MaterialityDecision', 'material'],
  ['Opinion', 'overall'],
]

test('the words asked for are there: the manager reads each of them', async () => {
  for (const [type, field] of [...contents, ['TeamMember', 'role'] as const]) {
    const ids = held[type] ?? []
    expect(await shown(crew.manager, type, field), type).toHaveLength(ids.length)
    expect(ids, type).not.toEqual([])
  }
})

describe.each(clients)('$who never reads', ({ person }) => {
  test.each([...contents, ['TeamMember', 'role'] as const])('a %s', async (type, field) => {
    expect(await shown(person, type, field)).toEqual([])
  })

  test('an exception before it is communicated, nor the auditor’s own notes on one', async () => {
    const titles = (await shown(person, 'Exception', 'title')) as { title: string }[]
    expect(titles).toHaveLength(18)
    for (const { title } of titles) expect(title).toMatch(/COMMUNICATED|CONCLUDED|CORRECTED|8, WITHDRAWN/)
    // They are told why what they knew of was withdrawn.
    const reasons = (await shown(person, 'Exception', 'withdrawnReason')) as { withdrawnReason: string | null }[]
    expect(reasons.filter(({ withdrawnReason }) => withdrawnReason !== null)).toHaveLength(3)
    for (const [field, nothing] of [
      ['evidenceNote', { evidenceNote: null }],
      ['overdueNote', { overdueNote: null }],
      ['authors { name }', { authors: [] }],
      ['procedure { ref }', { procedure: null }],
    ] as const) {
      expect(await shown(person, 'Exception', field), field).toEqual(Array(18).fill(nothing))
    }
  })

  test('the trail, who is on the team, who works for the firm, or another client', async () => {
    const [id] = held.Engagement as string[]
    const inside = `trail { nodes { action } totalCount } team { role } opinion { overall } draftReport { html }`
    const { engagement } = await person.gql(`query ($id: ID!) { engagement(id: $id) { ${inside} } }`, { id })
    expect(engagement).toEqual({ trail: { nodes: [], totalCount: 0 }, team: [], opinion: null, draftReport: null })
    const firm = 'members { nodes { name } totalCount } trail { nodes { action } totalCount }'
    const nothing = { nodes: [], totalCount: 0 }
    expect((await person.gql(`{ viewer { firm { ${firm} } } }`)).viewer.firm).toEqual({
      members: nothing,
      trail: nothing,
    })
    expect((await person.gql('{ clients { nodes { id } } }')).clients.nodes).toEqual([{ id: one.id }])
  })
})

describe('the firm’s admin, off the team, never reads what is in an engagement', () => {
  test.each([
    ...contents,
    ['Exception', 'title'],
    ['ManagementResponse', 'state'],
    ['ResponseVersion', 'number'],
    ['Report', 'number'],
    ['DescriptionSection', 'text'],
  ])('a %s', async (type, field) => {
    expect(held[type]).not.toEqual([])
    expect(await shown(a.admin, type, field)).toEqual([])
  })
})

describe('a firm member off the team never sees that an engagement exists', () => {
  test.each(persons('pmst'))('$who', async ({ person }) => {
    for (const type of ['Engagement', 'TeamMember', ...contents.map(([type]) => type)]) {
      expect(await shown(person, type, 'id'), type).toEqual([])
    }
    const { engagements } = await person.gql('{ engagements(first: 100) { nodes { id } totalCount } }')
    expect(engagements.nodes.filter(({ id }: { id: string }) => held.Engagement?.includes(id))).toEqual([])
    expect(engagements.totalCount).toBe(3)
  })
})

/** Acts that must never be open to any caller but these kinds; the table itself is asked, not only what was expected by hand. */
const only: readonly [sentence: string, acts: readonly string[], kinds: string][] = [
  ['only the engagement partner issues', ['issueOpinion', 'dateReport'], 'P'],
  ['only the engagement partner decides on the opinion', ['decideOpinion', 'reviseOpinion'], 'P'],
  ['only the engagement partner approves materiality', ['approveMateriality'], 'P'],
  ['only the quality reviewer clears the quality review', ['clearQualityReview', 'agreeOpinion'], 'R'],
  ['only manager and partner confirm and communicate', ['confirmException', 'communicateException'], 'PM'],
  ['only the client’s admin submits for management', ['submitResponse', 'declineToRespond'], 'a'],
  ['only the client drafts its response', ['draftResponse', 'requestResponseApproval'], 'ar'],
  ['only the admin invites members of the firm', ['inviteMember'], 'A'],
]

test.each(only)('%s', (_sentence, names, kinds) => {
  for (const name of names) {
    expect(acts[name]).toBe(kinds)
    const row = policy[`Mutation.${name}`]
    const roles = [...(row?.team ?? []), ...(row?.firm ?? []), ...(row?.client ?? [])].sort()
    const known: Record<string, string> = {
      P: 'ENGAGEMENT_PARTNER',
      R: 'QUALITY_REVIEWER',
      M: 'MANAGER',
      A: 'FIRM_ADMIN',
      a: 'CLIENT_ADMIN',
      r: 'RESPONDENT',
    }
    expect(roles).toEqual([...kinds].map((kind) => known[kind]).sort())
  }
})

// What is in the firm’s library is in no engagement.
test.each<[string, Kind, RegExp]>([
  [
    'the quality reviewer performs no work',
    'R',
    /record(?!Opened)|(?<!with)draw|extend|prepare|start|import|freeze|Population|raise(?!QualityReviewPoint)|explain|plan|review(?!Opinion)|(?<!Library)Control|Materiality/,
  ],
  [
    'staff confirm, communicate, review, approve, decide and issue nothing',
    'T',
    /^(confirmException|communicate|review|approve|decide|issue|withdraw|accept|return|conclude|clear|agree)/,
  ],
  [
    'a respondent submits nothing for management, and administers no member',
    'r',
    /submit|decline|invite|disable|reinstate|changeMemberRole/,
  ],
  [
    'a client viewer changes nothing but the own account, and records what they opened',
    'v',
    /^(?!switchMembership|signOut|changePassword|recordOpened)/,
  ],
  [
    'the admin, off the team, does nothing within an engagement but staff it',
    'A',
    /Exception|Procedure|Population|Sample|Result|(?<!Library)Control|Response|Materiality|Opinion|Fieldwork|Completion|Criterion|Document/,
  ],
])('%s', (_sentence, kind, names) => {
  const never = Object.keys(acts).filter((name) => names.test(name))
  expect(never).not.toEqual([])
  expect(never.filter((name) => acts[name]?.includes(kind))).toEqual([])
})
