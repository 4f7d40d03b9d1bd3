import type { Chain } from './chain.js'
import { controlOf } from './fieldwork.js'
import { testItems } from './tested-items.js'
import type { TestFirm } from './world.js'

/**
 * Adds a control to an engagement in fieldwork, tests two items of it, and concludes it EFFECTIVE: all through the API, all of it
 * invented. Answers its id.
 */
export async function testedControl(
  firm: TestFirm,
  work: Chain,
  how: { ref: string; [name: string]: unknown },
): Promise<string> {
  const { engagementId, change } = work
  const { senior, staff } = firm
  const { control } = await senior.does('createControl', controlOf(engagementId, how), 'control { id }')
  const { procedure } = await senior.does(
    'planProcedure',
    {
      controlId: control.id,
      ref: `${how.ref}.T1`,
      methods: ['INSPECTION'],
      aspects: ['OPERATION'],
      objective: 'Changes are looked through by another person.',
      steps: 'Inspected the record of each change.',
      attributes: [{ letter: 'A', description: 'Another person looked through it.' }],
    },
    'procedure { id }',
  )
  await change(staff, 'startProcedure', 'procedureId', procedure.id)
  await testItems(staff, { engagementId, controlId: control.id, procedureId: procedure.id, attributes: ['A'] })
  const found = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Every change was looked through.' }
  await change(staff, 'prepareProcedure', 'procedureId', procedure.id, found)
  await change(senior, 'reviewProcedure', 'procedureId', procedure.id)
  await change(senior, 'concludeControl', 'controlId', control.id, {
    design: 'SUITABLE',
    operation: 'EFFECTIVE',
    rationale: 'The design was walked through with the owner of the control.',
  })
  return control.id
}
