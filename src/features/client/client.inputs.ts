import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { Line } from '../../kernel/schema/text.js'

export const limits = { name: 200 } as const

@InputType({ description: 'Takes on a client.' })
export class CreateClientInput extends ActInput {
  @Line({ max: limits.name, description: 'The service organization’s name, as reports are to call it.' })
  name: string

  @Field(() => [String], {
    nullable: true,
    description:
      'The domains of the client’s e-mail addresses, at most 20, such as `example.com`: the first people of the client are invited in these.',
  })
  emailDomains?: string[] | null
}

@InputType({ description: 'Changes what is recorded of a client: what is absent stays as it is; null is refused.' })
export class UpdateClientInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the client that the act is about.' })
  clientId: string

  @Line({
    max: limits.name,
    description: 'The service organization’s name, as reports are to call it.',
    nullable: true,
  })
  name?: string | null
}
