import { notFound } from '../../kernel/access/faults.js'
import { firmScope, scopeOf } from '../../kernel/store/scope.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { correctedFrom, wrongWithResult } from '../../rules/evaluation.js'
import { proposedBy, whyNotCorrected } from '../../rules/explanations.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { Member } from '../firm/member.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import type { RecordResultInput, RecordResultsInput, ResultEntryInput } from './result.inputs.js'
import { Result } from './result.js'
import { type Explanation, itemsToRecord, saveCorrections } from './result.queries.js'
import { noSample } from './sample.actions.js'
import { Sample } from './sample.js'
import type { Tested } from './sample.queries.js'
import { SampleItem } from './sample-item.js'
import { asRecorded, type Recorded, updateOutcomes } from './tally.js'

/** What is to be recorded of one item for one attribute. */
export type ResultEntry = Pick<
  ResultEntryInput,
  'sampleItemId' | 'attribute' | 'outcome' | 'note' | 'alternativeProcedure' | 'expectedVersion'
>

/** What entries are held against: the sample they are to belong to, and what is recorded already. */
export interface Records {
  procedure: Procedure
  sample: Sample
  attributes: ReadonlyMap<string, Attribute>
  items: ReadonlyMap<string, Tested>
  recorded: ReadonlyMap<string, Result>
}

const cell = (itemId: string, attributeId: string) => `${itemId} ${attributeId}`

/** Records one result, or corrects it by its version. What stood there before stays in the trail. */
export async function recordResult(
  tx: WriteTx,
  input: RecordResultInput,
): Promise<{ result: Result; sampleItem: SampleItem; sample: Sample }> {
  const item = await tx.load(SampleItem, input.sampleItemId)
  const { procedureId } = await tx.load(Sample, item.sampleId)
  const sheet = await openRecords(tx, procedureId, [input])
  const fault = faultOfEntry(sheet, input, [], await recordersOf(tx, sheet, [input]))
  if (fault) throw fault
  const [result] = await saveEntries(tx, sheet, [input])
  return { result: result as Result, sampleItem: Object.assign(item, sheet.items.get(item.id)), sample: sheet.sample }
}

/** Records many results: all of them, or none and the reason for each that cannot be, at its place in the list. */
export async function recordResults(
  tx: WriteTx,
  input: RecordResultsInput,
): Promise<{ sample: Sample; results: Result[] }> {
  const sheet = await openRecords(tx, input.procedureId, input.results)
  const recorders = await recordersOf(tx, sheet, input.results)
  const seen = new Map<string, number>()
  checkEach(
    input.results.flatMap((entry, at) => {
      const place = cell(entry.sampleItemId, entry.attribute)
      const first = seen.get(place)
      if (first === undefined) {
        seen.set(place, at)
        return faultOfEntry(sheet, entry, ['results', at], recorders) ?? []
      }
      const message = `The entry at results.${first} is about the same attribute of this item.`
      return new Refusal('INVALID_INPUT', message, ['results', at, 'sampleItemId'])
    }),
  )
  return { results: await saveEntries(tx, sheet, input.results), sample: sheet.sample }
}

/**
 * Locks the procedure: from here on no other act records in it or signs it until this one is done. What is asked along with
 * that is read after it, in the same round trip.
 */
export async function openRecords(tx: WriteTx, procedureId: string, entries: readonly ResultEntry[]): Promise<Records> {
  if (!isUuid(procedureId)) throw notFound(procedureId)
  const ids = [...new Set(entries.map(({ sampleItemId }) => sampleItemId))].filter(isUuid)
  const [procedure, sample, attributes, items, recorded] = await Promise.all([
    tx.load(Procedure, procedureId, undefined, 'update'),
    tx.one(Sample, { procedureId }),
    tx.find(Attribute, { procedureId }),
    itemsToRecord(firmScope(tx), procedureId, ids),
    tx.find(Result, { sampleItemId: ids }),
  ])
  await tx.permit(procedure)
  if (!sample) throw noSample(procedure)
  const own = items.filter(({ sampleId }) => sampleId === sample.id)
  return {
    procedure,
    sample,
    items: new Map(own.map((item) => [item.id, item])),
    attributes: new Map(attributes.map((attribute) => [attribute.letter, attribute])),
    recorded: new Map(recorded.map((result) => [cell(result.sampleItemId, result.attributeId), result])),
  }
}

/** By the id of a result that is recorded otherwise than an entry expects: the name of who recorded it. Read only where there is one. */
type Recorders = ReadonlyMap<string, string>

async function recordersOf(tx: WriteTx, sheet: Records, entries: readonly ResultEntry[]): Promise<Recorders> {
  const others = entries.flatMap(({ sampleItemId, attribute, expectedVersion }) => {
    const before = sheet.recorded.get(cell(sampleItemId, sheet.attributes.get(attribute)?.id ?? ''))
    return before && before.version !== expectedVersion ? [before] : []
  })
  if (others.length === 0) return new Map()
  const members = await tx.find(Member, { id: [...new Set(others.map(({ recordedBy }) => recordedBy))] })
  const names = new Map(members.map(({ id, name }) => [id, name]))
  return new Map(others.map(({ id, recordedBy }) => [id, names.get(recordedBy) ?? 'Another person']))
}

/**
 * Why an entry cannot be recorded; null where it can.
 * @param at where the entry stands in the input
 * @param recorders who recorded what an entry did not expect, where that is to be told
 */
export function faultOfEntry(
  sheet: Records,
  entry: ResultEntry,
  at: readonly (string | number)[],
  recorders: Recorders = new Map(),
): Refusal | null {
  const invalid = (field: string, message: string) => new Refusal('INVALID_INPUT', message, [...at, field])
  if (!sheet.items.has(entry.sampleItemId)) {
    return new Refusal('NOT_FOUND', 'The sample has no such item.', [...at, 'sampleItemId'])
  }
  const attribute = sheet.attributes.get(entry.attribute)
  if (!attribute) {
    const letters = [...sheet.attributes.keys()].sort().join(', ')
    return invalid('attribute', `The procedure has no such attribute; it has ${letters}.`)
  }
  const before = sheet.recorded.get(cell(entry.sampleItemId, attribute.id))
  if ((before?.version ?? null) === (entry.expectedVersion ?? null)) {
    // A note that stayed would speak of another outcome.
    const isOutdated =
      before !== undefined && before.outcome !== entry.outcome && before.note !== null && entry.note === undefined
    const content = contentOf(entry, before)
    const wrong =
      (before && whyNotCorrected(asSaid(before), content)) ??
      wrongWithResult({ ...content, note: isOutdated ? null : content.note })
    if (wrong) return invalid(wrong.field, wrong.message)
    if (!isOutdated) return null
    return invalid('note', 'The note was written for another outcome: give it again, or null to clear it.')
  }
  if (!before) return invalid('expectedVersion', 'Nothing is recorded yet: leave the version out.')
  const when = before.recordedAt.toISOString().slice(0, 16).replace('T', ' ')
  const message = `${recorders.get(before.id) ?? 'Another person'} recorded ${before.outcome} on ${when} UTC, at version ${before.version}: read it, then give its version to change it.`
  return new Refusal('VERSION_CONFLICT', message, [...at, 'expectedVersion'], { currentVersion: before.version })
}

/** Saves what was said and what follows from it: sent together, in this order, and waited for as one. */
export async function saveEntries(tx: WriteTx, sheet: Records, entries: readonly ResultEntry[]): Promise<Result[]> {
  const { procedure, sample, attributes, recorded } = sheet
  const said = entries.map((entry) => {
    const attribute = attributes.get(entry.attribute) as Attribute
    return { entry, attribute, before: recorded.get(cell(entry.sampleItemId, attribute.id)) }
  })
  const fresh = said.flatMap(({ entry, attribute, before }) =>
    before
      ? []
      : [
          {
            sampleItemId: entry.sampleItemId,
            attributeId: attribute.id,
            ...resultIn(tx, contentOf(entry)),
          },
        ],
  )
  const common = {
    engagementId: procedure.engagementId,
    procedureId: procedure.id,
    sampleId: sample.id,
    recordedBy: tx.actor.memberId,
    recordedAt: tx.now,
  }
  const changes = said.flatMap(({ entry, before }) => (before ? [{ entry, before }] : []))
  const [made] = await Promise.all([
    tx.insertMany(Result, fresh, { common }),
    changes.length > 0 ? correct(tx, changes) : null,
    updateOutcomes(tx, sample, afterwards(sheet, said), attributes.size),
  ])
  const now = new Map(made.map((result) => [cell(result.sampleItemId, result.attributeId), result]))
  return said.map(
    ({ entry, attribute, before }) => before ?? (now.get(cell(entry.sampleItemId, attribute.id)) as Result),
  )
}

/** The items that were spoken of, with every result they have once this is saved: what is said of them is approved by no person yet. */
function afterwards(
  { items, recorded }: Records,
  said: readonly { entry: ResultEntry; attribute: Attribute }[],
): Recorded {
  const results = new Map([...recorded].map(([place, result]) => [place, asRecorded(result)]))
  for (const { entry, attribute } of said) {
    const place = cell(entry.sampleItemId, attribute.id)
    const content = contentOf(entry, recorded.get(place))
    results.set(place, {
      item: entry.sampleItemId,
      attribute: attribute.id,
      outcome: content.outcome,
      explanation: proposedBy(content) && 'PROPOSED',
    })
  }
  return { items: [...items.values()], results: [...results.values()] }
}

/** What an entry says of a result. Where one is recorded already, what is absent stays as it is. */
const contentOf = ({ outcome, note, alternativeProcedure }: ResultEntry, before?: Result): Content => {
  const stands = before?.outcome === 'UNABLE_TO_TEST' && outcome === before.outcome ? proposedInstead(before) : null
  return {
    outcome,
    note: (note === undefined ? before?.note : note) ?? null,
    alternativeProcedure: (alternativeProcedure === undefined ? stands : alternativeProcedure) ?? null,
  }
}

type Content = Pick<Result, 'outcome' | 'note'> & { alternativeProcedure: string | null }

/** The alternative procedure of an explanation that waits to be decided on. */
const proposedInstead = ({ explanationState, explanationAlternativeProcedure }: Result): string | null =>
  explanationState === 'PROPOSED' ? explanationAlternativeProcedure : null

/** What the rules on corrections ask of a recorded result. */
const asSaid = (result: Result) => ({ ...result, alternativeProcedure: proposedInstead(result) })

/** What is kept of what was said: what it proposes (`proposedBy`) has the note as its reason, and who records it proposes it. */
function resultIn(tx: WriteTx, content: Content): Pick<Result, 'outcome' | 'note'> & Explanation {
  const { outcome, note, alternativeProcedure } = content
  const kind = proposedBy(content)
  const isProposed = kind !== null
  return {
    outcome,
    note,
    explanationState: isProposed ? 'PROPOSED' : null,
    explanationKind: kind,
    explanationReason: isProposed ? note : null,
    explanationAlternativeProcedure: alternativeProcedure,
    explainedBy: isProposed ? tx.actor.memberId : null,
    explainedAt: isProposed ? tx.now : null,
    explanationDecidedBy: null,
    explanationDecidedAt: null,
    explanationDecisionNote: null,
  }
}

/** Changes results as one statement. An explanation was about what stood there before: it goes with it. */
async function correct(tx: WriteTx, changes: readonly { entry: ResultEntry; before: Result }[]): Promise<void> {
  const corrections = changes.map(({ entry, before }) => {
    const said = {
      ...resultIn(tx, contentOf(entry, before)),
      correctedFrom: correctedFrom(before, entry.outcome),
    }
    return { before, said }
  })
  const rows = corrections.map(({ before }) => before)
  if (rows.length > 0) await saveCorrections(scopeOf(tx, ...rows), corrections)
  for (const { before, said } of corrections) {
    const after = { ...said, recordedBy: tx.actor.memberId, recordedAt: tx.now }
    const keys = Object.keys(after).filter((key) => before[key as keyof Result] !== after[key as keyof typeof after])
    const pick = (from: object) => Object.fromEntries(keys.map((key) => [key, from[key as keyof typeof from]]))
    tx.note(before, { before: pick(before), after: pick(after) })
    Object.assign(before, after, { version: before.version + 1 })
  }
}
