import { Field, ID, ObjectType } from 'type-graphql'
import type { FrameworkAsserted } from '../../rules/assertions.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
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

/**
 * Claims as they are kept; of one that is based on the trust services criteria no framework is named.
 * @param frameworks those that the opinion on the engagement covers
 * @throws Refusal NOT_FOUND at the place of each framework in `claims` that is none of these
 */
export function claimsKept(given: readonly Given[], frameworks: readonly FrameworkAsserted[]): AssertionClaim[] {
  const idOf = ({ frameworkId }: Given) => frameworkId?.toLowerCase()
  const named = given.map((one) => frameworks.find(({ frameworkId }) => frameworkId === idOf(one)) ?? null)
  checkEach(
    given.flatMap((one, at) => {
      if (!one.frameworkId || named[at]) return []
      const message = 'The opinion on the engagement covers no such framework.'
      return new Refusal('NOT_FOUND', message, ['claims', at, 'frameworkId'])
    }),
  )
  return given.map(({ subjectMatter, claim, matters = null }, at) => {
    const framework = named[at]
    if (!framework) return { subjectMatter, claim, matters }
    return { subjectMatter, frameworkId: framework.frameworkId, frameworkName: framework.name, claim, matters }
  })
}

@ObjectType({ description: 'A person who signed the assertion for management.' })
export class AssertionSigner {
  @Field(() => String, { description: 'The person’s name, as the report prints it.' })
  name: string

  @Field(() => String, { description: 'The person’s title in the service organization.' })
  title: string
}
