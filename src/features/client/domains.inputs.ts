import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'

@InputType({ description: 'Changes the e-mail domains of the firm.' })
export class ChangeFirmDomainsInput extends ChangeInput {
  @Field(() => [String], {
    description:
      'All e-mail domains of the firm from now on, at most 20, such as `example.com`. None may be a client’s.',
  })
  emailDomains: string[]
}

@InputType({ description: 'Changes the e-mail domains of a client.' })
export class ChangeClientDomainsInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the client that the act is about.' })
  clientId: string

  @Field(() => [String], {
    description:
      'All e-mail domains of the client from now on, at most 20, such as `example.com`. None may be the firm’s. The people of the client stay, whatever their address.',
  })
  emailDomains: string[]
}
