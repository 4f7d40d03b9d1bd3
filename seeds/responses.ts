import type { Raised } from './exceptions.js'
import type { Answered } from './invented/exceptions.js'
import { change, daysFromNow, plural, type Walk } from './walk.js'

const contentOf = ({ position, rootCauseCategory, rootCause, remediation, responsible, ...said }: Answered) => ({
  position,
  rootCauseCategory,
  rootCause,
  remediation: remediation.map(({ action, owner, dueInDays }) => ({
    action,
    owner,
    dueOn: daysFromNow(dueInDays),
    done: false,
  })),
  responsible,
  targetOn: daysFromNow(Math.max(...remediation.map(({ dueInDays }) => dueInDays))),
  preventionOfRecurrence: said.preventionOfRecurrence,
})

/** A respondent of the client reads an exception and drafts the response; answers its id. */
export async function draftResponse(walk: Walk, { id: exceptionId, said }: Raised): Promise<string> {
  const { respondent } = walk.cast
  const seen = await respondent.ask('query ($id: ID!) { exception(id: $id) { number } }', { id: exceptionId })
  const { answered } = said
  const { position, acknowledgement } = answered.first ?? answered
  const input = { exceptionId, ...contentOf(answered), position, acknowledgement }
  const { response } = await respondent.does('draftResponse', input, 'response { id }')
  const stance = position === 'AGREE' ? 'agrees' : 'does not agree'
  walk.tell(
    `${respondent.name} of the client reads exception ${seen.exception.number}, and drafts: management ${stance}.`,
  )
  return response.id
}

/** Management submits a response; answers how many warnings it met. */
export async function submit({ cast }: Walk, responseId: string): Promise<number> {
  await change(cast.respondent, 'requestResponseApproval', 'responseId', responseId)
  const submitted = await change(
    cast.clientAdmin,
    'submitResponse',
    'responseId',
    responseId,
    {},
    'warnings { message }',
  )
  return submitted.warnings.length
}

/** The client answers each exception, and the auditor accepts; what states as a fact what is none is returned first. */
export async function respond(walk: Walk, raised: readonly Raised[]): Promise<void> {
  const { clientAdmin, manager } = walk.cast
  let warnings = 0
  for (const exception of raised) {
    const responseId = await draftResponse(walk, exception)
    warnings += await submit(walk, responseId)
    if (exception.said.answered.first) await correct(walk, exception, responseId, exception.said.answered.first)
    await change(manager, 'acceptResponse', 'responseId', responseId)
  }
  walk.tell(
    `${clientAdmin.name} submits ${plural(raised.length, 'response')} for management (${plural(warnings, 'warning')}); ${manager.name} accepts them: read, complete, not inconsistent with the findings, no assurance.`,
  )
}

/** The auditor returns a response, and the client corrects it, whatever it thinks of the exception. */
async function correct(
  walk: Walk,
  { id: exceptionId, number, said }: Raised,
  responseId: string,
  { returnedAs, returned }: NonNullable<Answered['first']>,
): Promise<void> {
  const { manager, respondent } = walk.cast
  await change(manager, 'returnResponse', 'responseId', responseId, { kind: returnedAs, reason: returned })
  const { version } = (await respondent.ask('query ($id: ID!) { node(id: $id) { version } }', { id: responseId })).node
  const { answered } = said
  await respondent.does('draftResponse', {
    exceptionId,
    expectedVersion: version,
    ...contentOf(answered),
    acknowledgement: answered.acknowledgement,
  })
  await submit(walk, responseId)
  walk.tell(
    `${manager.name} returns the response to exception ${number}: it states as a fact what is none. ${respondent.name} corrects that; management now agrees in part, and the exception stays as it is.`,
  )
}
