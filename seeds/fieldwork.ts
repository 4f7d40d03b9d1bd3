import type { Person, Selected } from './api.js'
import { changeControl, controls } from './invented.js'
import { judge } from './population.js'
import { planProcedure } from './procedures.js'
import { testControl } from './tests-of-controls.js'
import { change, type Walk } from './walk.js'

/** What the sample of changes showed. */
export interface Findings {
  populationSize: number
  tested: number
  passed: number
  /** Results that deviate: the exception reports them. Each change was to be reviewed, so that none is waved off afterwards. */
  deviations: { resultId: string; key: string; occurredOn: string; note: string }[]
  procedureId: string
}

/** Plans and performs every procedure; answers what the sample of changes showed. */
export async function performProcedures(walk: Walk): Promise<Findings> {
  // First: with the dice of the demo, its seed depends on how many populations were frozen before.
  const findings = await testBySample(walk)
  let occurrences = 0
  for (const control of controls) occurrences += await testControl(walk, control)
  walk.tell(
    `${walk.cast.staff.name} freezes the registers of the periodic controls: they hold all ${occurrences} occurrences that the period asks for.`,
  )
  walk.tell(
    `${walk.cast.senior.name} and ${walk.cast.staff.name} test ${controls.length} controls by walkthrough, inspection and samples; ${walk.cast.manager.name} reviews.`,
  )
  return findings
}

async function testBySample(walk: Walk): Promise<Findings> {
  const { senior, staff, manager } = walk.cast
  const { ref } = changeControl
  const design = await planProcedure(walk, senior, {
    ref: `${ref}.D`,
    control: ref,
    methods: ['INQUIRY'],
    aspects: ['DESIGN'],
    objective: `Whether ${ref} would meet its criterion if it operated as described.`,
    steps: 'Asked the Head of Engineering how changes are reviewed and walked through one change.',
  })
  await change(senior, 'prepareProcedure', 'procedureId', design, {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: 'The control, as explained and walked through, is suitably designed.',
    personsAsked: 'Head of Engineering',
  })
  await change(manager, 'reviewProcedure', 'procedureId', design)
  const procedureId = await planProcedure(walk, staff, {
    ref: `${ref}.T`,
    control: ref,
    methods: ['INSPECTION'],
    aspects: ['OPERATION'],
    objective: `Whether ${ref} operated throughout the period.`,
    steps: 'For each sampled change, inspected the record of its review in the extract.',
    attributes: [
      { letter: 'A', description: 'The change was reviewed by someone other than its author before it was merged.' },
    ],
  })
  const populationId = await freezePopulation(walk)
  return drawAndTest(walk, procedureId, populationId)
}

/** Describes, imports and freezes the list of changes; answers the population’s id. */
export async function freezePopulation(walk: Walk): Promise<string> {
  const { staff } = walk.cast
  const { list } = walk
  const { population } = await staff.does(
    'createPopulation',
    {
      controlId: walk.controlIds.get(changeControl.ref),
      title: `Changes merged to the main line, ${list.period.start} to ${list.period.end}`,
      sourceSystem: 'Source code repository of the client',
      query: 'One row per change merged to the main line in the period, with the number of its reviewers',
      parameters: `From ${list.period.start} to ${list.period.end}, all authors, main line only`,
      extractedAt: `${list.period.end}T18:00:00Z`,
      extractedBy: 'Head of Engineering, observed by the auditor',
    },
    'population { id version }',
  )
  const evidenceId = await staff.brings(walk.engagementId, list.file, {
    origin: 'SOURCE_SYSTEM_REPORT',
    source: 'Source code repository of the client',
    coversFrom: list.period.start,
    coversTo: list.period.end,
  })
  const imported = await staff.does(
    'importPopulation',
    {
      populationId: population.id,
      expectedVersion: population.version,
      evidenceId,
      keyColumn: list.columns.key,
      dateColumn: list.columns.date,
    },
    'population { itemCount }',
  )
  walk.tell(`${staff.name} imports ${imported.population.itemCount} changes from ${list.file.name}.`)
  const frozen = await change(
    staff,
    'freezePopulation',
    'populationId',
    population.id,
    {
      completenessCheck:
        'Compared the number of rows with the repository’s own count for the period, watched as it ran.',
      accuracyCheck: 'Traced five rows back to the repository.',
    },
    'population { digest itemCount }',
  )
  walk.tell(
    `The population is frozen: ${frozen.population.itemCount} items, SHA-256 ${frozen.population.digest.slice(0, 16)}…`,
  )
  return population.id
}

const page = `query ($id: ID!, $after: String) { node(id: $id) { ... on Sample { items(first: 100, after: $after) {
  nodes { id itemKey occurredOn fields { name value } } pageInfo { hasNextPage endCursor } } } } }`

async function itemsOf(person: Person, sampleId: string): Promise<Selected[]> {
  const items: Selected[] = []
  let after: string | null = null
  do {
    const { nodes, pageInfo }: Selected = (await person.ask(page, { id: sampleId, after })).node.items
    items.push(...nodes)
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after)
  return items
}

async function drawAndTest(walk: Walk, procedureId: string, populationId: string): Promise<Findings> {
  const { staff } = walk.cast
  const { sample } = await staff.does(
    'drawSample',
    { procedureId, populationId, basis: 'FREQUENCY_TABLE', method: 'RANDOM' },
    'sample { id seed size recommendedSize populationSize }',
  )
  walk.tell(
    `${staff.name} draws ${sample.size} of ${sample.populationSize} at random with the seed that was settled when the population was frozen, ${sample.seed.slice(0, 16)}…; the methodology recommends ${sample.recommendedSize}.`,
  )
  const items = await itemsOf(staff, sample.id)
  const judged = items.map((item) => ({
    item,
    judgment: judge(walk.list, new Map(item.fields.map((field: Selected) => [field.name, field.value]))),
  }))
  const recorded = await staff.does(
    'recordResults',
    {
      procedureId,
      results: judged.map(({ item, judgment }) => ({
        sampleItemId: item.id,
        attribute: 'A',
        outcome: judgment.outcome,
        note: judgment.note,
      })),
    },
    'results { id sampleItem { id } }',
  )
  const resultOf = new Map<string, Selected>(recorded.results.map((one: Selected) => [one.sampleItem.id, one]))
  const deviating = judged.filter(({ judgment }) => judgment.outcome === 'DEVIATION')
  walk.tell(
    `${staff.name} records ${items.length} results at once: ${items.length - deviating.length} changes were reviewed by another person, ${deviating.length} were not.`,
  )
  return {
    populationSize: sample.populationSize,
    tested: items.length,
    passed: items.length - deviating.length,
    deviations: deviating.map(({ item, judgment }) => ({
      resultId: resultOf.get(item.id).id,
      key: item.itemKey,
      occurredOn: item.occurredOn,
      note: judgment.note as string,
    })),
    procedureId,
  }
}
