import { Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import type { Stage } from '../../rules/stages.js'
import type * as words from '../../rules/vocabulary.js'
import { ExtensionKind } from '../enums.js'
import { Member } from '../firm/member.js'

@ObjectType({ description: 'A stage by which a sample may be extended, fixed before it was drawn.' })
export class SampleStage implements Stage {
  @Field(() => Int, { description: 'How many items it adds.' })
  additionalCount: number

  @Field(() => Int, { description: 'How many deviations the sample accepts in all after it.' })
  acceptedDeviationCount: number
}

@ObjectType({ description: 'One extension of a sample, with what was found before it.' })
export class SampleExtension {
  @Field(() => ExtensionKind, {
    description: 'Whether it was planned before the draw, tests all that was left, or dilutes.',
  })
  kind: words.ExtensionKind

  @Field(() => Int, { description: 'How many items it added.' })
  additionalCount: number

  @Field(() => String, { nullable: true, description: 'Why the sample was extended; null where it was planned.' })
  reason: string | null

  @Field(() => Int, { description: 'The size of the sample before it.' })
  sizeBefore: number

  @Field(() => Int, { description: 'How many items were tested before it.' })
  testedCountBefore: number

  @Field(() => Int, { description: 'How many items deviated before it.' })
  deviationCountBefore: number

  @Field(() => Moment, { description: 'When the sample was extended.' })
  extendedAt: Date

  memberId: string
  restsOnIds: string[]
}

@Resolver(() => SampleExtension)
export class SampleExtensionResolver {
  @FieldResolver(() => Member, { description: 'The auditor who extended the sample.' })
  extendedBy(@Root() extension: SampleExtension, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, extension.memberId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() extension: SampleExtension, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, extension.restsOnIds)
  }
}
