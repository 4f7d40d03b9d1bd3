import type { Person, Selected } from './api.js'
import type { Attribute } from './invented/control.js'
import { daysLater, dayWithin } from './invented/days.js'
import { type OwnerRole, owners } from './invented/people.js'
import { change, controlIdOf, named, type Walk, withinSentence } from './walk.js'

interface Planned {
  ref: string
  control: string
  methods: readonly string[]
  aspects: string[]
  objective: string
  steps: string
  attributes?: readonly Attribute[]
}

/** Plans a procedure and starts it; answers its id. */
export async function planProcedure(walk: Walk, person: Person, { control, ...planned }: Planned): Promise<string> {
  const { procedure } = await walk.cast.senior.does(
    'planProcedure',
    { controlId: controlIdOf(walk, control), assigneeId: person.memberId, ...planned },
    'procedure { id }',
  )
  await change(person, 'startProcedure', 'procedureId', procedure.id)
  return procedure.id
}

/** What a test of a control led to. */
export interface Tested {
  outcome: 'NO_EXCEPTIONS' | 'EXCEPTIONS' | 'NOT_OPERATED'
  outcomeNote: string
  personsAsked?: string | null
}

/** Signs a procedure as its preparer, and has another person review it. */
export async function sign(preparer: Person, reviewer: Person, procedureId: string, tested: Tested): Promise<void> {
  await change(preparer, 'prepareProcedure', 'procedureId', procedureId, { ...tested })
  await change(reviewer, 'reviewProcedure', 'procedureId', procedureId)
}

/** A control, as far as its walkthrough tells of it. */
interface WalkedThrough {
  ref: string
  owner: OwnerRole
  walkthrough: { traced: string; seen: string }
}

/**
 * Walks through a control: whether it is suitably designed, and in place. Answers the procedure, under way.
 */
export async function walkThrough(walk: Walk, { ref, owner, walkthrough }: WalkedThrough): Promise<string> {
  const { senior } = walk.cast
  const procedureId = await planProcedure(walk, senior, {
    ref: `${ref}.D`,
    control: ref,
    methods: ['INQUIRY', 'INSPECTION'],
    aspects: ['DESIGN', 'IMPLEMENTATION'],
    objective: `Whether ${ref} as it is designed meets its criteria if it operates, and whether it is in place.`,
    steps: `Asked the ${owner} how the control is performed, and followed ${withinSentence(walkthrough.traced)}`,
  })
  await senior.does('recordWalkthrough', {
    procedureId,
    performedOn: dayWithin(walk.list.period, 0.6),
    personAsked: owners[owner],
    roleAsked: owner,
    ...walkthrough,
  })
  return procedureId
}

/** Walks through a control whose design is suitable, and signs. */
export async function testDesign(walk: Walk, control: WalkedThrough): Promise<void> {
  const { senior, manager } = walk.cast
  await sign(senior, manager, await walkThrough(walk, control), {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: `As explained and walked through, the control is suitably designed and in place. ${control.walkthrough.seen}`,
    personsAsked: named(control.owner),
  })
}

/** What of a list is to be frozen. */
export interface ListFacts {
  title: string
  sourceSystem: string
  query: string
  parameters: string
  extractedBy: string
}

/** Describes a population of a control, extracted at the end of the period. */
export async function describePopulation(walk: Walk, ref: string, facts: ListFacts): Promise<Selected> {
  // The morning after the period, where that has come.
  const morning = `${daysLater(walk.list.period.end, 1)}T13:00:00Z`
  const extractedAt = Date.parse(morning) < Date.now() ? morning : `${walk.list.period.end}T18:00:00Z`
  const input = { controlId: controlIdOf(walk, ref), ...facts, extractedAt }
  return (await walk.cast.staff.does('createPopulation', input, 'population { id version }')).population
}

/** An item that was drawn. */
export interface Drawn {
  id: string
  itemKey: string
  occurredOn: string
  fields: { name: string; value: string }[]
}

const page = `query ($id: ID!, $after: String) { node(id: $id) { ... on Sample { items(first: 100, after: $after) {
  nodes { id itemKey occurredOn fields { name value } } pageInfo { hasNextPage endCursor } } } } }`

/** All items of a sample, in the order of the draw. */
export async function itemsOf(person: Person, sampleId: string): Promise<Drawn[]> {
  const items: Drawn[] = []
  let after: string | null = null
  do {
    const { nodes, pageInfo }: Selected = (await person.ask(page, { id: sampleId, after })).node.items
    items.push(...nodes)
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after)
  return items
}

const everyItem = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are few: every item is tested.' }
const byTable = { basis: 'FREQUENCY_TABLE', method: 'RANDOM' }

/** Draws from a frozen population: by the table of the methodology, or every item. */
export async function draw(
  walk: Walk,
  procedureId: string,
  populationId: string,
  isSampled: boolean,
): Promise<Selected> {
  const drawn = { procedureId, populationId, ...(isSampled ? byTable : everyItem) }
  const { sample } = await walk.cast.staff.does('drawSample', drawn, `sample { ${drawnFields} }`)
  return sample
}

const drawnFields = 'id seed size recommendedSize populationSize'

/** What one item showed at one attribute. */
export interface Recorded {
  sampleItemId: string
  attribute: string
  outcome: 'NO_DEVIATION' | 'DEVIATION'
  note: string | null
}

/** Records results; answers their ids, in the same order. */
export async function recordResults(walk: Walk, procedureId: string, results: Recorded[]): Promise<string[]> {
  const recorded = await walk.cast.staff.does('recordResults', { procedureId, results }, 'results { id }')
  return recorded.results.map(({ id }: Selected) => id)
}
