import type { controls } from './invented.js'
import { change, type Walk } from './walk.js'

const asked = `query ($id: ID!) { node(id: $id) { ... on Control { expectedOccurrences(first: 100) { nodes { label coversFrom dueOn } } } } }`

/**
 * Imports and freezes the register of a periodic control: one row for each occurrence that the period asks of it, as the invented
 * client kept it; no row where none fell due.
 * @returns the population, and how many occurrences there are
 */
export async function freezeRegister(
  walk: Walk,
  control: (typeof controls)[number],
): Promise<{ populationId: string; count: number }> {
  const { staff } = walk.cast
  const { start, end } = walk.list.period
  const controlId = walk.controlIds.get(control.ref) as string
  const { nodes } = (await staff.ask(asked, { id: controlId })).node.expectedOccurrences
  const { population } = await staff.does(
    'createPopulation',
    {
      controlId,
      title: `${control.title}, ${start} to ${end}`,
      sourceSystem: 'Compliance platform of the client',
      query: `Register of the occurrences of ${control.ref}`,
      parameters: `From ${start} to ${end}`,
      extractedAt: `${end}T18:00:00Z`,
      extractedBy: `${control.owner}, observed by the auditor`,
    },
    'population { id version }',
  )
  const rows = nodes.map((one: { label: string; coversFrom: string; dueOn: string }) => {
    const heldOn = one.coversFrom < start ? one.dueOn : one.coversFrom
    return `${control.ref}-${one.label},${heldOn},${control.owner}\n`
  })
  const evidenceId = await staff.brings(
    walk.engagementId,
    {
      name: `${control.ref.toLowerCase()}-register.csv`,
      content: Buffer.from(`occurrence,held_on,held_by\n${rows.join('')}`),
    },
    { origin: 'SOURCE_SYSTEM_REPORT', source: 'Compliance platform of the client', coversFrom: start, coversTo: end },
  )
  const columns = { keyColumn: 'occurrence', dateColumn: 'held_on' }
  await change(staff, 'importPopulation', 'populationId', population.id, { evidenceId, ...columns })
  await change(staff, 'freezePopulation', 'populationId', population.id, {
    completenessCheck: 'Compared with the occurrences that the period asks for, and with the calendar of the owner.',
    accuracyCheck: 'Traced each row to its minutes.',
    absenceCheck: nodes.length === 0 ? 'No occurrence fell due in the period, and the owner holds none.' : null,
  })
  return { populationId: population.id, count: nodes.length }
}
