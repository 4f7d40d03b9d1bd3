import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { AssertedOutcome, OpinionType, SubjectMatter } from '../enums.js'
import { Evidence } from '../evidence/evidence.js'
import { Member } from '../firm/member.js'
import { Framework } from '../framework/framework.js'
import { recordAssertion, resolveAssertion, signAssertion, writeAssertion } from './assertion.actions.js'
import {
  RecordAssertionInput,
  ResolveAssertionInput,
  SignAssertionInput,
  WriteAssertionInput,
} from './assertion.inputs.js'
import { CLAIMS_MAX } from './assertion-parts.js'
import { AssertionResolution } from './assertion-resolution.js'
import { ASSERTIONS_MAX, ManagementAssertion } from './management-assertion.js'
import { assertionStandingIn } from './standing.js'

const WriteAssertionPayload = payloadOf('WriteAssertionPayload', {
  assertion: [() => ManagementAssertion, 'The draft as it was written.'],
})
const SignAssertionPayload = payloadOf('SignAssertionPayload', {
  assertion: [() => ManagementAssertion, 'The assertion as it was signed.'],
})
const RecordAssertionPayload = payloadOf('RecordAssertionPayload', {
  assertion: [() => ManagementAssertion, 'The assertion as it was recorded.'],
})
const ResolveAssertionPayload = payloadOf('ResolveAssertionPayload', {
  resolution: [() => AssertionResolution, 'How the contradiction was dealt with, as recorded.'],
})

@ObjectType({ description: 'A subject matter of which management’s assertion says something else than the opinion.' })
export class AssertionContradiction {
  frameworkId: string | null

  @Field(() => SubjectMatter, { description: 'The subject matter that both speak of.' })
  subjectMatter: words.SubjectMatter

  @Field(() => AssertedOutcome, { description: 'What management claims of it.' })
  claim: words.AssertedOutcome

  @Field(() => OpinionType, { description: 'The gravest conclusion of the opinion on it.' })
  opinion: words.OpinionType
}

@Resolver(() => AssertionContradiction)
export class AssertionContradictionResolver {
  @FieldResolver(() => Framework, {
    nullable: true,
    description: 'The further framework whose criteria both are based on; null for the trust services criteria.',
  })
  framework(@Root() { frameworkId }: AssertionContradiction, @Ctx() context: Context): Promise<Framework | null> {
    return context.loaders.byId(Framework, frameworkId)
  }
}

@Resolver(() => ManagementAssertion)
export class ManagementAssertionResolver {
  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The client’s administrator who signed it in the service, or the auditor who recorded it.',
  })
  signedBy(@Root() assertion: ManagementAssertion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, assertion.signedBy)
  }

  @FieldResolver(() => Evidence, { nullable: true, description: 'The signed file; null where there is none.' })
  evidence(@Root() assertion: ManagementAssertion, @Ctx() context: Context): Promise<Evidence | null> {
    return context.loaders.byId(Evidence, assertion.evidenceId)
  }

  @FieldResolver(
    () => [AssertionContradiction],
    atMost(CLAIMS_MAX, 'What it says otherwise than the opinion; nothing of one that is not in force.'),
  )
  async contradictions(
    @Root() { id, engagementId }: ManagementAssertion,
    @Ctx() context: Context,
  ): Promise<AssertionContradiction[]> {
    const { assertion, contradictions } = await assertionStandingIn(context.loaders, engagementId)
    return assertion?.id === id ? contradictions : []
  }

  @FieldResolver(() => AssertionResolution, {
    nullable: true,
    description: 'How the partner dealt with these contradictions; null where nothing is recorded of them.',
  })
  async resolution(
    @Root() { id, engagementId }: ManagementAssertion,
    @Ctx() context: Context,
  ): Promise<AssertionResolution | null> {
    const { assertion, resolution } = await assertionStandingIn(context.loaders, engagementId)
    return assertion?.id === id ? resolution : null
  }

  @Mutation(() => WriteAssertionPayload, {
    description:
      'Writes the draft of management’s assertion, the first time or again; where the last one is signed, a new one begins.',
  })
  writeAssertion(@Arg('input', () => WriteAssertionInput) input: WriteAssertionInput, @Ctx() context: Context) {
    return context.runMutation(input, writeAssertion)
  }

  @Mutation(() => SignAssertionPayload, {
    description: 'Signs management’s assertion, which stays as it is from then on and prints as Section II.',
  })
  signAssertion(@Arg('input', () => SignAssertionInput) input: SignAssertionInput, @Ctx() context: Context) {
    return context.runMutation(input, signAssertion)
  }

  @Mutation(() => RecordAssertionPayload, {
    description: 'Records, for the auditor, an assertion that management signed on paper, with the signed file.',
  })
  recordAssertion(@Arg('input', () => RecordAssertionInput) input: RecordAssertionInput, @Ctx() context: Context) {
    return context.runMutation(input, recordAssertion)
  }

  @Mutation(() => ResolveAssertionPayload, {
    description:
      'Records how an assertion that says something else than the opinion was dealt with: a judgment against the figures, which names the papers it rests on.',
  })
  resolveAssertion(@Arg('input', () => ResolveAssertionInput) input: ResolveAssertionInput, @Ctx() context: Context) {
    return context.runMutation(input, resolveAssertion)
  }
}

@Resolver(() => AssertionResolution)
export class AssertionResolutionResolver {
  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() { restsOnIds }: AssertionResolution, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The engagement partner who recorded it.' })
  decidedBy(@Root() resolution: AssertionResolution, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, resolution.createdBy)
  }
}

@Resolver(() => Engagement)
export class EngagementAssertionsResolver {
  @FieldResolver(
    () => [ManagementAssertion],
    atMost(ASSERTIONS_MAX, 'Management’s assertions by number, a draft among them; the one signed last is in force.'),
  )
  assertions(@Root() engagement: Engagement, @Ctx() context: Context): Promise<ManagementAssertion[]> {
    return context.loaders.children(ManagementAssertion, 'engagementId', engagement.id, { number: 'asc' })
  }
}
