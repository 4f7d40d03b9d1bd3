import type { Chain } from './chain.js'
import { matter } from './exceptions.js'
import { controlOf, importList, origin } from './fieldwork.js'
import { walkthrough } from './tested-items.js'
import type { TestFirm } from './world.js'

type Answered = any

/** What a worked case says of a control and its test. */
export interface CaseControl {
  ref: string
  title: string
  description: string
  criteriaCodes: readonly string[]
  /** What is checked of each item. */
  attribute: string
  how?: object
}

/** How many items there are, how many are drawn, and what was seen of those that deviate. */
export interface CaseSample {
  populationSize: number
  size: number
  /** A note for each item that deviates. */
  seen: readonly string[]
  confidence?: number
}

/** A test of a worked case, under way: its sample is drawn and every item has its result. */
export interface CaseTest {
  controlId: string
  procedureId: string
  populationId: string
  sampleId: string
  /** The results that deviate. */
  resultIds: string[]
  evaluation: Answered
}

export const figures = `testedCount deviationCount observedRate upperDeviationLimit limitIsInformation supportsReliance acceptedCount
  confidence tolerableRate`

/** A report with its model as an object. */
export const read = (report: Answered): Answered => ({ ...report, model: JSON.parse(report.model) })

/** Steps of the worked cases of an engagement, each by the person whose step it is, all through the API. All invented. */
export function worked(work: Chain, firm: TestFirm) {
  const { engagementId, change } = work
  const { senior, staff, manager, partner } = firm

  const control = async ({ ref, title, description, criteriaCodes, how = {} }: CaseControl): Promise<string> =>
    (
      await senior.does(
        'createControl',
        controlOf(engagementId, { ref, title, description, criteriaCodes, area: 'ACCESS', ...how }),
        'control { id }',
      )
    ).control.id

  const planned = async (controlId: string, ref: string, plan: object): Promise<string> => {
    const { procedure } = await senior.does(
      'planProcedure',
      {
        controlId,
        ref,
        methods: ['INSPECTION'],
        aspects: ['OPERATION'],
        objective: 'The control operated throughout the period.',
        steps: 'Compared the record of each item with what the control says.',
        attributes: [],
        ...plan,
      },
      'procedure { id }',
    )
    await change(staff, 'startProcedure', 'procedureId', procedure.id)
    return procedure.id
  }

  const frozen = async (
    controlId: string,
    count: number,
    described: { coversFrom?: string; [more: string]: unknown } = {},
  ): Promise<string> => {
    const month = (described.coversFrom ?? '2025-01-01').slice(0, 7)
    const { population } = await staff.does(
      'createPopulation',
      { controlId, ...origin, ...described },
      'population { id version }',
    )
    const rows = Array.from(
      { length: count },
      (_, at) => `I-${at + 1},${month}-${String(1 + (at % 28)).padStart(2, '0')}\n`,
    ).join('')
    const { id: populationId, version: expectedVersion } = population
    const reading = { expectsNoRows: count === 0 }
    const columns = { populationId, expectedVersion, keyColumn: 'id', dateColumn: 'day', reading }
    await importList(staff, engagementId, columns, `id,day\n${rows}`)
    await change(staff, 'freezePopulation', 'populationId', populationId, {
      completenessCheck: 'Watched the query run; counts agree with the system.',
      accuracyCheck: 'Traced five rows to the system.',
      absenceCheck: count === 0 ? 'Searched the alerts and asked the head of security: there was none.' : null,
    })
    return populationId
  }

  /** Rates as the case says, a sample of its size drawn at random, and every result recorded. */
  const tested = async (of: CaseControl, found: CaseSample): Promise<CaseTest> => {
    const controlId = await control(of)
    const { confidence = 0.9 } = found
    const rates = { confidence, tolerableRate: 0.1, expectedRate: 0 }
    await change(senior, 'planSampling', 'controlId', controlId, rates)
    const attributes = [{ letter: 'A', description: of.attribute }]
    const procedureId = await planned(controlId, `${of.ref}.T1`, { attributes })
    const populationId = await frozen(controlId, found.populationSize)
    const { sample } = await staff.does(
      'drawSample',
      {
        procedureId,
        populationId,
        basis: 'STATISTICAL',
        method: 'RANDOM',
        size: found.size,
        sizeReason: 'The size of the case.',
      },
      'sample { id items(first: 100) { nodes { id } } }',
    )
    const results = sample.items.nodes.map(({ id: sampleItemId }: { id: string }, at: number) => {
      const note = found.seen[at]
      return { sampleItemId, attribute: 'A', ...(note ? { outcome: 'DEVIATION', note } : { outcome: 'NO_DEVIATION' }) }
    })
    const recorded = await staff.does(
      'recordResults',
      { procedureId, results },
      `results { id outcome } sample { evaluation { ${figures} } }`,
    )
    const deviating = recorded.results.filter(({ outcome }: Answered) => outcome === 'DEVIATION')
    const resultIds = deviating.map(({ id }: Answered) => id)
    const { evaluation } = recorded.sample
    return { controlId, procedureId, populationId, sampleId: sample.id, resultIds, evaluation }
  }

  return {
    control,
    planned,
    frozen,
    tested,
    /** Raised by the senior, confirmed by the manager, communicated by the partner; the client answers. Answers its id. */
    async reported({ controlId, procedureId, resultIds }: CaseTest, says: object): Promise<string> {
      const exceptionId = await work.exception({
        ...matter,
        controlId,
        procedureId,
        resultIds,
        kind: 'OPERATING_DEVIATION',
        // Those of the control that failed.
        criteriaCodes: null,
        failedFrom: null,
        failedTo: null,
        failurePeriodBasis: null,
        ...says,
      })
      await work.answered(exceptionId)
      return exceptionId
    },
    /** Signed by staff, reviewed by the senior. */
    async signed(procedureId: string, outcome: string, outcomeNote = 'As recorded.'): Promise<void> {
      await change(staff, 'prepareProcedure', 'procedureId', procedureId, {
        outcome,
        outcomeNote,
        personsAsked: 'Head of operations',
      })
      await change(senior, 'reviewProcedure', 'procedureId', procedureId)
    },
    /** A walkthrough that answers the design. */
    async walked(controlId: string, ref: string): Promise<string> {
      const procedureId = await planned(controlId, ref, { aspects: ['DESIGN', 'IMPLEMENTATION'] })
      await staff.does('recordWalkthrough', { procedureId, ...walkthrough })
      await this.signed(procedureId, 'NO_EXCEPTIONS', 'As described.')
      return procedureId
    },
    async concludedAs(controlId: string, operation: string, restsOnIds: readonly string[] = []): Promise<void> {
      const rationale = 'The design was walked through with the owner; what was found is reported.'
      const conclusion = { design: 'SUITABLE', operation, rationale, restsOnIds }
      await change(senior, 'concludeControl', 'controlId', controlId, conclusion)
    },
    /** Completion is over: weighed together, documents obtained, decided as proposed, acknowledged, cleared, issued. */
    async issued(): Promise<Answered> {
      await work.together()
      await work.documents()
      await work.decided()
      await work.cleared()
      const { report } = await work.issue()
      return read(report)
    },
    async limitAt(confidence: number, sampleSize: number, deviationCount: number): Promise<number> {
      const asked = `query ($confidence: Float!, $sampleSize: Int!, $deviationCount: Int!) {
        upperDeviationLimit(confidence: $confidence, sampleSize: $sampleSize, deviationCount: $deviationCount) }`
      return (await partner.gql(asked, { confidence, sampleSize, deviationCount })).upperDeviationLimit
    },
    evaluationOf: async (controlId: string): Promise<Answered> =>
      (
        await manager.gql(
          `query ($id: ID!) { node(id: $id) { ... on Control { evaluation { testedCount deviationCount observedRate
            upperDeviationLimit supportsReliance } } } }`,
          { id: controlId },
        )
      ).node.evaluation,
  }
}
