import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Refusal } from '../../rules/refusal.js'
import {
  checkLooksAfter,
  checkNamesItsPart,
  checkOfIncident,
  checkReports,
  isAgainstIncident,
} from '../../rules/registers.js'
import type { DescriptionCriterion } from '../../rules/vocabulary.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { SignOff } from '../procedure/sign-off.js'
import { Incident } from '../register/incident.js'
import type { RegisterEntry } from '../register/register-entry.js'
import { SystemChange } from '../register/system-change.js'
import { Sample } from '../sample/sample.js'
import { incidentsOf, systemChangesOf } from './entries.js'
import type { EvaluateIncidentInput, EvaluateSystemChangeInput, RegisterEvaluationInput } from './evaluation.inputs.js'
import { RegisterEvaluation } from './register-evaluation.js'

/**
 * Evaluates, for an engagement, an incident that the client shared, or evaluates it anew. Refused: another version than was read; one that
 * does not touch the time of the engagement; IN_DESCRIPTION while nothing is written under DC4; an exception that is none of the engagement
 * or reports nothing; TESTED_AFTER; a conclusion against what the client says that rests on no paper.
 */
export async function evaluateIncident(tx: WriteTx, input: EvaluateIncidentInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const incident = await tx.load(Incident, input.incidentId, input.expectedVersion)
  checkTouches(await incidentsOf(Loaders.over(tx), engagement), incident, 'incidentId')
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  checkOfIncident(input.conclusion)
  if (isAgainstIncident(input.conclusion, incident)) checkNamesPaper(restsOnIds)
  const named = { exceptionId: input.exceptionId ?? null, procedureId: null }
  const concluded = await conclusionOf(tx, engagement.id, { ...input, ...named, criterion: 'DC4' })
  const { title: entryTitle, hasControlFailed, touchedCommitments, version: entryVersion } = incident
  const told = { entryTitle, hasControlFailed, touchedCommitments, entryVersion }
  const said = { ...concluded, restsOnIds, reason: input.reason, ...told }
  return { evaluation: await evaluated(tx, engagement, { incidentId: incident.id }, said) }
}

/**
 * Evaluates, for an engagement, a change that the client shared, or evaluates it anew. Refused as an incident, with DC9 in place of DC4; and
 * TESTED_AFTER with a procedure that is none of the engagement, or does not look at the time after the change.
 */
export async function evaluateSystemChange(tx: WriteTx, input: EvaluateSystemChangeInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const change = await tx.load(SystemChange, input.systemChangeId, input.expectedVersion)
  checkTouches(await systemChangesOf(Loaders.over(tx), engagement), change, 'systemChangeId')
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const named = { exceptionId: input.exceptionId ?? null, procedureId: input.procedureId ?? null }
  const procedure = named.procedureId === null ? null : await procedureNamed(tx, engagement.id, named.procedureId)
  const concluded = await conclusionOf(tx, engagement.id, { ...input, ...named, criterion: 'DC9' })
  if (procedure) await checkTestAfter(tx, procedure, change.effectiveOn)
  const told = {
    entryTitle: change.title,
    hasControlFailed: null,
    touchedCommitments: [],
    entryVersion: change.version,
  }
  const said = { ...concluded, restsOnIds, reason: input.reason, ...told }
  return { evaluation: await evaluated(tx, engagement, { systemChangeId: change.id }, said) }
}

/** Some incident that was shared touches the engagement. */
export const evaluateIncidentGate: Gate<Engagement> = async (engagement, { loaders, isAct }) => {
  if (!isAct && (await incidentsOf(loaders, engagement)).length === 0) throw nothingShared('incidentId')
}

/** Some change that was shared touches the engagement. */
export const evaluateSystemChangeGate: Gate<Engagement> = async (engagement, { loaders, isAct }) => {
  if (!isAct && (await systemChangesOf(loaders, engagement)).length === 0) throw nothingShared('systemChangeId')
}

const nothingShared = (path: string) =>
  new Refusal('NOT_FOUND', 'Nothing that the client shared touches the time of the engagement.', [path])

/** @throws Refusal INVALID_INPUT of an entry of another client, and of one of another time */
function checkTouches(touching: readonly RegisterEntry[], { id }: RegisterEntry, path: string): void {
  if (touching.some((one) => one.id === id)) return
  throw new Refusal('INVALID_INPUT', 'It does not touch what the engagement examines, or its time.', [path])
}

type Concluded = Pick<RegisterEvaluationInput, 'conclusion'> & {
  exceptionId: string | null
  procedureId: string | null
  criterion: DescriptionCriterion
}

/** What a conclusion says and names, once all of it is there: what is named is looked for first. */
async function conclusionOf(tx: WriteTx, engagementId: string, input: Concluded) {
  const { conclusion, exceptionId, procedureId, criterion } = input
  const exception = exceptionId === null ? null : await exceptionNamed(tx, engagementId, exceptionId)
  checkNamesItsPart({ conclusion, exceptionId, procedureId })
  if (exception) checkReports(exception)
  const section = conclusion === 'IN_DESCRIPTION' ? await sectionOf(tx, engagementId, criterion) : null
  const parts = { sectionId: section?.id ?? null, sectionVersion: section?.version ?? null }
  return { conclusion, exceptionId, procedureId, ...parts }
}

/** What is written under a criterion; management does not write it anew until the act is committed. */
async function sectionOf(
  tx: WriteTx,
  engagementId: string,
  criterion: DescriptionCriterion,
): Promise<DescriptionSection> {
  const section = await tx.one(DescriptionSection, { engagementId, criterion }, { lock: 'share' })
  if (section) return section
  throw new Refusal('INVALID_INPUT', `Management has written nothing under ${criterion} yet.`, ['conclusion'])
}

async function exceptionNamed(tx: WriteTx, engagementId: string, id: string): Promise<Exception> {
  const exception = isUuid(id) ? await tx.one(Exception, { engagementId, id }, { lock: 'share' }) : null
  if (exception) return exception
  throw new Refusal('NOT_FOUND', 'The engagement has no such exception.', ['exceptionId'])
}

async function procedureNamed(tx: WriteTx, engagementId: string, id: string): Promise<Procedure> {
  const procedure = isUuid(id) ? await tx.one(Procedure, { engagementId, id }) : null
  if (procedure) return procedure
  throw new Refusal('NOT_FOUND', 'The engagement has no such procedure.', ['procedureId'])
}

/** @throws Refusal as `checkLooksAfter` */
async function checkTestAfter(tx: WriteTx, procedure: Procedure, effectiveOn: string): Promise<void> {
  const { id: procedureId, engagementId, ref, coversTo } = procedure
  const [samples, signed] = await Promise.all([
    tx.find(Sample, { engagementId, procedureId }),
    tx.one(SignOff, { engagementId, procedureId, level: 'PREPARER', withdrawnAt: null }),
  ])
  const populations = await tx.find(Population, { id: samples.map(({ populationId }) => populationId) })
  const populationsTo = populations.map(({ coveredUntilOn }) => coveredUntilOn)
  checkLooksAfter({ ref, populationsTo, coversTo, preparedAt: signed?.createdAt ?? null }, effectiveOn)
}

type Entry = { incidentId: string } | { systemChangeId: string }
type Said = Pick<
  RegisterEvaluation,
  | 'conclusion'
  | 'reason'
  | 'restsOnIds'
  | 'entryVersion'
  | 'sectionId'
  | 'sectionVersion'
  | 'exceptionId'
  | 'procedureId'
>

/** One evaluation of each entry in an engagement: made anew it says what it says now, and the trail what it said before. */
async function evaluated(tx: WriteTx, { id: engagementId }: Engagement, entry: Entry, said: Said) {
  const by = { evaluatedBy: tx.actor.memberId, evaluatedAt: tx.now }
  const before = await tx.one(RegisterEvaluation, { engagementId, ...entry })
  if (before) return tx.update(before, { ...said, ...by })
  return tx.insert(RegisterEvaluation, { engagementId, ...entry, ...said, ...by })
}
