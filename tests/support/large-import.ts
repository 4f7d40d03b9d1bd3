import { randomUUID } from 'node:crypto'
import type { BroughtFile, Person, Provenance, Selected } from '../../seeds/api.js'
import type { AuditFirm } from './audit-firm.js'

/** A list of so many rows: each takes 220 bytes of the file, and more in the database. */
export function longList(count: number): BroughtFile {
  const rows = Array.from({ length: count }, (_, n) => `C-${n},2025-03-01,${'why '.repeat(50)}`)
  return { name: 'long.csv', content: Buffer.from(`id,when,note\n${rows.join('\n')}\n`) }
}

export const fromTheSource: Provenance = { origin: 'SOURCE_SYSTEM_REPORT', source: 'Repository' }

/**
 * Describes a population, brings a list of so many rows, and answers what imports it, as often as it is called: the same act.
 */
export async function largeImport(staff: Person, { engagementId, controlId }: AuditFirm, count: number) {
  const origin = { sourceSystem: 'Repository', query: 'All', parameters: 'None', extractedBy: 'The client' }
  const described = { controlId, title: 'A long list', ...origin, extractedAt: '2025-12-31T00:00:00Z' }
  const { population } = await staff.does('createPopulation', described, 'population { id }')
  const evidenceId = await staff.brings(engagementId, longList(count), fromTheSource)
  const columns = { keyColumn: 'id', dateColumn: 'when' }
  const input = {
    idempotencyKey: randomUUID(),
    populationId: population.id,
    expectedVersion: 1,
    evidenceId,
    ...columns,
  }
  return (): Promise<Selected> => staff.does('importPopulation', input, 'population { itemCount }')
}
