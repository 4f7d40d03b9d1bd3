import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { BASIS_POINTS, wholeNumber } from '../../rules/figures.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { acceptedDeviations, chosenSize, SAMPLE_MAX } from '../../rules/sampling.js'
import { isStatistical, SELECTION_ALGORITHM, usesSeed } from '../../rules/selection.js'
import { checkExtension, checkStages, kindOfExtension } from '../../rules/stages.js'
import { Control } from '../control/control.js'
import { Population } from '../population/population.js'
import { populationAfter } from '../population/succession.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import { drawnPlaces, pickedPlaces, takeIn } from './draw.js'
import { furtherDraw } from './further-draw.js'
import type { DrawSampleInput, ExtendSampleInput } from './sample.inputs.js'
import { EXTENSIONS_MAX, type ExtensionRecord, parametersOf, Sample } from './sample.js'
import { placesInSample } from './sample.queries.js'
import { sizingOf } from './sizing.js'

const invalid = (message: string, ...path: string[]) => new Refusal('INVALID_INPUT', message, path)

/** Draws a procedure's sample. Of two draws at once one finds the other's sample. Where deviations were found in what another procedure
 * of the control drew, a draw that adds items is an extension of that: `furtherDraw`. */
export async function drawSample(tx: WriteTx, input: DrawSampleInput): Promise<{ sample: Sample }> {
  const procedure = await loadLocked(tx, input.procedureId)
  await tx.permit(procedure)
  const restsOnIds = await checkPapers(tx, procedure.engagementId, input.restsOnIds)
  const population = await tx.load(Population, input.populationId)
  const populationSize = await checkPopulation(tx, population, procedure)
  checkChoices(input, population)
  const { sizing, recommendation } = await sizingOf(tx, input, population)
  const size = chosenSize({
    recommendation,
    size: sizeAsked(input, populationSize),
    reason: input.sizeReason ?? null,
    populationSize,
  })
  const { method } = input
  const acceptedDeviationCount = acceptedDeviations(recommendation, size)
  const stages = (input.stages ?? []).map(({ additionalCount, acceptedDeviationCount: accepted }) => ({
    additionalCount,
    acceptedDeviationCount: accepted,
  }))
  const rates = { confidence: sizing.confidenceBp / BASIS_POINTS, tolerableRate: sizing.tolerableRateBp / BASIS_POINTS }
  checkStages(stages, { ...sizing, ...rates, method, size, acceptedDeviationCount, populationSize })
  const stratumColumn = input.stratumColumn ?? null
  const seed = usesSeed(method) ? population.seed : null
  const places = isStatistical(method)
    ? await drawnPlaces(tx, population, { method, seed, draws: [size], stratumColumn })
    : await pickedPlaces(tx, population, method, input.itemKeys ?? [])
  const further = await furtherDraw(tx, population, places, { ...input, restsOnIds })
  const sample = await tx.insert(Sample, {
    ...sizing,
    method,
    sizeReason: input.sizeReason ?? null,
    algorithm: SELECTION_ALGORITHM.name,
    algorithmVersion: SELECTION_ALGORITHM.version,
    isStatistical: isStatistical(method),
    engagementId: procedure.engagementId,
    procedureId: procedure.id,
    populationId: population.id,
    size,
    acceptedDeviationCount: further ? leastOf(acceptedDeviationCount, further.acceptedBefore) : acceptedDeviationCount,
    seed,
    parameters: JSON.stringify({
      draws: [size],
      stratumColumn,
      stages,
      extensions: further ? [further.record] : [],
    }),
    populationDigest: population.digest as string,
    populationSize,
    itemCount: 0,
    testedCount: 0,
    deviationCount: 0,
    noDeviationCount: 0,
    unableToTestCount: 0,
    notApplicableCount: 0,
  })
  await takeIn(tx, sample, population, { places, drawnAs: further ? 'EXTENSION' : 'INITIAL' })
  await tx.update(sample, { itemCount: places.length })
  return { sample }
}

/**
 * Adds to a sample. What was drawn before stays; results recorded before stay. Refused, beside what is no item left: an extension that
 * no stage fixed before the draw allows and that leaves items untested, by others than the engagement partner, or without a reason
 * and a paper it rests on.
 */
export async function extendSample(tx: WriteTx, input: ExtendSampleInput): Promise<{ sample: Sample }> {
  const { procedureId } = await tx.load(Sample, input.sampleId)
  await tx.permit(await loadLocked(tx, procedureId))
  const sample = await tx.load(Sample, input.sampleId, input.expectedVersion)
  const population = await tx.load(Population, sample.populationId)
  const places = isStatistical(sample.method)
    ? await nextPlaces(tx, sample, population, input.additionalCount)
    : await furtherPicks(tx, sample, population, input)
  const parameters = parametersOf(sample)
  const asked = isStatistical(sample.method) ? (input.additionalCount as number) : places.length
  const extension = await extensionOf(tx, sample, input, asked)
  await takeIn(tx, sample, population, { places, drawnAs: 'EXTENSION' })
  const planned = extension.kind === 'PLANNED' ? parameters.stages[parameters.extensions.length] : null
  await tx.update(sample, {
    size: sample.size + places.length,
    itemCount: sample.itemCount + places.length,
    // What was not planned never raises what is accepted.
    acceptedDeviationCount: planned?.acceptedDeviationCount ?? sample.acceptedDeviationCount,
    parameters: JSON.stringify({
      ...parameters,
      draws: [...parameters.draws, places.length],
      extensions: [...parameters.extensions, extension],
    }),
  })
  return { sample }
}

const leastOf = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? one : Math.min(one, other)

/**
 * A procedure, locked after its control: what several procedures of the control draw is counted together, and which population is in
 * force stays so until the draw is made.
 */
async function loadLocked(tx: WriteTx, id: string): Promise<Procedure> {
  const { controlId } = await tx.load(Procedure, id)
  await tx.load(Control, controlId, undefined, 'update')
  return tx.load(Procedure, id, undefined, 'update')
}

/** The record of an extension, if it may be made: `checkExtension`. */
async function extensionOf(
  tx: WriteTx,
  sample: Sample,
  { reason = null, restsOnIds }: ExtendSampleInput,
  additionalCount: number,
): Promise<ExtensionRecord> {
  const { stages, extensions } = parametersOf(sample)
  const remaining = sample.populationSize - sample.itemCount
  const before = extensions.map(({ kind }) => kind)
  const kind = kindOfExtension(stages, before, { additionalCount, remaining })
  const papers = await checkPapers(tx, sample.engagementId, restsOnIds, [sample.id])
  checkExtension(kind, { reason, restsOnIds: papers, role: tx.actor.team.get(sample.engagementId) ?? null })
  return {
    kind,
    additionalCount,
    reason: reason?.trim() ? reason : null,
    restsOnIds: papers,
    memberId: tx.actor.memberId,
    at: tx.now.toISOString(),
    sizeBefore: sample.size,
    testedCountBefore: sample.testedCount,
    deviationCountBefore: sample.deviationCount,
  }
}

async function nextPlaces(
  tx: WriteTx,
  sample: Sample,
  population: Population,
  additionalCount: number | null | undefined,
): Promise<number[]> {
  const range = { min: 1, max: itemsLeft(sample) }
  const count = wholeNumber('The number of further items', additionalCount ?? 0, range, ['additionalCount'])
  const { draws, stratumColumn } = parametersOf(sample)
  const { method, seed } = sample
  return drawnPlaces(tx, population, { method, seed, stratumColumn, draws: [...draws, count] })
}

async function furtherPicks(
  tx: WriteTx,
  sample: Sample,
  population: Population,
  input: ExtendSampleInput,
): Promise<number[]> {
  const keys = input.itemKeys ?? []
  const places = await pickedPlaces(tx, population, sample.method, keys)
  if (sample.itemCount + places.length > SAMPLE_MAX) {
    throw invalid(`A sample has at most ${SAMPLE_MAX.toLocaleString('en-US')} items.`, 'itemKeys')
  }
  const had = await placesInSample(scopeOf(tx, sample), sample, places)
  const again = (at: number) => new Refusal('INVALID_INPUT', 'This item is in the sample already.', ['itemKeys', at])
  checkEach(places.flatMap((place, at) => (had.has(place) ? again(at) : [])))
  return places
}

/** There is no sample yet, something to check items for, and a frozen population with items to draw from. */
export const drawSampleGate: Gate<Procedure> = async ({ id, controlId }, { loaders, isAct }) => {
  const sampled = await loaders.child(Sample, 'procedureId', id)
  if (sampled) throw new Refusal('ALREADY_EXISTS', 'The procedure has a sample already: extend it.', ['procedureId'])
  const attributes = await loaders.children(Attribute, 'procedureId', id, { letter: 'asc' })
  if (attributes.length === 0) {
    throw new Refusal('NOT_READY', 'Say first what the items are to be checked for.', [], {
      blockers: [{ code: 'NO_ATTRIBUTE', message: 'The procedure has no attribute.', node: id }],
    })
  }
  if (isAct) return
  const populations = await loaders.children(Population, 'controlId', controlId, { id: 'asc' })
  const frozen = populations.filter(({ state }) => state === 'FROZEN')
  const superseded = new Set(frozen.map(({ supersedesId }) => supersedesId))
  if (frozen.some((one) => one.itemCount && !superseded.has(one.id))) return
  throw new Refusal('NOT_READY', 'Freeze a population of the control first.', [], {
    blockers: [{ code: 'NO_POPULATION', message: 'The control has no frozen population with items.', node: controlId }],
  })
}

/** What is recorded, and what is added, belongs to a sample. */
export const noSample = ({ id }: Procedure): Refusal =>
  new Refusal('NOT_READY', 'Draw the sample first.', [], {
    blockers: [{ code: 'NO_SAMPLE', message: 'The procedure has no sample.', node: id }],
  })

/** The procedure has a sample. The act itself reads it along with what it locks. */
export const recordingGate: Gate<Procedure> = async (procedure, { loaders, isAct }) => {
  if (isAct || (await loaders.child(Sample, 'procedureId', procedure.id))) return
  throw noSample(procedure)
}

/** There is a sample, it was not extended too often, and items are left to add. */
export const extendSampleGate: Gate<Procedure> = async (procedure, { loaders }) => {
  const sample = await loaders.child(Sample, 'procedureId', procedure.id)
  if (!sample) throw noSample(procedure)
  if (parametersOf(sample).extensions.length >= EXTENSIONS_MAX) {
    throw new Refusal('LIMIT_REACHED', `The sample was extended ${EXTENSIONS_MAX} times already, which is the most.`)
  }
  const later = await loaders.children(Population, 'supersedesId', sample.populationId, { id: 'asc' })
  if (later.some(({ state }) => state === 'FROZEN')) {
    throw new Refusal('INVALID_INPUT', 'Another population took the place of its own: draw from that one.', [
      'sampleId',
    ])
  }
  const path = isStatistical(sample.method) ? 'additionalCount' : 'itemKeys'
  if (itemsLeft(sample) < 1) throw invalid('No item is left to add.', path)
}

const itemsLeft = ({ populationSize, itemCount }: Sample) => Math.min(populationSize, SAMPLE_MAX) - itemCount

/** Returns how many items the population has. */
async function checkPopulation(tx: WriteTx, population: Population, procedure: Procedure): Promise<number> {
  if (population.controlId !== procedure.controlId) {
    throw invalid('The population is of another control than the procedure.', 'populationId')
  }
  if (population.state !== 'FROZEN') {
    throw invalid('The population is a draft: freeze it, so that the same sample can be drawn again.', 'populationId')
  }
  if (!population.itemCount) {
    throw invalid('The population has no items: there is nothing to draw; the outcome is NOT_OPERATED.', 'populationId')
  }
  if (await populationAfter(tx, population)) {
    throw invalid('Another population took its place: draw from that one.', 'populationId')
  }
  return population.itemCount
}

/** What is given must mean something under the method chosen: a value that is silently ignored misleads. */
function checkChoices(input: DrawSampleInput, population: Population): void {
  const { method, itemKeys, stratumColumn } = input
  if (itemKeys && isStatistical(method)) throw invalid(`Under ${method} the service selects the items.`, 'itemKeys')
  if (method === 'STRATIFIED') {
    if (!stratumColumn || !population.columns?.includes(stratumColumn)) {
      throw invalid(`Name the column of the strata: ${population.columns?.join(', ')}.`, 'stratumColumn')
    }
  } else if (stratumColumn) throw invalid(`${method} knows no strata.`, 'stratumColumn')
}

/** Picked items and an entire population bring their own size. */
function sizeAsked({ method, size, itemKeys }: DrawSampleInput, populationSize: number): number | null {
  const own = method === 'ENTIRE_POPULATION' ? populationSize : itemKeys?.length
  if (own !== undefined && size && size !== own) throw invalid(`The size is that of the items: ${own}.`, 'size')
  return own ?? size ?? null
}
