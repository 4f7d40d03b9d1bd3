import { readFileSync } from 'node:fs'
import { chain } from '../support/chain.js'
import { changes, controlOf, importList, origin } from '../support/fieldwork.js'
import { testItems } from '../support/tested-items.js'
import type { TestClient, TestFirm } from '../support/world.js'

/** An engagement in fieldwork that walks begin from: lists are frozen, and of what is to be tested nothing is recorded yet. */
export interface Start {
  engagementId: string
  /** The controls, by reference; CM-01 and LT-01 are tested. */
  controls: Record<string, string>
  /** The tests that are to be performed, by the reference of their control. */
  tests: Record<string, string>
  /** Tests that are performed, and to be signed: a signature holds for the ids that it was given on. */
  signed: Record<string, string>
  evidenceId: string
}

const quarterly = readFileSync(
  new URL('../../../tests/cases/imports/quarterly-reviews-one-missing.csv', import.meta.url),
  'utf8',
)
const checks = { completenessCheck: 'Watched the query run.', accuracyCheck: 'Traced rows to the system.' }

/** What there is to test beside changes. */
export type Beside = 'NOTHING' | 'REVIEWS' | 'AUTOMATION'

/**
 * Brings an engagement there, through the API: CM-01, which meets every criterion, and CM-02, of which a list of sixty changes is
 * frozen. With reviews: also a quarterly review of which one is missing, a control that alone serves a criterion and began in October,
 * and a part of a seed that a person gave. With automation: also AU-01, which a program does and which relies on CM-02.
 */
export async function start(firm: TestFirm, client: TestClient, beside: Beside): Promise<Start> {
  const { senior, staff, partner } = firm
  const work = await chain(firm, client)
  const { engagementId, change } = work
  await work.documents()
  const { id: evidenceId } = await staff.brings(engagementId, { name: 'forms.txt', content: 'The forms of review.' })
  const controls: Record<string, string> = { 'CM-01': work.controlId }
  const tests: Record<string, string> = {}
  await change(senior, 'sendBackProcedure', 'procedureId', work.procedureId, { reason: 'To be signed anew.' })
  const signed: Record<string, string> = { 'CM-01': work.procedureId }

  const planned = async (ref: string, how: object): Promise<{ controlId: string; procedureId: string }> => {
    const { control } = await senior.does('createControl', controlOf(engagementId, { ref, ...how }), 'control { id }')
    const attributes = [
      { letter: 'A', description: 'A reviewer is named.' },
      { letter: 'B', description: 'The reviewer is not the author.' },
    ]
    const plan = {
      methods: ['INSPECTION'],
      aspects: ['OPERATION'],
      objective: 'It is done.',
      steps: 'Compare.',
      attributes,
    }
    const { procedure } = await senior.does(
      'planProcedure',
      { controlId: control.id, ref: `${ref}.T`, ...plan },
      'procedure { id }',
    )
    if (ref === 'AU-01') {
      const reliesOnIds = [controls['CM-02']]
      await change(senior, 'recordControlReliance', 'controlId', control.id, { reliesOnIds })
    }
    await change(staff, 'startProcedure', 'procedureId', procedure.id)
    controls[ref] = control.id
    return { controlId: control.id, procedureId: procedure.id }
  }
  const drawn = async (
    ref: string,
    how: object,
    list: { content: string; columns: object; said?: object; draw?: object },
  ) => {
    const { controlId, procedureId } = await planned(ref, how)
    const described = { controlId, ...origin, ...list.said }
    const { population } = await staff.does('createPopulation', described, 'population { id version }')
    const named = { populationId: population.id, expectedVersion: population.version, ...list.columns }
    const { errors } = await importList(staff, engagementId, named, list.content)
    if (errors.length > 0) throw new Error(JSON.stringify(errors))
    await change(staff, 'freezePopulation', 'populationId', population.id, checks)
    if (list.draw) await staff.does('drawSample', { procedureId, populationId: population.id, ...list.draw })
    tests[ref] = procedureId
  }

  await drawn(
    'CM-02',
    {},
    {
      content: changes(60),
      columns: { keyColumn: 'id', dateColumn: 'merged' },
      ...(beside === 'REVIEWS' && { said: { seedContribution: 'Thrown on a table: 4 2 6 1' } }),
    },
  )
  if (beside === 'AUTOMATION') {
    await drawn(
      'AU-01',
      { frequency: 'CONTINUOUS', nature: 'AUTOMATED' },
      {
        content: 'id,merged\nSettings of the branch,2025-11-03\n',
        columns: { keyColumn: 'id', dateColumn: 'merged' },
        draw: { basis: 'AUTOMATED_ONE', method: 'RANDOM' },
      },
    )
  }
  if (beside !== 'REVIEWS') return { engagementId, controls, tests, signed, evidenceId }
  const whole = { basis: 'JUDGMENT', method: 'ENTIRE_POPULATION', sizeReason: 'There are few.' }
  await drawn(
    'AR-01',
    { frequency: 'QUARTERLY', area: 'ACCESS', criteriaCodes: ['CC6.1'] },
    { content: quarterly, columns: { keyColumn: 'review', dateColumn: 'held_on' }, draw: whole },
  )
  // LT-01 alone serves CC9.2, and from October on.
  const late = await planned('LT-01', { criteriaCodes: ['CC9.2'], operatedFrom: '2025-10-01' })
  const october = 'id,merged,author,reviewer\nV-1,2025-10-05,a,b\nV-2,2025-11-05,a,c\n'
  await testItems(staff, { engagementId, ...late, attributes: ['A', 'B'] }, october)
  signed['LT-01'] = late.procedureId
  const asked = 'query ($id: ID!) { node(id: $id) { ... on Control { criteria { code } } } }'
  const { node } = await partner.gql(asked, { id: work.controlId })
  const rest = node.criteria.map(({ code }: { code: string }) => code).filter((code: string) => code !== 'CC9.2')
  await change(partner, 'mapControl', 'controlId', work.controlId, {
    criteriaCodes: rest,
    reason: 'Vendors have a control of their own.',
    restsOnIds: [work.procedureId],
  })
  return { engagementId, controls, tests, signed, evidenceId }
}
