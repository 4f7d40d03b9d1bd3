import { Loaders } from '../../kernel/store/loaders.js'
import type { Whole } from '../../kernel/store/row.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { dayOf } from '../../rules/calendar.js'
import { isLive } from '../../rules/exceptions.js'
import type { PhraseFacts } from '../../rules/report/facts.js'
import type { ReportFacts } from '../../rules/report.js'
import { givenStates } from '../../rules/responses.js'
import { ManagementAssertion } from '../assertion/management-assertion.js'
import { assertionInForce } from '../assertion/standing.js'
import { Client } from '../client/client.js'
import { presentedIn } from '../complementary/presented.js'
import { assumedIn } from '../complementary/presented.queries.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { criteriaInScope } from '../criterion/scope.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { DescriptionSection } from '../engagement/description-section.js'
import type { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Firm } from '../firm/firm.js'
import { frameworksAsserted } from '../framework/framework.queries.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { methodologyInForce } from '../methodology/versions.js'
import { Opinion } from '../opinion/opinion.js'
import { Procedure } from '../procedure/procedure.js'
import { ManagementResponse } from '../response/management-response.js'
import { ResponseVersion, verifiedContent } from '../response/response-version.js'
import { extensionsIn, Sample } from '../sample/sample.js'
import { frameworkFacts } from './framework.facts.js'
import { populationFacts } from './population.facts.js'
import { organizationsPerforming, presentedFacts } from './presented.facts.js'
import { workOfOthersFacts } from './work-of-others.facts.js'

/**
 * Gathers all that a report is made from, as it is now: a constant number of statements, whatever the size of the
 * engagement.
 * @param issue number and date of the report; null for a draft
 */
export async function reportFacts(tx: Tx, engagement: Engagement, issue: ReportFacts['issue']): Promise<ReportFacts> {
  const firm = await tx.load(Firm, tx.firmId)
  const client = await tx.load(Client, engagement.clientId)
  return {
    firm: { name: firm.name, city: firm.city },
    client: { name: client.name },
    issue,
    ...(await scopeFacts(tx, engagement)),
    ...(await fieldworkFacts(tx, engagement.id)),
    frameworks: await frameworkFacts(tx, engagement.id),
    opinion: await opinionFacts(tx, engagement.id),
  }
}

/** What the recurring phrases are made of; people of the client read it too. */
export async function phraseFacts(tx: Tx, engagement: Engagement) {
  const client = await tx.load(Client, engagement.clientId)
  const { kind, systemName, categories, periodStart, periodEnd, asOf } = engagement
  const period = periodStart && periodEnd ? { start: periodStart, end: periodEnd } : null
  return {
    client: { name: client.name },
    engagement: { kind, systemName, categories, period, asOf },
    additionalCriteria: await frameworksAsserted(firmScope(tx), engagement.id),
    ...(await assumedIn(firmScope(tx), engagement.id)),
  } satisfies PhraseFacts
}

async function scopeFacts(tx: Tx, engagement: Engagement) {
  const engagementId = engagement.id
  const { kind, systemName, categories, periodStart, periodEnd, asOf } = engagement
  const criteria = await criteriaInScope(tx, engagement)
  const sections = await tx.find(DescriptionSection, { engagementId }, { order: { criterion: 'asc' }, whole: true })
  return {
    engagement: {
      kind,
      systemName,
      categories,
      period: periodStart && periodEnd ? { start: periodStart, end: periodEnd } : null,
      asOf,
      criteriaVersion: criteria[0]?.criterion.criteriaVersion as string,
      pointsOfFocusVersion: criteria[0]?.criterion.pointsOfFocusVersion as string,
    },
    criteria: criteria.map(({ criterion: { code, category, series, title }, exclusion }) => ({
      code,
      category,
      series,
      title,
      notApplicable: exclusion?.reason ?? null,
    })),
    description: sections.map(({ criterion, text }) => ({ criterion, text })),
    assertion: await assertionFacts(tx, engagementId),
  }
}

async function assertionFacts(tx: Tx, engagementId: string) {
  const assertions = await tx.find(ManagementAssertion, { engagementId }, { order: { number: 'asc' }, whole: true })
  const signed = assertionInForce(assertions)
  return signed && { text: signed.text, signers: signed.signers, datedOn: signed.datedOn as string }
}

async function fieldworkFacts(tx: Tx, engagementId: string) {
  const all = await tx.find(Control, { engagementId }, { order: { ref: 'asc' }, whole: true })
  const mappings = await tx.find(ControlCriterion, { engagementId })
  const procedures = await tx.find(Procedure, { engagementId }, { order: { ref: 'asc' }, whole: true })
  const samples = await tx.find(Sample, { engagementId })
  const exceptions = await tx.find(Exception, { engagementId }, { order: { number: 'asc' }, whole: true })
  const decisions = await tx.find(MaterialityDecision, { engagementId, material: true })
  const leftOut = controlsLeftOut(all, procedures, exceptions, decisions)
  const controls = all.filter(({ id }) => !leftOut.has(id))
  const told = exceptions.filter(({ controlId }) => controlId === null || !leftOut.has(controlId))
  const listed = await populationFacts(tx, engagementId, controls)
  const presented = await presentedIn(Loaders.over(tx), engagementId)
  const asserting = { engagementId, kind: 'SUBSERVICE_ASSERTION' } as const
  const assertions = await tx.find(EngagementDocument, asserting, { order: { number: 'asc' }, whole: true })
  const performedBy = organizationsPerforming(presented)
  const refs = new Map([...all, ...procedures].map(({ id, ref }) => [id, ref]))
  const drawn = new Map(samples.map((sample) => [sample.procedureId, sample]))
  return {
    controls: controls.map(
      (
        { id, ref, title, description, frequency, operatedFrom, operatedTo, replacesId, retiredAt, designConclusion },
        at,
      ) => ({
        ref,
        title,
        description,
        frequency,
        performedBy: performedBy.get(id) ?? null,
        operatedFrom,
        operatedTo,
        retiredOn: retiredAt && dayOf(retiredAt),
        replaces: (replacesId && refs.get(replacesId)) ?? null,
        design: designConclusion,
        ...(listed[at] as (typeof listed)[number]),
        criteria: mappings.filter(({ controlId }) => controlId === id).map(({ criterionCode }) => criterionCode),
      }),
    ),
    procedures: procedures
      .filter(({ controlId }) => !leftOut.has(controlId))
      .map((procedure) => procedureFacts(procedure, refs, drawn.get(procedure.id))),
    exceptions: told.map((exception) => exceptionFacts(exception, refs)),
    responses: await responseFacts(tx, engagementId, told),
    ...presentedFacts(presented, controls, assertions),
    workOfOthers: await workOfOthersFacts(tx, engagementId, controls, procedures),
  }
}

/**
 * The controls that the report leaves out: those retired before any test of them was started and on which nothing was raised; and those that
 * the partner decided were never needed, unless an exception on them was found material since.
 */
function controlsLeftOut(
  controls: readonly Control[],
  procedures: readonly Procedure[],
  exceptions: readonly Exception[],
  material: readonly MaterialityDecision[],
): ReadonlySet<string> {
  const live = exceptions.filter(isLive)
  const tested = new Set(procedures.flatMap(({ controlId, state }) => (state === 'PLANNED' ? [] : controlId)))
  const reported = new Set(live.map(({ controlId }) => controlId))
  const weighty = new Set(
    live.flatMap(({ id, controlId }) => (material.some(({ exceptionId }) => exceptionId === id) ? controlId : [])),
  )
  const isLeftOut = ({ id, retiredAt, notNeededAt }: Control): boolean =>
    retiredAt !== null && ((!tested.has(id) && !reported.has(id)) || (notNeededAt !== null && !weighty.has(id)))
  return new Set(controls.filter(isLeftOut).map(({ id }) => id))
}

type Refs = ReadonlyMap<string, string>

function procedureFacts(
  procedure: Whole<Procedure>,
  refs: Refs,
  sample: Sample | undefined,
): ReportFacts['procedures'][0] {
  const { ref, controlId, methods, aspects, steps, personsAsked, outcome, outcomeNote, coversFrom, coversTo } =
    procedure
  return {
    ref,
    controlRef: refs.get(controlId) as string,
    methods,
    aspects,
    description: steps,
    personsAsked,
    outcome,
    outcomeNote,
    covers: coversFrom !== null && coversTo !== null ? { from: coversFrom, to: coversTo } : null,
    sample: sample
      ? {
          basis: sample.basis,
          method: sample.method,
          tested: sample.testedCount,
          populationSize: sample.populationSize,
          extensions: extensionsIn(sample.parameters),
        }
      : null,
  }
}

function exceptionFacts(exception: Whole<Exception>, refs: Refs): ReportFacts['exceptions'][0] {
  const { number, state, kind, title, testedCount, failedFrom, failedTo, sectionFourText, overdueNote } = exception
  return {
    number,
    state,
    kind,
    title,
    criteria: exception.criteriaCodes,
    controlRef: exception.controlRef,
    procedureRef: (exception.procedureId && refs.get(exception.procedureId)) ?? null,
    testedCount,
    deviations: exception.deviationCount,
    attributeCounts: exception.attributeCounts,
    failedFrom,
    failedTo,
    sectionFourText,
    overdueNote,
  }
}

/** What management submitted last, where the auditor has not returned it. */
async function responseFacts(tx: Tx, engagementId: string, exceptions: readonly Exception[]) {
  const responses = await tx.find(ManagementResponse, { engagementId, state: givenStates })
  const versions = await tx.find(ResponseVersion, { engagementId }, { whole: true })
  return exceptions.flatMap(({ id, number }) => {
    const response = responses.find(({ exceptionId }) => exceptionId === id)
    const version = versions.find(
      (each) => each.responseId === response?.id && each.number === response.submittedNumber,
    )
    if (!response || !version) return []
    const { inconsistency } = response
    return [
      { exceptionNumber: number, submittedOn: dayOf(version.createdAt), ...verifiedContent(version), inconsistency },
    ]
  })
}

async function opinionFacts(tx: Tx, engagementId: string): Promise<ReportFacts['opinion']> {
  const opinion = await tx.one(Opinion, { engagementId })
  if (!opinion) return null
  const { conclusions, bases, emphases } = opinion
  return {
    bases,
    emphases,
    isByCategory: (await methodologyInForce(tx)).splitsOpinionByCategory,
    conclusions: conclusions.map(({ subjectMatter, category, opinion: type }) => ({ subjectMatter, category, type })),
  }
}
