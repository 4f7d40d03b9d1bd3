import { ArrayMaxSize } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { withReason } from '../control/control.inputs.js'
import { ControlReliance } from '../control/control-reliance.js'

@InputType({ description: 'Says which general controls a control relies on: these and no others.' })
export class RecordControlRelianceInput extends withReason(ChangeInput) {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Field(() => [ID], {
    description:
      'The general controls of the same engagement without which it would not work as it was tested, such as those over access and change; none of them relies on it in turn.',
  })
  @ArrayMaxSize(ControlReliance.bounds.controlId)
  reliesOnIds: string[]
}
