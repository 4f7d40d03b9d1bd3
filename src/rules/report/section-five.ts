import { emptyResponse } from '../responses.js'
import { causes } from '../vocabulary.js'
import type { ExceptionFacts, ReportFacts, ResponseFacts } from './facts.js'
import { mappingsPrinted } from './frameworks.js'
import type { ReportedResponse, Responses } from './model.js'
import { exceptionRef, type Phrases, passage, positionNames } from './phrases.js'
import { reportedExceptions } from './section-four.js'

/**
 * Section V: management's response to each exception in Section IV, and mappings of controls to criteria that the opinion does not cover;
 * null when there is neither.
 */
export function responses(facts: ReportFacts, { client }: Phrases): Responses | null {
  const exceptions = reportedExceptions(facts)
  const mappings = mappingsPrinted(facts)
  if (exceptions.length + mappings.length === 0) return null
  return {
    title: 'Other information from management, not covered by the service auditor’s report',
    notice: 'Not covered by the service auditor’s opinion.',
    passages: [
      passage('About this section', [
        ...(exceptions.length === 0
          ? []
          : [
              `What follows are the responses of the management of ${client} to the exceptions in Section IV. They are not part of the description of the system. The service auditor did not examine them and expresses no opinion and no assurance on them, nor on whether remedies were or will be carried out.`,
            ]),
        ...(mappings.length === 0
          ? []
          : [
              `At the request of the management of ${client}, controls of Section IV are shown beside the criteria of other frameworks that they are mapped to. The service auditor did not examine whether the controls meet these criteria, and expresses no opinion and no assurance on that.`,
            ]),
      ]),
    ],
    mappings,
    responses: exceptions.map((exception) =>
      responseTo(
        exception,
        facts.responses.find(({ exceptionNumber }) => exceptionNumber === exception.number) ?? null,
      ),
    ),
  }
}

function responseTo(exception: ExceptionFacts, response: ResponseFacts | null): ReportedResponse {
  const of = {
    exceptionNumber: exception.number,
    exceptionRef: exceptionRef(exception.number),
    exceptionTitle: exception.title,
    controlRef: exception.controlRef,
    submittedOn: response?.submittedOn ?? null,
  }
  if (response === null) return { ...of, ...emptyResponse, kind: 'NONE', reason: exception.overdueNote }
  if (response.declinedReason !== null) {
    return { ...of, ...emptyResponse, kind: 'DECLINED', reason: response.declinedReason }
  }
  return {
    ...of,
    kind: 'ANSWERED',
    reason: null,
    position: response.position && positionNames[response.position],
    acknowledgement: response.acknowledgement,
    rootCauseCategory: response.rootCauseCategory && causes[response.rootCauseCategory].replace(/\.$/, ''),
    rootCause: response.rootCause,
    remediation: response.remediation.map(({ action, owner, dueOn, done }) => ({ action, owner, dueOn, done })),
    responsible: response.responsible,
    targetOn: response.targetOn,
    preventionOfRecurrence: response.preventionOfRecurrence,
  }
}
