import { changes, type Fieldwork, importList, origin } from './fieldwork.js'
import type { Person } from './world.js'

/** A control’s procedure that is under way, with its attributes. */
export interface UnderWay {
  engagementId: string
  controlId: string
  procedureId: string
  attributes: readonly string[]
  /** What is said otherwise of the list. */
  list?: object
}

/** What an auditor writes down of a walkthrough; invented. */
export const walkthrough = {
  performedOn: '2025-06-02',
  personAsked: 'Ida Invented',
  roleAsked: 'Head of engineering',
  traced: 'One change, from its request to its release.',
  seen: 'No person merges what another one has not reviewed.',
}

/** A list of two items, all of them tested and without a deviation: what shows that a control operated. All through the API. */
export async function testItems(staff: Person, of: UnderWay, content: string = changes(2)): Promise<void> {
  const { engagementId, controlId, procedureId, attributes, list = {} } = of
  const { population } = await staff.does(
    'createPopulation',
    { controlId, ...origin, ...list },
    'population { id version }',
  )
  const asked = {
    populationId: population.id,
    expectedVersion: population.version,
    keyColumn: 'id',
    dateColumn: 'merged',
  }
  const imported = await importList(staff, engagementId, asked, content)
  if (imported.errors.length > 0) throw new Error(JSON.stringify(imported.errors))
  await staff.does('freezePopulation', {
    populationId: population.id,
    expectedVersion: imported.population.version,
    completenessCheck: 'Watched the query run; counts agree with the system.',
    accuracyCheck: 'Traced both rows to the system.',
  })
  const { sample } = await staff.does(
    'drawSample',
    {
      procedureId,
      populationId: population.id,
      basis: 'JUDGMENT',
      method: 'ENTIRE_POPULATION',
      sizeReason: 'There are few.',
    },
    'sample { items(first: 10) { nodes { id } } }',
  )
  const results = sample.items.nodes.flatMap(({ id }: { id: string }) =>
    attributes.map((attribute) => ({ sampleItemId: id, attribute, outcome: 'NO_DEVIATION' })),
  )
  await staff.does('recordResults', { procedureId, results })
}

/** One item of a population, or as many as are drawn otherwise, tested by a procedure of its own and reviewed; answers its id. */
export async function testOneItem(
  work: Fieldwork,
  populationId: string,
  described: object = {},
  drawn: object = { method: 'RANDOM', size: 1 },
): Promise<string> {
  const { staff, senior } = work.firm
  const attributes = [{ letter: 'A', description: 'Reviewed.' }]
  const { id: procedureId } = await work.procedure({ attributes, ...described })
  const { sample } = await staff.does(
    'drawSample',
    { procedureId, populationId, basis: 'JUDGMENT', sizeReason: 'So many are looked at.', ...drawn },
    'sample { items(first: 100) { nodes { id } } }',
  )
  const results = sample.items.nodes.map(({ id }: { id: string }) => ({
    sampleItemId: id,
    attribute: 'A',
    outcome: 'NO_DEVIATION',
  }))
  await staff.does('recordResults', { procedureId, results })
  const version = async () =>
    (await staff.gql('query ($id: ID!) { node(id: $id) { version } }', { id: procedureId })).node.version
  const said = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'As recorded (invented).' }
  await staff.does('prepareProcedure', { procedureId, expectedVersion: await version(), ...said })
  await senior.does('reviewProcedure', { procedureId, expectedVersion: await version() })
  return procedureId
}
