import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Exception } from '../exception/exception.js'
import { ManagementResponse } from './management-response.js'
import {
  acceptResponse,
  declineToRespond,
  draftResponse,
  flagInconsistency,
  noteOverdueResponse,
  requestResponseApproval,
  returnResponse,
  submitResponse,
} from './response.actions.js'
import {
  AcceptResponseInput,
  DeclineToRespondInput,
  DraftResponseInput,
  FlagInconsistencyInput,
  NoteOverdueResponseInput,
  RequestResponseApprovalInput,
  ReturnResponseInput,
  SubmitResponseInput,
} from './response.inputs.js'
import { ResponseVersion } from './response-version.js'
import { ResponseWarning, WARNINGS_MAX } from './response-warning.js'

const response = [() => ManagementResponse, 'The response as the act left it.'] as const
const submittedVersion = [() => ResponseVersion, 'What was submitted: it never changes.'] as const

const DraftResponsePayload = payloadOf('DraftResponsePayload', { response })
const RequestResponseApprovalPayload = payloadOf('RequestResponseApprovalPayload', { response })
const SubmitResponsePayload = payloadOf('SubmitResponsePayload', {
  response,
  submittedVersion,
  warnings: [
    () => [ResponseWarning],
    atMost(WARNINGS_MAX, 'What may still be thought about; nothing of it stood in the way.'),
  ],
})
const DeclineToRespondPayload = payloadOf('DeclineToRespondPayload', { response, submittedVersion })
const ReturnResponsePayload = payloadOf('ReturnResponsePayload', { response })
const AcceptResponsePayload = payloadOf('AcceptResponsePayload', { response })
const FlagInconsistencyPayload = payloadOf('FlagInconsistencyPayload', { response })
const NoteOverdueResponsePayload = payloadOf('NoteOverdueResponsePayload', {
  exception: [() => Exception, 'The exception as the act left it.'],
})

@Resolver(() => ManagementResponse)
export class ResponseResolver {
  @Mutation(() => DraftResponsePayload, {
    description:
      'Writes the draft of the response to an exception, the first time or again. The auditor does not see it.',
  })
  draftResponse(@Arg('input', () => DraftResponseInput) input: DraftResponseInput, @Ctx() context: Context) {
    return context.runMutation(input, draftResponse)
  }

  @Mutation(() => RequestResponseApprovalPayload, { description: 'Gives the draft to management for approval.' })
  requestResponseApproval(
    @Arg('input', () => RequestResponseApprovalInput) input: RequestResponseApprovalInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, requestResponseApproval)
  }

  @Mutation(() => SubmitResponsePayload, {
    description:
      'Submits the response for management, a draft too, as a version that never changes. Refused when an element is missing.',
  })
  submitResponse(@Arg('input', () => SubmitResponseInput) input: SubmitResponseInput, @Ctx() context: Context) {
    return context.runMutation(input, submitResponse)
  }

  @Mutation(() => DeclineToRespondPayload, {
    description: 'Declines to respond, for management, with a reason: an answer too.',
  })
  declineToRespond(@Arg('input', () => DeclineToRespondInput) input: DeclineToRespondInput, @Ctx() context: Context) {
    return context.runMutation(input, declineToRespond)
  }

  @Mutation(() => ReturnResponsePayload, { description: 'Returns a submitted response with a reason the client sees.' })
  returnResponse(@Arg('input', () => ReturnResponseInput) input: ReturnResponseInput, @Ctx() context: Context) {
    return context.runMutation(input, returnResponse)
  }

  @Mutation(() => AcceptResponsePayload, {
    description:
      'Accepts a submitted response: read, complete, not inconsistent with the findings. No assurance on it.',
  })
  acceptResponse(@Arg('input', () => AcceptResponseInput) input: AcceptResponseInput, @Ctx() context: Context) {
    return context.runMutation(input, acceptResponse)
  }

  @Mutation(() => FlagInconsistencyPayload, {
    description:
      'Flags a submitted response as inconsistent with the findings, or takes the flag back. The client sees it.',
  })
  flagInconsistency(
    @Arg('input', () => FlagInconsistencyInput) input: FlagInconsistencyInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, flagInconsistency)
  }

  @Mutation(() => NoteOverdueResponsePayload, {
    description:
      'Notes that the due date has passed without a response, so that the engagement need not wait for ever.',
  })
  noteOverdueResponse(
    @Arg('input', () => NoteOverdueResponseInput) input: NoteOverdueResponseInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, noteOverdueResponse)
  }
}
