import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import { limits } from '../control/control.inputs.js'

@InputType({
  description: 'Takes a control out of what is examined. It stays on file, and so does what was found on it.',
})
export class RetireControlInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Text({ max: limits.reason, description: 'Why it is not examined any more.' })
  reason: string

  @Papers('The papers that the reason rests on; one at least once the testing of the control has begun.')
  restsOnIds: string[]
}

@InputType({ description: 'Decides that a retired control was never needed, so that Section IV leaves it out.' })
export class DecideControlNotNeededInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Text({ max: limits.reason, description: 'Why the service commitments were never served by it.' })
  reason: string

  @Papers('The papers that the reason rests on; one at least.')
  restsOnIds: string[]
}
