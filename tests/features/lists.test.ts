import { describe, expect, it } from 'vitest'
import { fullWorld } from '../support/full-world.js'
import { type Person, world } from '../support/world.js'

// The lists of several objects are read together. To every caller, each is what it is when nothing but this one list of this
// one object is asked for.
const w = await world()
const full = await fullWorld(w)

/** Objects that have lists, and these asked for side by side in many ways: the second goes on where the first ended. */
const lists = {
  'a client': {
    type: 'Client',
    all: 'clients { nodes { ...lists } }',
    ways: [
      'engagements(first: 1)',
      'engagements(first: 1, after: $after)',
      'engagements(first: 2, orderBy: { field: CREATED, direction: DESC })',
      'members(first: 2)',
    ],
  },
  'an engagement': {
    type: 'Engagement',
    all: 'engagements { nodes { ...lists } }',
    ways: [
      'controls(first: 1)',
      'controls(first: 1, after: $after)',
      'controls(orderBy: { field: CREATED, direction: DESC })',
      'controls(filter: { criterionCode: "CC6.1" })',
      'controls(filter: { criterionCode: "CC8.1" })',
      'procedures(first: 1)',
      'procedures(filter: { state: REVIEWED })',
    ],
  },
  'an engagement with exceptions': {
    type: 'Engagement',
    all: 'engagements { nodes { ...lists } }',
    ways: [
      'exceptions(first: 1)',
      'exceptions(first: 1, after: $after)',
      'exceptions(filter: { awaitingResponse: true })',
      'exceptions(filter: { awaitingResponse: false })',
    ],
  },
  'a sample': {
    type: 'Sample',
    all: 'procedures { nodes { sample { ...lists } } }',
    ways: [
      'items(first: 2)',
      'items(first: 2, after: $after)',
      'items(filter: { outstanding: true })',
      'items(filter: { corrected: false })',
    ],
  },
} as const
type Subject = keyof typeof lists
const subjects = Object.keys(lists) as Subject[]

interface List {
  totalCount: number
  nodes: unknown[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean; hasPreviousPage: boolean }
}

const isWhole = (list: string | List): list is List =>
  typeof list === 'object' && !list.pageInfo.hasNextPage && !list.pageInfo.hasPreviousPage

/** An object, with its lists by the place of their way. */
type Listed = { id: string } & { [list: `list${number}`]: List }

function fragmentOf({ type, ways }: (typeof lists)[Subject], asked: (way: string) => boolean): string {
  const page = 'totalCount nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
  const listed = ways.map((way, nth) => (asked(way) ? `list${nth}: ${way} { ${page} }` : ''))
  return `fragment lists on ${type} { id ${listed.join('\n')} }`
}

async function ofAll(person: Person, subject: Subject, after: string | null): Promise<Listed[]> {
  const { all } = lists[subject]
  const fragment = fragmentOf(lists[subject], () => true)
  const data = await person.gql(`query ($after: String) { ${all} } ${fragment}`, { after })
  const nodes = Object.values<any>(data)[0].nodes
  return subject === 'a sample' ? nodes.flatMap(({ sample }: { sample: Listed | null }) => sample ?? []) : nodes
}

/** Each list in a question of its own. */
async function ofOne(person: Person, subject: Subject, id: string, after: string | null): Promise<Listed> {
  const one = { id }
  for (const way of lists[subject].ways) {
    const fragment = fragmentOf(lists[subject], (other) => other === way)
    const variables = way.includes('$after') ? '$id: ID!, $after: String' : '$id: ID!'
    const data = await person.gql(`query (${variables}) { node(id: $id) { ...lists } } ${fragment}`, { id, after })
    Object.assign(one, data.node)
  }
  return one
}

const { manager } = full.crew
const ends = new Map<Subject, string>()
for (const subject of subjects) {
  const all = await ofAll(manager, subject, null)
  ends.set(subject, all.find(({ list0 }) => list0?.pageInfo.endCursor)?.list0?.pageInfo.endCursor as string)
}

describe.each<[string, Person, readonly Subject[]]>([
  ['the manager', manager, subjects],
  ['a member on two teams', full.lent, subjects],
  ['the admin of the firm', full.a.admin, ['a client']],
  ['a person of the client', full.one.respondent, ['a client', 'an engagement with exceptions']],
])('to %s', (_, person, theirs) => {
  it.each(theirs)('the lists of %s among others are what each of them is alone', async (subject) => {
    const after = ends.get(subject) as string
    const all = await ofAll(person, subject, after)
    expect(all.length).toBeGreaterThan(0)
    for (const one of all) expect(one).toEqual(await ofOne(person, subject, one.id, after))
    const wholes = all.flatMap((one) => Object.values(one)).filter(isWhole)
    for (const { totalCount, nodes } of wholes) expect(totalCount).toBe(nodes.length)
  })
})

describe.each(subjects)('%s', (subject) => {
  const ways = lists[subject].ways.map((way, nth) => ({ way, nth }))

  it.each(ways)('is not the only one, and has something in $way', async ({ nth }) => {
    const all = await ofAll(manager, subject, ends.get(subject) as string)
    expect(all.length).toBeGreaterThan(1)
    expect(Math.max(...all.map((one) => one[`list${nth}`]?.nodes.length ?? 0))).toBeGreaterThan(0)
  })
})
