import { createHash } from 'node:crypto'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Whole } from '../../kernel/store/row.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { SignOffLevel } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { UpdateAnswer } from '../interim/update-answer.js'
import { updateDaysOf } from '../interim/update-matters.js'
import { Attribute } from '../procedure/attribute.js'
import { Procedure } from '../procedure/procedure.js'
import { SignOff } from '../procedure/sign-off.js'
import { Sample } from '../sample/sample.js'
import { Walkthrough } from '../walkthrough/walkthrough.js'
import { digestOfWorkpaper, Workpaper } from '../workpaper/workpaper.js'
import { evidenceOfProcedures, evidenceOfWalkthroughs, type ItemRecord, itemsWithResults } from './signing.queries.js'

/**
 * What a signature covers: the control as it was tested, the procedure with its evidence, its attributes, its walkthroughs, its answers as an update procedure, the record of its sample (with
 * the population’s digest), the items, their results and the evidence of each. A preparer signs the explanations as proposed; what the reviewer decided about them is the
 * reviewer's, and part of what the reviewer signs.
 */
export type Digests = Readonly<Record<SignOffLevel, string>>

/** All of it but the items and their results: few rows, whatever the size of the sample. */
interface Frame {
  sample: Sample | null
  said: {
    procedure: object
    evidence: string[][]
    control: object
    attributes: object[]
    walkthroughs: object[]
    updateAnswers: object[]
    sample: object | null
  }
  /** SHA-256 as hex. */
  digest: string
}

/** What there is to sign of a procedure now, and by what it is known whether it is still there. */
export interface Content {
  digests: Digests
  frameDigest: string
  /** Another one after each change of the items and their results (`Row.marks`). */
  contentMark: string | null
}

const sha256 = (content: unknown): string => createHash('sha256').update(canonicalJson(content)).digest('hex')

async function framesOf(tx: Tx, procedureIds: readonly string[]): Promise<ReadonlyMap<string, Frame>> {
  const procedures = await tx.find(Procedure, { id: procedureIds }, { whole: true })
  const ids = procedures.map(({ id }) => id)
  const [linked, attributes, samples, walkthroughs, answers] = await Promise.all([
    ids.length > 0 ? evidenceOfProcedures(scopeOf(tx, ...procedures), procedures) : [],
    tx.find(Attribute, { procedureId: ids }, { order: { letter: 'asc' }, byKey: true }),
    tx.find(Sample, { procedureId: ids }, { byKey: true }),
    walkthroughsOf(tx, ids),
    updateAnswersOf(tx, procedures),
  ])
  const controlIds = [...new Set(procedures.map(({ controlId }) => controlId))]
  const controls = await tx.find(Control, { id: controlIds }, { whole: true })
  const attributesOf = grouped(attributes, ({ procedureId }) => procedureId)
  const evidenceLinked = grouped(linked, ({ procedureId }) => procedureId)
  const controlOf = new Map(controls.map((control) => [control.id, control]))
  const sampleOf = new Map(samples.map((sample) => [sample.procedureId, sample]))
  return new Map(
    procedures.map((procedure) => {
      const sample = sampleOf.get(procedure.id) ?? null
      const said = {
        procedure: describe(procedure),
        evidence: (evidenceLinked.get(procedure.id) ?? []).map(({ evidenceId, sha256 }) => [evidenceId, sha256]),
        control: tested(controlOf.get(procedure.controlId) as Whole<Control>),
        attributes: (attributesOf.get(procedure.id) ?? []).map(({ letter, description }) => ({ letter, description })),
        walkthroughs: walkthroughs.get(procedure.id) ?? [],
        updateAnswers: answers.get(procedure.id) ?? [],
        sample: sample && recordOf(sample),
      }
      return [procedure.id, { sample, said, digest: sha256(said) }]
    }),
  )
}

/** What was recorded of walkthroughs in these procedures, each with its evidence, by procedure. */
async function walkthroughsOf(tx: Tx, procedureIds: readonly string[]): Promise<ReadonlyMap<string, object[]>> {
  const made = await tx.find(Walkthrough, { procedureId: procedureIds }, { order: { id: 'asc' }, byKey: true })
  const linked = made.length > 0 ? await evidenceOfWalkthroughs(scopeOf(tx, ...made), made) : []
  const evidenceOf = grouped(linked, ({ walkthroughId }) => walkthroughId)
  const said = made.map(({ id, procedureId, performedOn, personAsked, roleAsked, traced, seen, performedBy }) => ({
    procedureId,
    record: {
      ...{ performedOn, personAsked, roleAsked, traced, seen, performedBy },
      evidence: (evidenceOf.get(id) ?? []).map(({ evidenceId, sha256 }) => [evidenceId, sha256]),
    },
  }))
  const byProcedure = grouped(said, ({ procedureId }) => procedureId)
  return new Map([...byProcedure].map(([id, all]) => [id, all.map(({ record }) => record)]))
}

/** What was answered to the matters that update procedures must look at, by procedure. */
async function updateAnswersOf(tx: Tx, procedures: readonly Procedure[]): Promise<ReadonlyMap<string, object[]>> {
  const ids = procedures.filter((one) => updateDaysOf(one) !== null).map(({ id }) => id)
  const given = ids.length > 0 ? await tx.find(UpdateAnswer, { procedureId: ids }, { order: { kind: 'asc' } }) : []
  const answersOf = grouped(given, ({ procedureId }) => procedureId)
  const said = ({ kind, answer, coversFrom, coversTo, aboutIds, aboutVersions, labels, answeredBy }: UpdateAnswer) => ({
    ...{ kind, answer, coversFrom, coversTo, aboutIds, aboutVersions, labels, answeredBy },
  })
  return new Map([...answersOf].map(([id, all]) => [id, all.map(said)]))
}

/**
 * What there is to sign of these procedures now, by procedure. The mark is read before the items: while it stays the same, the
 * items are those that were read.
 */
export async function contentsOf(tx: Tx, procedureIds: readonly string[]): Promise<ReadonlyMap<string, Content>> {
  const frames = await framesOf(tx, procedureIds)
  const samples = [...frames.values()].flatMap(({ sample }) => sample ?? [])
  const items = samples.length > 0 ? await itemsWithResults(scopeOf(tx, ...samples), samples) : []
  const itemsOf = grouped(items, ({ sample_id }) => sample_id)
  return new Map(
    [...frames].map(([procedureId, { sample, said, digest }]) => {
      const drawn = sample ? (itemsOf.get(sample.id) ?? []) : []
      const at = (level: SignOffLevel) => sha256({ ...said, items: drawn.map((item) => seenBy(level, item)) })
      const digests = { PREPARER: at('PREPARER'), REVIEWER: at('REVIEWER') }
      return [procedureId, { digests, frameDigest: digest, contentMark: sample?.contentMark ?? null }]
    }),
  )
}

/**
 * The signatures in force, of those on the procedures of an engagement, that are on other content than there is now. The
 * caller has seen that the actor is on the engagement's team.
 */
export const staleSignOffs = (loaders: Loaders, engagementId: string, how: Comparison): Promise<readonly SignOff[]> =>
  loaders
    .of<readonly SignOff[]>(`stale signatures, ${how}`, async (ids, tx) => {
      const inForce = await tx.find(SignOff, { engagementId: ids, withdrawnAt: null })
      const stale = new Set([
        ...(await staleAmong(tx, inForce.filter(isOnProcedure), how)),
        ...(await staleOnWorkpapers(tx, inForce)),
      ])
      return ids.map((of) => inForce.filter((one) => one.engagementId === of && stale.has(one.id)))
    })
    .load(engagementId)

/** The procedures, of those of an engagement, that have a stale signature. */
export const staleProcedures = async (
  loaders: Loaders,
  engagementId: string,
  how: Comparison,
): Promise<ReadonlySet<string>> =>
  new Set((await staleSignOffs(loaders, engagementId, how)).filter(isOnProcedure).map(({ procedureId }) => procedureId))

/**
 * `whole`: all that was signed is read again, as an act does that rests on it. `changed`: only that of which something was
 * written since, which comes to the same for all that the service itself wrote.
 */
export type Comparison = 'whole' | 'changed'

/** The ids of those of these signatures whose content is no longer what was signed. */
async function staleAmong(tx: Tx, signOffs: readonly OnProcedure[], how: Comparison): Promise<ReadonlySet<string>> {
  const unchanged = how === 'whole' ? new Set() : await unchangedAmong(tx, signOffs)
  const open = signOffs.filter(({ id }) => !unchanged.has(id))
  if (open.length === 0) return new Set()
  const contents = await contentsOf(tx, [...new Set(open.map(({ procedureId }) => procedureId))])
  return new Set(open.filter((signOff) => isStale(signOff, contents.get(signOff.procedureId))).map(({ id }) => id))
}

/** The ids of those of which nothing was written since they were made, so that they hold as they did then. */
async function unchangedAmong(tx: Tx, signOffs: readonly OnProcedure[]): Promise<ReadonlySet<string>> {
  const frames = await framesOf(tx, [...new Set(signOffs.map(({ procedureId }) => procedureId))])
  const sure = signOffs.filter(({ procedureId, frameDigest, contentMark }) => {
    const now = frames.get(procedureId)
    return frameDigest !== null && frameDigest === now?.digest && contentMark === (now.sample?.contentMark ?? null)
  })
  // A reviewer signs the content that the preparer's signature was just compared with (`reviewProcedure`). What the reviewer
  // decided about explanations lies between the two, and is not the preparer's.
  const reviewed = new Set(sure.filter(inForce('REVIEWER')).map(({ procedureId }) => procedureId))
  const prepared = signOffs.filter(inForce('PREPARER')).filter(({ procedureId }) => reviewed.has(procedureId))
  return new Set([...sure, ...prepared].map(({ id }) => id))
}

/** A signature on a procedure. */
type OnProcedure = SignOff & { procedureId: string }
const isOnProcedure = (signOff: SignOff): signOff is OnProcedure => signOff.procedureId !== null

/** The ids of those of these signatures that are on a workpaper which says something else now. */
async function staleOnWorkpapers(tx: Tx, signOffs: readonly SignOff[]): Promise<readonly string[]> {
  const onWorkpapers = signOffs.filter(({ workpaperId }) => workpaperId !== null)
  if (onWorkpapers.length === 0) return []
  const ids = [...new Set(onWorkpapers.map(({ workpaperId }) => workpaperId as string))]
  const papers = await tx.find(Workpaper, { id: ids }, { whole: true })
  const digests = new Map(papers.map((paper) => [paper.id, digestOfWorkpaper(paper)]))
  return onWorkpapers
    .filter(({ workpaperId, contentDigest }) => digests.get(workpaperId as string) !== contentDigest)
    .map(({ id }) => id)
}

const inForce = (level: SignOffLevel) => (signOff: SignOff) => signOff.level === level && signOff.withdrawnAt === null

/** Whether the content is no longer what was signed. */
export const isStale = ({ level, contentDigest }: SignOff, now: Content | undefined): boolean =>
  now?.digests[level] !== contentDigest

function grouped<T>(all: readonly T[], by: (one: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(by(one))
    if (group) group.push(one)
    else groups.set(by(one), [one])
  }
  return groups
}

const tested = ({ title, description, frequency, nature, type, operatedFrom, operatedTo }: Whole<Control>) => ({
  title,
  description,
  frequency,
  nature,
  type,
  operatedFrom,
  operatedTo,
})

const describe = (procedure: Whole<Procedure>) => ({
  controlId: procedure.controlId,
  ref: procedure.ref,
  methods: procedure.methods,
  aspects: procedure.aspects,
  objective: procedure.objective,
  steps: procedure.steps,
  workpaperRef: procedure.workpaperRef,
  coversFrom: procedure.coversFrom,
  coversTo: procedure.coversTo,
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
  samplingTableId: sample.samplingTableId,
  confidenceBp: sample.confidenceBp,
  tolerableRateBp: sample.tolerableRateBp,
  expectedRateBp: sample.expectedRateBp,
  recommendedSize: sample.recommendedSize,
  size: sample.size,
  sizeReason: sample.sizeReason,
  acceptedDeviationCount: sample.acceptedDeviationCount,
  algorithm: sample.algorithm,
  algorithmVersion: sample.algorithmVersion,
  seed: sample.seed,
  parameters: sample.parameters,
})

function seenBy(level: SignOffLevel, { sample_id, results, ...item }: ItemRecord) {
  const seen = (results ?? []).map(({ explanationState, correctedFrom, decidedBy, decisionNote, ...said }) => {
    if (level === 'REVIEWER') return { ...said, explanationState, correctedFrom, decidedBy, decisionNote }
    // What an approved explanation made of a deviation is not the preparer's either.
    return explanationState === 'APPROVED' && correctedFrom ? { ...said, outcome: correctedFrom } : said
  })
  return { ...item, results: seen }
}
