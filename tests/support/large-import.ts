import { randomUUID } from 'node:crypto'
import type { Person, Selected } from '../../seeds/api.js'
import type { AuditFirm } from './audit-firm.js'

/**
 * Describes a population and answers what imports a list of so many rows into it, as often as it is called: the same act.
 * Each row takes 220 bytes of the file, and more in the database.
 */
export async function largeImport(staff: Person, { controlId }: AuditFirm, count: number) {
  const origin = { sourceSystem: 'Repository', query: 'All', parameters: 'None', extractedBy: 'The client' }
  const described = { controlId, title: 'A long list', ...origin, extractedAt: '2025-12-31T00:00:00Z' }
  const { population } = await staff.does('createPopulation', described, 'population { id }')
  const rows = Array.from({ length: count }, (_, n) => `C-${n},2025-03-01,${'why '.repeat(50)}`)
  const file = { name: 'long.csv', content: Buffer.from(`id,when,note\n${rows.join('\n')}\n`) }
  const input = {
    idempotencyKey: randomUUID(),
    populationId: population.id,
    expectedVersion: 1,
    keyColumn: 'id',
    dateColumn: 'when',
  }
  return (): Promise<Selected> => staff.sends('importPopulation', input, file, 'population { itemCount }')
}
