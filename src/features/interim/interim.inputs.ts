import { ArrayMaxSize, ArrayMinSize, Matches, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ChangeInput } from '../../kernel/schema/input.js'
import { Text } from '../../kernel/schema/text.js'
import { updateMatterKinds, type UpdateMatterKind as Word, words } from '../../rules/vocabulary.js'
import { UpdateMatterKind } from '../enums.js'

const limits = { answer: 4_000 } as const

@InputType({ description: 'What was seen of one matter that an update procedure must look at.' })
export class UpdateAnswerInput {
  @Field(() => UpdateMatterKind, { description: 'Which matter it answers.' })
  kind: Word

  @Field(() => String, {
    description: 'The `digest` of the matter as you read it: what came up since then is not answered unseen.',
  })
  @Matches(/^[0-9a-f]{64}$/, { message: 'matterDigest must be 64 hexadecimal digits in lower case.' })
  matterDigest: string

  @Text({ max: limits.answer, description: 'What was asked, looked at and seen.' })
  answer: string
}

@InputType({ description: 'Answers matters that an update procedure must look at: all those given, or none.' })
export class AnswerUpdateMattersInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the procedure that the act is about.' })
  procedureId: string

  @Field(() => [UpdateAnswerInput], { description: '1 to 6 answers, one to a matter.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(words(updateMatterKinds).length)
  @ValidateNested({ each: true })
  answers: UpdateAnswerInput[]
}
