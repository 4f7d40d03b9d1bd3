import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import type { ControlForConclusion } from '../../rules/conclusions.js'
import { isLive } from '../../rules/exceptions.js'
import { Control } from '../control/control.js'
import { ControlReliance } from '../control/control-reliance.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { fellDueIn } from '../occurrence/fell-due.js'
import { Procedure } from '../procedure/procedure.js'
import { controlFigures } from '../sample/control-figures.js'
import { Sample } from '../sample/sample.js'
import { NoPopulationMark } from './no-population-mark.js'

/**
 * What a conclusion on a control is held against. The caller holds the control's lock; the general controls it relies on are
 * locked here, so that none of them is concluded otherwise before this conclusion stands.
 */
export async function conclusionFacts(tx: WriteTx, control: Control): Promise<ControlForConclusion> {
  const { id: controlId, engagementId, frequency, nature } = control
  const { kind } = await tx.load(Engagement, engagementId)
  const procedures = await tx.find(Procedure, { controlId })
  const samples = await tx.find(Sample, { procedureId: procedures.map(({ id }) => id) })
  const sampleOf = new Map(samples.map((sample) => [sample.procedureId, sample]))
  const reliances = await tx.find(ControlReliance, { controlId })
  const reliesOn = await tx.find(
    Control,
    { engagementId, id: reliances.map(({ reliesOnId }) => reliesOnId) },
    { order: { ref: 'asc' }, lock: 'share' },
  )
  const exceptions = await tx.find(Exception, { controlId })
  const loaders = Loaders.over(tx)
  const [figures] = await controlFigures(loaders, [control])
  return {
    engagementKind: kind,
    frequency,
    nature,
    procedures: procedures.map(({ id, aspects, methods, state, outcome }) => ({
      aspects,
      methods,
      state,
      outcome,
      items: itemsOf(sampleOf.get(id)),
    })),
    testedCount: figures?.testedCount ?? 0,
    supportsReliance: figures?.supportsReliance ?? null,
    exceptions: exceptions.filter(isLive).length,
    withoutPopulation: (await tx.one(NoPopulationMark, { controlId }))?.approvedAt != null,
    reliesOn: reliesOn.map(({ ref, operationConclusion }) => ({ ref, operation: operationConclusion })),
    fellDue: await fellDueIn(loaders, control),
  }
}

function itemsOf(sample: Sample | undefined): ControlForConclusion['procedures'][number]['items'] {
  if (!sample) return null
  const { testedCount, populationSize } = sample
  return { tested: testedCount, all: testedCount === populationSize }
}
