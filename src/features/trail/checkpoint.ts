import { Field, ID, Int, ObjectType } from 'type-graphql'
import { Moment } from '../../kernel/schema/scalars.js'
import type { SignedCheckpoint } from '../../rules/checkpoint.js'

@ObjectType({
  description:
    'The head of a trail at one moment, signed with Ed25519. Keep it apart from the service: a trail that is cut short or written anew behind it no longer agrees with it. The keys are published at `/.well-known/checkpoint-keys.json`.',
})
export class Checkpoint implements SignedCheckpoint {
  /** Where the chain is an engagement's: who may enter this type is asked of that engagement. */
  engagementId: string | null

  @Field(() => ID, { description: 'The firm whose trail it is.' })
  firmId: string

  @Field(() => ID, {
    description: 'The engagement the chain is of; the firm, or the client, for what concerns no engagement.',
  })
  chainId: string

  @Field(() => Int, { description: 'How many entries the chain had.' })
  position: number

  @Field(() => String, { description: 'The hash of the last of them, 64 hexadecimal digits.' })
  hash: string

  @Field(() => Moment, { name: 'signedAt', description: 'When it was signed, by the database’s clock.' })
  at: Date

  @Field(() => String, { description: 'The name of the key that signed it, as it is published.' })
  keyId: string

  @Field(() => String, {
    description: 'Ed25519 over the text that docs/forms.md gives for a checkpoint, in base64url.',
  })
  signature: string
}
