import { Field, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { AssertedOutcome, SubjectMatter } from '../enums.js'

/** An assertion is signed by one or two people. */
export const SIGNERS_MAX = 2

@ObjectType({ description: 'What management claims of one subject matter in its assertion.' })
export class AssertionClaim {
  @Field(() => SubjectMatter, { description: 'The subject matter that is claimed something of.' })
  subjectMatter: words.SubjectMatter

  @Field(() => AssertedOutcome, { description: 'Whether management claims that it holds.' })
  claim: words.AssertedOutcome

  @Field(() => String, {
    nullable: true,
    description: 'What management excepts, or for what it does not hold; null where it claims that it holds.',
  })
  matters: string | null
}

@ObjectType({ description: 'A person who signed the assertion for management.' })
export class AssertionSigner {
  @Field(() => String, { description: 'The person’s name, as the report prints it.' })
  name: string

  @Field(() => String, { description: 'The person’s title in the service organization.' })
  title: string
}
