import { Field, ID, ObjectType } from 'type-graphql'
import type { FrameworkAsserted } from '../../rules/assertions.js'
import type * as words from '../../rules/vocabulary.js'
import { AssertedOutcome, SubjectMatter } from '../enums.js'
import { FRAMEWORKS_MAX } from '../framework/framework.js'
import { SUBJECT_MATTERS_MAX } from '../opinion/opinion-basis.js'

/** An assertion is signed by one or two people. */
export const SIGNERS_MAX = 2

/** Of each subject matter; of design and operation also based on the criteria of each further framework. */
export const CLAIMS_MAX = SUBJECT_MATTERS_MAX + 2 * FRAMEWORKS_MAX

@ObjectType({ description: 'What management claims of one subject matter in its assertion.' })
export class AssertionClaim {
  @Field(() => SubjectMatter, { description: 'The subject matter that is claimed something of.' })
  subjectMatter: words.SubjectMatter

  @Field(() => ID, {
    nullable: true,
    description:
      'The further framework whose criteria it is based on, where the examination covers one; null for the trust services criteria.',
  })
  frameworkId?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'What that framework is called, with its edition; null for the trust services criteria.',
  })
  frameworkName?: string | null

  @Field(() => AssertedOutcome, { description: 'Whether management claims that it holds.' })
  claim: words.AssertedOutcome

  @Field(() => String, {
    nullable: true,
    description: 'What management excepts, or for what it does not hold; null where it claims that it holds.',
  })
  matters: string | null
}

interface Given extends Omit<AssertionClaim, 'frameworkName' | 'matters'> {
  matters?: string | null
}

/** A claim as it is kept; of one that is based on the trust services criteria no framework is named. */
export function claimOf(
  { subjectMatter, frameworkId, claim, matters = null }: Given,
  frameworks: readonly FrameworkAsserted[],
): AssertionClaim {
  if (!frameworkId) return { subjectMatter, claim, matters }
  const id = frameworkId.toLowerCase()
  const frameworkName = frameworks.find((one) => one.frameworkId === id)?.name ?? null
  return { subjectMatter, frameworkId: id, frameworkName, claim, matters }
}

@ObjectType({ description: 'A person who signed the assertion for management.' })
export class AssertionSigner {
  @Field(() => String, { description: 'The person’s name, as the report prints it.' })
  name: string

  @Field(() => String, { description: 'The person’s title in the service organization.' })
  title: string
}
