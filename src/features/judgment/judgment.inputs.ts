import { ArrayMaxSize, ArrayMinSize, Matches, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'

export const limits = { note: 2_000, judgments: 100 } as const

const digest = { message: 'figuresDigest must be 64 hexadecimal digits in lower case.' }

@InputType({ description: 'Acknowledges a judgment against the figures.' })
export class AcknowledgeJudgmentInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement whose judgment it is.' })
  engagementId: string

  @Field(() => ID, { description: 'The id of the judgment, as the list shows it.' })
  judgmentId: string

  @Field(() => String, {
    description: 'The `figuresDigest` that you read. Where it is another one now, it is refused.',
  })
  @Matches(/^[0-9a-f]{64}$/, digest)
  figuresDigest: string

  @Text({ max: limits.note, description: 'What you say to it: why the judgment can stand beside the figures.' })
  note: string
}

@InputType({ description: 'One judgment that was read and is acknowledged.' })
export class AcknowledgedJudgmentInput {
  @Field(() => ID, { description: 'The id of the judgment, as the list shows it.' })
  judgmentId: string

  @Field(() => String, {
    description: 'The `figuresDigest` that you read. Where it is another one now, it is refused.',
  })
  @Matches(/^[0-9a-f]{64}$/, digest)
  figuresDigest: string

  @Text({ max: limits.note, description: 'What you say to it: why the judgment can stand beside the figures.' })
  note: string
}

@InputType({ description: 'Acknowledges several judgments against the figures, each with its digest: all or none.' })
export class AcknowledgeJudgmentsInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement whose judgments they are.' })
  engagementId: string

  @Field(() => [AcknowledgedJudgmentInput], { description: 'The judgments, each once; 1 to 100.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(limits.judgments)
  @ValidateNested({ each: true })
  judgments: AcknowledgedJudgmentInput[]
}
