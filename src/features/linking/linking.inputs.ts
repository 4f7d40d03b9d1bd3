import { Field, ID, InputType } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'

@InputType()
abstract class NamedLink extends ActInput {
  @Field(() => ID, { description: 'The id of the evidence that supports it.' })
  evidenceId: string

  @Field(() => ID, {
    description:
      'The id of what it supports, of the same engagement: for the firm a procedure, a walkthrough, a result, a population or an exception; for the client a management response.',
  })
  nodeId: string
}

@InputType({ description: 'Says what a piece of evidence supports.' })
export class LinkEvidenceInput extends NamedLink {}

@InputType({ description: 'Takes back that a piece of evidence supports something.' })
export class UnlinkEvidenceInput extends NamedLink {}
