import { createHash } from 'node:crypto'
import type { Tx } from '../../data/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { SignOffLevel } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import { SignOff } from '../procedure/sign-off.js'
import { Sample } from '../sample/sample.js'

/**
 * What a signature covers: the control as it was tested, the procedure, its attributes, the record of its sample (with
 * the population’s digest), the items and their results. A preparer signs the explanations as proposed; what the reviewer decided about them is the
 * reviewer's, and part of what the reviewer signs.
 */
export type Digests = Readonly<Record<SignOffLevel, string>>

interface ItemRecord {
  sample_id: string
  position: number
  ordinal: number
  item_key: string
  drawn_as: string
  replaces_id: string | null
  results: Record<string, unknown>[] | null
}

const itemsWithResults = `
  select i.sample_id, i.position, i.ordinal, i.item_key, i.drawn_as, i.replaces_id,
    jsonb_agg(jsonb_build_object('attribute', a.letter, 'outcome', r.outcome, 'note', r.note,
      'alternativeProcedure', r.alternative_procedure, 'recordedBy', r.recorded_by,
      'explanation', r.explanation_reason, 'explainedBy', r.explained_by, 'explanationState', r.explanation_state,
      'decidedBy', r.explanation_decided_by, 'decisionNote', r.explanation_decision_note) order by a.letter)
      filter (where r.id is not null) as results
  from sample_item i
  left join result r on r.firm_id = i.firm_id and r.sample_item_id = i.id
  left join attribute a on a.firm_id = r.firm_id and a.id = r.attribute_id
  where i.firm_id = $1 and i.sample_id = any($2)
  group by i.firm_id, i.id order by i.sample_id, i.position`

/** The digests, SHA-256 as hex, of what there is to sign of these procedures now, by procedure. */
export async function digestsOf(tx: Tx, procedureIds: readonly string[]): Promise<ReadonlyMap<string, Digests>> {
  const procedures = await tx.find(Procedure, { id: procedureIds as string[] })
  const ids = procedures.map(({ id }) => id)
  const attributes = await tx.find(Attribute, { procedureId: ids }, { order: { letter: 'asc' } })
  const samples = await tx.find(Sample, { procedureId: ids })
  const items = await tx.query<ItemRecord>(itemsWithResults, [tx.firmId, samples.map(({ id }) => id)])
  const attributesOf = grouped(attributes, ({ procedureId }) => procedureId)
  const itemsOf = grouped(items, ({ sample_id }) => sample_id)
  const controls = await tx.find(Control, { id: procedures.map(({ controlId }) => controlId) })
  const controlOf = new Map(controls.map((control) => [control.id, control]))
  const sampleOf = new Map(samples.map((sample) => [sample.procedureId, sample]))
  return new Map(
    procedures.map((procedure) => {
      const sample = sampleOf.get(procedure.id) ?? null
      const digest = (level: SignOffLevel) =>
        createHash('sha256')
          .update(
            canonicalJson({
              procedure: describe(procedure),
              control: tested(controlOf.get(procedure.controlId) as Control),
              attributes: (attributesOf.get(procedure.id) ?? []).map(({ letter, description }) => ({
                letter,
                description,
              })),
              sample: sample && recordOf(sample),
              items: (sample ? (itemsOf.get(sample.id) ?? []) : []).map((item) => seenBy(level, item)),
            }),
          )
          .digest('hex')
      return [procedure.id, { PREPARER: digest('PREPARER'), REVIEWER: digest('REVIEWER') }]
    }),
  )
}

/**
 * The procedures, of those of an engagement, that have a signature in force on other content than they have now. The
 * caller has seen that the actor is on the engagement's team.
 */
export async function staleProcedures(tx: Tx, engagementId: string): Promise<ReadonlySet<string>> {
  const inForce = await tx.find(SignOff, { engagementId, withdrawnAt: null })
  const digests = await digestsOf(tx, [...new Set(inForce.map(({ procedureId }) => procedureId))])
  return new Set(inForce.filter((signOff) => isStale(signOff, digests)).map(({ procedureId }) => procedureId))
}

/** Whether the content is no longer what was signed. */
export const isStale = (signOff: SignOff, digests: ReadonlyMap<string, Digests>): boolean =>
  digests.get(signOff.procedureId)?.[signOff.level] !== signOff.contentDigest

function grouped<T>(all: readonly T[], by: (one: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(by(one))
    if (group) group.push(one)
    else groups.set(by(one), [one])
  }
  return groups
}

const tested = ({ title, description, frequency, nature, type }: Control) => ({
  title,
  description,
  frequency,
  nature,
  type,
})

const describe = (procedure: Procedure) => ({
  controlId: procedure.controlId,
  ref: procedure.ref,
  method: procedure.method,
  aspect: procedure.aspect,
  objective: procedure.objective,
  steps: procedure.steps,
  workpaperRef: procedure.workpaperRef,
  outcome: procedure.outcome,
  outcomeNote: procedure.outcomeNote,
  personsAsked: procedure.personsAsked,
})

const recordOf = (sample: Sample) => ({
  populationId: sample.populationId,
  populationDigest: sample.populationDigest,
  populationSize: sample.populationSize,
  basis: sample.basis,
  method: sample.method,
  risk: sample.risk,
  confidenceBp: sample.confidenceBp,
  tolerableRateBp: sample.tolerableRateBp,
  expectedRateBp: sample.expectedRateBp,
  recommendedSize: sample.recommendedSize,
  size: sample.size,
  sizeReason: sample.sizeReason,
  algorithm: sample.algorithm,
  algorithmVersion: sample.algorithmVersion,
  seed: sample.seed,
  parameters: sample.parameters,
})

function seenBy(level: SignOffLevel, { sample_id, results, ...item }: ItemRecord) {
  const seen = (results ?? []).map(({ explanationState, decidedBy, decisionNote, ...said }) =>
    level === 'REVIEWER' ? { ...said, explanationState, decidedBy, decisionNote } : said,
  )
  return { ...item, results: seen }
}
