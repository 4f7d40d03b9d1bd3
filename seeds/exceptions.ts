import type { Finding } from './controls-test.js'
import type { Found } from './fieldwork.js'
import { changeControl } from './invented/controls.js'
import { exceptions, type InventedException, unreviewedChanges } from './invented/exceptions.js'
import { sign } from './procedures.js'
import { change, controlIdOf, daysFromNow, named, plural, type Walk, withinSentence } from './walk.js'

/** An exception that was communicated to the client. */
export interface Raised {
  id: string
  number: number
  control: string
  said: InventedException
}

/** Reports what was found, has it confirmed and communicated, signs the tests and concludes on their controls. */
export async function raiseAndSign(walk: Walk, { changes, others }: Found): Promise<Raised[]> {
  const raised: Raised[] = []
  const { procedureId, tested, deviations } = changes
  if (deviations.length > 0) {
    const keys = deviations.map(({ key }) => key)
    const resultIds = deviations.map(({ resultId }) => resultId)
    raised.push(await raise(walk, changeControl.ref, unreviewedChanges, { procedureId, resultIds }, keys))
  }
  await signChanges(walk, tested, changes)
  for (const [ref, finding] of others) raised.push(await raiseFinding(walk, ref, finding))
  for (const { id } of raised) {
    await change(walk.cast.manager, 'confirmException', 'exceptionId', id)
    await change(walk.cast.manager, 'communicateException', 'exceptionId', id, { responseDueOn: daysFromNow(21) })
  }
  const { manager } = walk.cast
  walk.tell(
    `${manager.name}, who is not their author, confirms ${plural(raised.length, 'exception')} and communicates them to the client.`,
  )
  return raised
}

interface Reported {
  procedureId: string
  resultIds?: string[]
  occurrenceLabels?: string[]
}

async function raise(
  walk: Walk,
  control: string,
  said: InventedException,
  reported: Reported,
  keys: readonly string[],
): Promise<Raised> {
  const { staff } = walk.cast
  const { rationale, weighed, answered, ...input } = said
  const { exception } = await staff.does(
    'raiseException',
    { engagementId: walk.engagementId, controlId: controlIdOf(walk, control), ...reported, ...input },
    'exception { id number testedCount deviationCount }',
  )
  const { id, number, testedCount, deviationCount } = exception
  const what =
    reported.resultIds !== undefined
      ? `${deviationCount} of ${testedCount} items deviate (${keys.join(', ')})`
      : `${withinSentence(said.title)}${keys.length > 0 ? ` (${keys.join(', ')})` : ''}`
  walk.tell(`${staff.name} raises exception ${number}: ${what}.`)
  return { id, number, control, said }
}

async function raiseFinding(walk: Walk, ref: string, finding: Finding): Promise<Raised> {
  const { staff, senior, manager } = walk.cast
  const said = exceptions[ref]
  if (!said) throw new Error(`Nothing is written of what was found on ${ref}.`)
  const { procedureId, deviations, missing, tested } = finding
  const reported =
    deviations.length > 0
      ? { resultIds: deviations.map(({ resultId }) => resultId) }
      : missing.length > 0
        ? { occurrenceLabels: missing }
        : {}
  const keys = deviations.length > 0 ? [...new Set(deviations.map(({ key }) => key))] : missing
  const raised = await raise(walk, ref, said, { procedureId, ...reported }, keys)
  const isOfDesign = said.kind === 'DESIGN_DEFICIENCY'
  await sign(isOfDesign ? senior : staff, isOfDesign ? manager : senior, procedureId, {
    outcome: 'EXCEPTIONS',
    outcomeNote: isOfDesign
      ? finding.control.walkthrough.seen
      : `${tested} inspected. ${[...deviations.map(({ key, note }) => `${key}: ${note}`), ...missing.map((label) => `${label}: none found.`)].join(' ')}`,
    ...(isOfDesign ? { personsAsked: named(finding.control.owner) } : {}),
  })
  await change(senior, 'concludeControl', 'controlId', controlIdOf(walk, ref), {
    design: isOfDesign ? 'UNSUITABLE' : 'SUITABLE',
    operation: 'NOT_EFFECTIVE',
    rationale: said.rationale,
  })
  return raised
}

const evaluationOf = `query ($id: ID!) { procedure(id: $id) { sample { evaluation { testedCount deviationCount acceptedCount upperDeviationLimit supportsReliance } } } }`

async function signChanges(walk: Walk, tested: number, { procedureId, deviations }: Found['changes']): Promise<void> {
  const { staff, senior } = walk.cast
  const hasFailed = deviations.length > 0
  await sign(staff, senior, procedureId, {
    outcome: hasFailed ? 'EXCEPTIONS' : 'NO_EXCEPTIONS',
    outcomeNote: `${tested} changes inspected, ${plural(deviations.length, 'deviation')}.`,
  })
  const { evaluation } = (await senior.ask(evaluationOf, { id: procedureId })).procedure.sample
  const { testedCount, deviationCount, acceptedCount, upperDeviationLimit, supportsReliance } = evaluation
  const limit =
    upperDeviationLimit === null
      ? ''
      : ` For information: upper limit ${Math.round(upperDeviationLimit * 1000) / 10} %.`
  walk.tell(
    `The sample, computed: ${deviationCount} of ${testedCount} deviate, where the table accepts ${acceptedCount}: it ${supportsReliance ? 'supports' : 'does not support'} reliance.${limit}`,
  )
  await change(senior, 'concludeControl', 'controlId', controlIdOf(walk, changeControl.ref), {
    design: 'SUITABLE',
    operation: hasFailed ? 'NOT_EFFECTIVE' : 'EFFECTIVE',
    rationale: hasFailed ? unreviewedChanges.rationale : null,
  })
}
