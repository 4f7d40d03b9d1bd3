import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { isUuid } from '../../kernel/store/work.js'
import {
  communicateException,
  confirmException,
  editSectionFourText,
  raiseException,
  recountException,
  updateException,
  withdrawException,
} from './exception.actions.js'
import {
  CommunicateExceptionInput,
  ConfirmExceptionInput,
  EditSectionFourTextInput,
  RaiseExceptionInput,
  RecountExceptionInput,
  UpdateExceptionInput,
  WithdrawExceptionInput,
} from './exception.inputs.js'
import { Exception } from './exception.js'

const answers = (name: string) => payloadOf(name, { exception: [() => Exception, 'The exception as the act left it.'] })

const RaiseExceptionPayload = answers('RaiseExceptionPayload')
const UpdateExceptionPayload = answers('UpdateExceptionPayload')
const RecountExceptionPayload = answers('RecountExceptionPayload')
const EditSectionFourTextPayload = answers('EditSectionFourTextPayload')
const ConfirmExceptionPayload = answers('ConfirmExceptionPayload')
const CommunicateExceptionPayload = answers('CommunicateExceptionPayload')
const WithdrawExceptionPayload = answers('WithdrawExceptionPayload')

@Resolver(() => Exception)
export class ExceptionResolver {
  @Query(() => Exception, {
    nullable: true,
    description: 'The exception with this id; null when there is none for you.',
  })
  async exception(
    @Arg('id', () => ID, { description: 'The id of the exception that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Exception | null> {
    return isUuid(id) ? (await context.tx()).one(Exception, { id }) : null
  }

  @Mutation(() => RaiseExceptionPayload, { description: 'Raises an exception, as a draft.' })
  raiseException(@Arg('input', () => RaiseExceptionInput) input: RaiseExceptionInput, @Ctx() context: Context) {
    return context.runMutation(input, raiseException)
  }

  @Mutation(() => UpdateExceptionPayload, { description: 'Changes what a draft says about the matter.' })
  updateException(@Arg('input', () => UpdateExceptionInput) input: UpdateExceptionInput, @Ctx() context: Context) {
    return context.runMutation(input, updateException)
  }

  @Mutation(() => RecountExceptionPayload, {
    description:
      'Counts the figures anew from the results, and reports further deviations. Until the exception is communicated; who recounts a confirmed one confirms it as it then is.',
  })
  recountException(@Arg('input', () => RecountExceptionInput) input: RecountExceptionInput, @Ctx() context: Context) {
    return context.runMutation(input, recountException)
  }

  @Mutation(() => EditSectionFourTextPayload, {
    description:
      'Words the exception for Section IV; its numbers must be those recorded. Until the exception is communicated; who words a confirmed one confirms it as it then is.',
  })
  editSectionFourText(
    @Arg('input', () => EditSectionFourTextInput) input: EditSectionFourTextInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, editSectionFourText)
  }

  @Mutation(() => ConfirmExceptionPayload, {
    description:
      'Confirms a complete exception: it will be in Section IV. By a manager or the partner who wrote nothing of it.',
  })
  confirmException(@Arg('input', () => ConfirmExceptionInput) input: ConfirmExceptionInput, @Ctx() context: Context) {
    return context.runMutation(input, confirmException)
  }

  @Mutation(() => CommunicateExceptionPayload, {
    description: 'Communicates a confirmed exception: from now on the client sees it and is asked to respond.',
  })
  communicateException(
    @Arg('input', () => CommunicateExceptionInput) input: CommunicateExceptionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, communicateException)
  }

  @Mutation(() => WithdrawExceptionPayload, {
    description:
      'Withdraws an exception that is not concluded. The record stays; its deviations are to be accounted for.',
  })
  withdrawException(
    @Arg('input', () => WithdrawExceptionInput) input: WithdrawExceptionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, withdrawException)
  }
}
