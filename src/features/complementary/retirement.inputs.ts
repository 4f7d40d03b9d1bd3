import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import { limits } from './complementary.inputs.js'

@InputType()
abstract class RetirementInput extends ChangeInput {
  @Text({ max: limits.reason, description: 'Why the description presents it no more.' })
  reason: string

  @Papers('The papers that the reason rests on; one at least once anything was tested or raised.')
  restsOnIds: string[]
}

@InputType({ description: 'Takes a service commitment out of the description.' })
export class RetireServiceCommitmentInput extends RetirementInput {
  @Field(() => ID, { description: 'The id of the commitment that the act is about.' })
  serviceCommitmentId: string
}

@InputType({ description: 'Takes a subservice organization out of the description.' })
export class RetireSubserviceOrganizationInput extends RetirementInput {
  @Field(() => ID, { description: 'The id of the organization that the act is about.' })
  subserviceOrganizationId: string
}

@InputType({ description: 'Takes a complementary control out of the description.' })
export class RetireComplementaryControlInput extends RetirementInput {
  @Field(() => ID, { description: 'The id of the complementary control that the act is about.' })
  complementaryControlId: string
}
