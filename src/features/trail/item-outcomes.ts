import type { Row } from '../../kernel/store/row.js'
import { itemOutcome, type RecordedResult } from '../../rules/evaluation.js'
import type { ResultOutcome } from '../../rules/vocabulary.js'
import { Attribute } from '../procedure/attribute.js'
import { Result } from '../sample/result.js'
import { Sample } from '../sample/sample.js'
import { SampleItem } from '../sample/sample-item.js'
import { asRecorded } from '../sample/tally.js'
import type { RowMismatch } from './engagement-verification.js'

/**
 * The outcomes of sampled items, which the trail does not hold because they follow from results: gathered from the rows of an
 * engagement while these are verified, so that they are read once.
 */
export class ItemOutcomes {
  readonly #items = new Map<string, { sampleId: string; outcome: ResultOutcome | null }>()
  readonly #results = new Map<string, RecordedResult[]>()
  /** By sample: its procedure. By procedure: how many attributes it has. */
  readonly #procedures = new Map<string, string>()
  readonly #attributes = new Map<string, number>()

  /** Takes a row into account, of whatever class. */
  take(row: Row): void {
    if (row instanceof SampleItem) this.#items.set(row.id, { sampleId: row.sampleId, outcome: row.outcome })
    else if (row instanceof Sample) this.#procedures.set(row.id, row.procedureId)
    else if (row instanceof Attribute) {
      this.#attributes.set(row.procedureId, (this.#attributes.get(row.procedureId) ?? 0) + 1)
    } else if (row instanceof Result) {
      const results = this.#results.get(row.sampleItemId)
      if (results) results.push(asRecorded(row))
      else this.#results.set(row.sampleItemId, [asRecorded(row)])
    }
  }

  /** Items whose outcome does not follow from the results taken. */
  mismatches(): RowMismatch[] {
    return [...this.#items].flatMap(([nodeId, { sampleId, outcome }]) => {
      const attributes = this.#attributes.get(this.#procedures.get(sampleId) ?? '') ?? 0
      if (outcome === itemOutcome(this.#results.get(nodeId) ?? [], attributes)) return []
      return { nodeType: SampleItem.typeName, nodeId, reason: 'NOT_DERIVED' as const, fields: ['outcome'] }
    })
  }
}
