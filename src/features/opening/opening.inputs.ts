import { Matches } from 'class-validator'
import { ArgsType, Field, ID, InputType } from 'type-graphql'
import { ActInput } from '../../kernel/schema/input.js'
import { PageArgs } from '../../kernel/schema/page.js'

@InputType({ description: 'Records that you opened a paper as it is now.' })
export class RecordOpenedInput extends ActInput {
  @Field(() => ID, {
    description:
      'The id of the paper: evidence, a version of a response or a report; for the engagement’s team also a procedure, a workpaper, a frozen population, an exception, a decision on materiality or an engagement document.',
  })
  nodeId: string

  @Field(() => String, {
    description:
      'The digest of what you opened, as the paper shows it: `contentDigest`, of a population `digest`, of a file, a version of a response or a report `sha256`.',
  })
  @Matches(/^[0-9a-f]{64}$/, { message: 'contentDigest must be 64 hexadecimal digits in lower case.' })
  contentDigest: string
}

@InputType({ description: 'Which openings; every condition given must hold.' })
export class OpeningFilter {
  @Field(() => ID, { nullable: true, description: 'Those of the paper with this id.' })
  nodeId?: string | null

  @Field(() => ID, { nullable: true, description: 'Those by the member with this id.' })
  memberId?: string | null
}

@ArgsType()
export class OpeningArgs extends PageArgs {
  @Field(() => OpeningFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: OpeningFilter | null
}
