import type { controls, ShownBy } from './invented.js'
import { planProcedure } from './procedures.js'
import { freezeRegister } from './register.js'
import { change, type Walk } from './walk.js'

type Listed = Extract<ShownBy, { list: string }>

const idOf = (walk: Walk, ref: string): string => walk.controlIds.get(ref) as string

/**
 * Tests the design of a control by walkthrough and its operation by what can show it, and concludes on it.
 * @returns how many occurrences the period asks of it; 0 of one that follows no calendar
 */
export async function testControl(walk: Walk, control: (typeof controls)[number]): Promise<number> {
  const { senior, staff } = walk.cast
  const { ref, shownBy } = control
  await testDesign(walk, control)
  const hasNoPopulation = 'noPopulation' in shownBy
  const attribute = 'list' in shownBy ? shownBy.attribute : 'register' in shownBy ? shownBy.register : null
  const operation = await planProcedure(walk, staff, {
    ref: `${ref}.T`,
    control: ref,
    methods: hasNoPopulation ? ['INQUIRY', 'INSPECTION'] : ['INSPECTION'],
    aspects: ['OPERATION'],
    objective: `Whether ${ref} operated throughout the period.`,
    steps: control.inspected,
    attributes: attribute ? [{ letter: 'A', description: attribute }] : [],
  })
  const register = 'register' in shownBy ? await freezeRegister(walk, control) : null
  // A short period may end before anything falls due.
  const nothingDue = register?.count === 0
  if ('list' in shownBy) await testAll(walk, operation, await freezeList(walk, ref, shownBy))
  if (register && !nothingDue) await testAll(walk, operation, register.populationId)
  await change(staff, 'prepareProcedure', 'procedureId', operation, {
    outcome: nothingDue ? 'NOT_OPERATED' : 'NO_EXCEPTIONS',
    outcomeNote: nothingDue
      ? 'Nothing fell due in the period: it ends before.'
      : 'What was inspected shows that the control operated as described.',
    personsAsked: hasNoPopulation ? 'Employees of three departments' : null,
  })
  await change(senior, 'reviewProcedure', 'procedureId', operation)
  await change(senior, 'concludeControl', 'controlId', idOf(walk, ref), {
    design: 'SUITABLE',
    operation: nothingDue ? 'NOT_OPERATED' : 'EFFECTIVE',
  })
  return register?.count ?? 0
}

async function testDesign(walk: Walk, { ref, owner }: (typeof controls)[number]): Promise<void> {
  const { senior, manager } = walk.cast
  const design = await planProcedure(walk, senior, {
    ref: `${ref}.D`,
    control: ref,
    methods: ['INQUIRY', 'INSPECTION'],
    aspects: ['DESIGN', 'IMPLEMENTATION'],
    objective: `Whether ${ref} would meet its criteria if it operated as described, and is in place.`,
    steps: `Asked the ${owner} how the control is performed and followed one instance of it from its beginning to its end.`,
  })
  await senior.does('recordWalkthrough', {
    procedureId: design,
    performedOn: walk.list.period.start,
    personAsked: owner,
    roleAsked: 'Owner of the control',
    traced: 'One instance of the control, from what sets it off to its record.',
    seen: 'The control is performed as it is described, and its record cannot be changed afterwards.',
  })
  await change(senior, 'prepareProcedure', 'procedureId', design, {
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: 'The control, as explained and walked through, is suitably designed and in place.',
    personsAsked: owner,
  })
  await change(manager, 'reviewProcedure', 'procedureId', design)
}

/** Obtains the list of the events on which a control acted, and fixes it; answers the population's id. */
async function freezeList(walk: Walk, ref: string, listed: Listed): Promise<string> {
  const { staff } = walk.cast
  const { start, end } = walk.list.period
  const file = {
    name: `${ref}.csv`,
    content: Buffer.from(`id,done_on\n${listed.item}-1,${start}\n${listed.item}-2,${end}\n`),
  }
  const source = { origin: 'SOURCE_SYSTEM_REPORT', source: listed.source, coversFrom: start, coversTo: end }
  const evidenceId = await staff.brings(walk.engagementId, file, source)
  const { population } = await staff.does(
    'createPopulation',
    {
      controlId: idOf(walk, ref),
      title: `${listed.list}, ${start} to ${end}`,
      sourceSystem: listed.source,
      query: `One row for each ${listed.item} of the period`,
      parameters: `From ${start} to ${end}`,
      extractedAt: `${end}T18:00:00Z`,
      extractedBy: 'The owner of the control, observed by the auditor',
    },
    'population { id }',
  )
  const columns = { evidenceId, keyColumn: 'id', dateColumn: 'done_on' }
  await change(staff, 'importPopulation', 'populationId', population.id, columns)
  await change(staff, 'freezePopulation', 'populationId', population.id, {
    completenessCheck: 'Compared the number of rows with the system’s own count for the period, watched as it ran.',
    accuracyCheck: 'Traced every row back to the system.',
  })
  return population.id
}

/** Tests every item of a population: none deviates. */
async function testAll(walk: Walk, procedureId: string, populationId: string): Promise<void> {
  const { staff } = walk.cast
  const all = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are few: every item is tested.' }
  const { sample } = await staff.does(
    'drawSample',
    { procedureId, populationId, ...all },
    'sample { items(first: 100) { nodes { id } } }',
  )
  const results = sample.items.nodes.map(({ id }: { id: string }) => ({
    sampleItemId: id,
    attribute: 'A',
    outcome: 'NO_DEVIATION',
  }))
  await staff.does('recordResults', { procedureId, results })
}
