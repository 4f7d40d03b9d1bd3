import { type Chain, chain } from './chain.js'
import { matter } from './exceptions.js'
import { changes, controlOf, importList, origin } from './fieldwork.js'
import type { TestClient, TestFirm } from './world.js'

/** An engagement in fieldwork in which a test of every item found deviations: all through the API, all invented. */
export interface Against extends Chain {
  firm: TestFirm
  testId: string
  sampleId: string
  /** The results that are deviations, by the keys of their items. */
  deviations: ReadonlyMap<string, string>
  /** Raises, confirms and communicates the exception that reports these, all of them where not told; the client answers it. Answers its id. */
  reported(resultIds?: readonly string[]): Promise<string>
  /** Staff signs the test, the senior reviews it. */
  signed(outcome: string): Promise<void>
  /** The senior concludes on the control. */
  concludedAs(operation: string, rationale?: string): Promise<void>
  /** Completion, the decision on the exception, the documents and the opinion as proposed: all but acknowledging and clearing. */
  weighedAs(exceptionId: string, material: boolean, rationale?: string): Promise<void>
}

/** @param found how many of so many items deviate */
export async function figuresAgainst(
  firm: TestFirm,
  client: TestClient,
  found: { of: number; deviating: number } = { of: 25, deviating: 24 },
): Promise<Against> {
  const work = await chain(firm, client)
  const { engagementId, change } = work
  const { senior, staff, manager, partner } = firm
  // A control of its own: the list of the chain's is another one.
  const { control } = await senior.does(
    'createControl',
    controlOf(engagementId, { ref: 'CM-02', title: 'Emergency changes are reviewed' }),
    'control { id }',
  )
  const controlId: string = control.id
  const { procedure } = await senior.does(
    'planProcedure',
    {
      controlId,
      ref: 'CM-02.T1',
      methods: ['INSPECTION'],
      aspects: ['OPERATION'],
      objective: 'Changes are reviewed by another person before they are merged.',
      steps: 'Compare author and reviewer of each change.',
      attributes: [{ letter: 'A', description: 'The reviewer is not the author.' }],
    },
    'procedure { id }',
  )
  await change(staff, 'startProcedure', 'procedureId', procedure.id)
  const { population } = await staff.does('createPopulation', { controlId, ...origin }, 'population { id version }')
  await importList(
    staff,
    engagementId,
    { populationId: population.id, expectedVersion: population.version, keyColumn: 'id', dateColumn: 'merged' },
    changes(found.of),
  )
  await change(staff, 'freezePopulation', 'populationId', population.id, {
    completenessCheck: 'Watched the query run; counts agree with the system.',
    accuracyCheck: 'Traced five rows to the system.',
  })
  const { sample } = await staff.does(
    'drawSample',
    {
      procedureId: procedure.id,
      populationId: population.id,
      basis: 'JUDGMENT',
      method: 'ENTIRE_POPULATION',
      sizeReason: 'Every change is looked at.',
    },
    'sample { id items(first: 100) { nodes { id itemKey } } }',
  )
  const { results } = await staff.does(
    'recordResults',
    {
      procedureId: procedure.id,
      results: sample.items.nodes.map(({ id }: { id: string }, at: number) => ({
        sampleItemId: id,
        attribute: 'A',
        ...(at < found.deviating
          ? { outcome: 'DEVIATION', note: 'Author and reviewer are one person.' }
          : { outcome: 'NO_DEVIATION' }),
      })),
    },
    'results { id outcome sampleItem { itemKey } }',
  )
  const deviations = new Map<string, string>(
    results
      .filter(({ outcome }: { outcome: string }) => outcome === 'DEVIATION')
      .map(({ id, sampleItem }: { id: string; sampleItem: { itemKey: string } }) => [sampleItem.itemKey, id]),
  )
  return {
    ...work,
    controlId,
    firm,
    testId: procedure.id,
    sampleId: sample.id,
    deviations,
    async reported(resultIds = [...deviations.values()]) {
      const raised = await senior.does(
        'raiseException',
        {
          ...matter,
          engagementId,
          procedureId: procedure.id,
          kind: 'OPERATING_DEVIATION',
          resultIds,
        },
        'exception { id }',
      )
      const { id } = raised.exception
      await change(manager, 'confirmException', 'exceptionId', id)
      const responseDueOn = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10)
      await change(partner, 'communicateException', 'exceptionId', id, { responseDueOn })
      await work.answered(id)
      return id
    },
    async signed(outcome) {
      await change(staff, 'prepareProcedure', 'procedureId', procedure.id, { outcome, outcomeNote: 'As recorded.' })
      await change(senior, 'reviewProcedure', 'procedureId', procedure.id)
    },
    async concludedAs(operation, rationale = 'x') {
      await change(senior, 'concludeControl', 'controlId', controlId, {
        design: 'SUITABLE',
        operation,
        rationale,
        restsOnIds: [procedure.id],
      })
    },
    async weighedAs(exceptionId, material, rationale = 'x') {
      await work.startCompletion()
      await work.concluded(exceptionId, { material, pervasive: false, rationale, restsOnIds: [procedure.id] })
      await work.documents()
      await work.decided()
    },
  }
}
