import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Day } from '../../kernel/schema/scalars.js'
import { Line, Text } from '../../kernel/schema/text.js'

export const limits = { person: 200, role: 200, traced: 4_000, seen: 10_000 } as const

interface Account {
  performedOn: string
  personAsked: string
  roleAsked: string
  traced: string
  seen: string
}

/** What recording and updating a walkthrough have in common. */
function withAccount<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Account, Updates> {
  const nullable = updates
  @InputType()
  abstract class AccountInput extends (base as abstract new () => ActInput) implements Account {
    @Field(() => Day, { nullable, description: 'The day on which you walked through it; not in the future.' })
    @NeededUnless(updates)
    performedOn: string

    @Line({ max: limits.person, nullable, description: 'Who was asked, by name.' })
    personAsked: string

    @Line({ max: limits.role, nullable, description: 'In which role that person has to do with the control.' })
    roleAsked: string

    @Text({
      max: limits.traced,
      nullable,
      description: 'What was traced: which change, which leaver, from where to where.',
    })
    traced: string

    @Text({ max: limits.seen, nullable, description: 'What you saw of how the control is designed and put in place.' })
    seen: string
  }
  return AccountInput as unknown as Mixed<Base, Account, Updates>
}

@InputType({ description: 'Records a walkthrough in a procedure that is about design or implementation.' })
export class RecordWalkthroughInput extends withAccount(ActInput, false) {
  @Field(() => ID, { description: 'The id of the procedure, which is under way.' })
  procedureId: string
}

@InputType({
  description:
    'Changes a walkthrough until its procedure is signed: what is absent stays as it is; null is refused. Who changes it performed it.',
})
export class UpdateWalkthroughInput extends withAccount(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the walkthrough that the act is about.' })
  walkthroughId: string
}
