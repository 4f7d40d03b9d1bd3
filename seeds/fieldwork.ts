import { type Finding, testControl } from './controls-test.js'
import type { InventedControl } from './invented/control.js'
import { changeControl, controls } from './invented/controls.js'
import { dayWithin } from './invented/days.js'
import { lostLaptop } from './invented/organization.js'
import { judge } from './population.js'
import { describePopulation, draw, itemsOf, planProcedure, recordResults, testDesign } from './procedures.js'
import { change, plural, type Walk, withinSentence } from './walk.js'

/** What the sample of changes showed. */
export interface ChangesTested {
  procedureId: string
  tested: number
  /** Results that deviate: the exception reports them. Each change was to be reviewed, so that none is waved off afterwards. */
  deviations: { resultId: string; key: string }[]
}

/** What fieldwork found. */
export interface Found {
  changes: ChangesTested
  /** By the reference of the control. */
  others: Map<string, Finding>
}

/** The client shares the incident of its register, and the auditor holds it against what the description says of incidents. */
async function evaluateIncident({ cast, clientId, engagementId, list, tell }: Walk): Promise<void> {
  const { respondent, clientAdmin, manager } = cast
  const day = dayWithin(list.period, 0.6)
  const said = { occurredOn: day, discoveredOn: day, resolvedOn: day, hasControlFailed: false }
  const { incident } = await respondent.does(
    'recordIncident',
    { clientId, ...lostLaptop.said, ...said },
    'incident { id }',
  )
  await change(clientAdmin, 'shareIncident', 'incidentId', incident.id)
  const evaluated = { engagementId, conclusion: 'IN_DESCRIPTION', reason: lostLaptop.evaluation }
  await change(manager, 'evaluateIncident', 'incidentId', incident.id, evaluated)
  tell(
    `${clientAdmin.name} shares the one incident of the client’s register, ${withinSentence(lostLaptop.said.title)}; ${manager.name} finds it in the description.`,
  )
}

/** Plans and performs every procedure; answers what was found. What was found is signed once it is reported (exceptions.ts). */
export async function performProcedures(walk: Walk): Promise<Found> {
  // First: with the dice of the demo, its seed depends on how many populations were frozen before.
  const changes = await testChanges(walk)
  const others = new Map<string, Finding>()
  // Configurations last: they are effective only where the general controls they rely on are.
  const isConfiguration = ({ tested }: InventedControl) => Number(tested.by === 'CONFIGURATION')
  for (const control of controls.toSorted((one, other) => isConfiguration(one) - isConfiguration(other))) {
    const found = await testControl(walk, control)
    if (found) others.set(control.ref, found)
  }
  await evaluateIncident(walk)
  const { senior, staff, manager } = walk.cast
  walk.tell(
    `${senior.name} and ${staff.name} test ${controls.length} further controls: registers reconciled with what the period asks for, lists of events, configurations at the screen; ${manager.name} and ${senior.name} review.`,
  )
  for (const { control, missing } of others.values()) {
    for (const label of missing) {
      walk.tell(
        `The register of ${control.ref}, ${control.title.toLowerCase()}, is held against what the period asks for: ${label} is not in it.`,
      )
    }
  }
  return { changes, others }
}

async function testChanges(walk: Walk): Promise<ChangesTested> {
  const { staff } = walk.cast
  const { ref } = changeControl
  await testDesign(walk, changeControl)
  const procedureId = await planProcedure(walk, staff, {
    ref: `${ref}.T`,
    control: ref,
    methods: ['INSPECTION'],
    aspects: ['OPERATION'],
    objective: `Whether ${ref} operated throughout the period as it is described.`,
    steps:
      'For each sampled change, inspected its record in the repository: its author, who approved it, and whether the approval came before the merge. Compared these with the extract.',
    attributes: [
      { letter: 'A', description: 'The change was reviewed by someone other than its author before it was merged.' },
    ],
  })
  return drawAndTest(walk, procedureId, await freezePopulation(walk))
}

/** Describes, imports and freezes the list of changes, what is excluded agreed before; answers the population’s id. */
export async function freezePopulation(walk: Walk): Promise<string> {
  const { staff } = walk.cast
  const { list } = walk
  const { start, end } = list.period
  const population = await describePopulation(walk, changeControl.ref, {
    title: `Changes merged to the main line, ${start} to ${end}`,
    sourceSystem: 'Source code repository of the client',
    query: 'One row per change merged to the main line in the period, with the number of its reviewers',
    parameters: `From ${start} to ${end}, all authors, main line only`,
    extractedBy: 'Head of Engineering, observed by the auditor',
  })
  const evidenceId = await staff.brings(walk.engagementId, list.file, {
    origin: 'SOURCE_SYSTEM_REPORT',
    source: 'Source code repository of the client',
    coversFrom: start,
    coversTo: end,
  })
  const { key: keyColumn, date: dateColumn } = list.columns
  const taken = { evidenceId, keyColumn, dateColumn, reading: list.reading }
  const { population: imported } = await change(
    staff,
    'importPopulation',
    'populationId',
    population.id,
    taken,
    'population { itemCount }',
  )
  walk.tell(`${staff.name} imports ${imported.itemCount} changes from ${list.file.name}.`)
  await agreeExclusion(walk, population.id)
  const checks = {
    completenessCheck: 'Compared the number of rows with the repository’s own count for the period, watched as it ran.',
    accuracyCheck: 'Traced five rows back to the repository.',
  }
  const { population: frozen } = await change(
    staff,
    'freezePopulation',
    'populationId',
    population.id,
    checks,
    'population { digest itemCount }',
  )
  walk.tell(`The population is frozen: ${frozen.itemCount} items, SHA-256 ${frozen.digest.slice(0, 16)}…`)
  return population.id
}

/** What the control’s own wording does not speak of is taken out by a rule that another person agrees to, before anything is drawn. */
async function agreeExclusion(walk: Walk, populationId: string): Promise<void> {
  const { staff, manager } = walk.cast
  const { exclusion: rule } = walk.list
  if (!rule) return
  const selection = 'exclusion { id matchedCount }'
  const { exclusion } = await change(staff, 'proposeExclusion', 'populationId', populationId, { ...rule }, selection)
  const note = 'The wording of the control leaves these out; read ten of them, and none touches code.'
  await change(manager, 'decideExclusion', 'populationExclusionId', exclusion.id, { approve: true, note })
  walk.tell(
    `${staff.name} proposes to exclude ${plural(exclusion.matchedCount, 'change')} of documentation alone, of which the control does not speak; ${manager.name} agrees, before anything is drawn.`,
  )
}

async function drawAndTest(walk: Walk, procedureId: string, populationId: string): Promise<ChangesTested> {
  const { staff } = walk.cast
  const sample = await draw(walk, procedureId, populationId, true)
  walk.tell(
    `${staff.name} draws ${sample.size} of ${sample.populationSize} at random with the seed that was settled when the population was frozen, ${sample.seed.slice(0, 16)}…; the methodology recommends ${sample.recommendedSize}.`,
  )
  const judged = (await itemsOf(staff, sample.id)).map((item) => ({
    key: item.itemKey,
    id: item.id,
    judgment: judge(walk.list, new Map(item.fields.map(({ name, value }) => [name, value]))),
  }))
  const ids = await recordResults(
    walk,
    procedureId,
    judged.map(({ id, judgment }) => ({ sampleItemId: id, attribute: 'A', ...judgment })),
  )
  const deviations = judged.flatMap(({ key, judgment }, at) =>
    judgment.outcome === 'DEVIATION' ? [{ resultId: ids[at] as string, key }] : [],
  )
  walk.tell(
    `${staff.name} records ${judged.length} results at once: ${judged.length - deviations.length} changes were reviewed by another person, ${deviations.length} were not.`,
  )
  return { procedureId, tested: judged.length, deviations }
}
