import { Args, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { Engagement } from '../engagement/engagement.js'
import { inEngagements } from '../engagement/in-engagements.js'
import { Member } from '../firm/member.js'
import { staleSignOffs } from '../signing/content.js'
import { type IndexedPaper, papersOfIndex } from './paper-index.queries.js'

@ObjectType({ description: 'A working paper in the index of the engagement’s file.' })
export class PaperIndexEntry {
  @Field(() => String, { description: 'The type of the paper, as the schema names it.' })
  nodeType: string

  @Field(() => ID, { description: 'The id of the paper, for `node`.' })
  nodeId: string

  @Field(() => String, {
    description: 'The reference by which it is cited, e.g. `AC-01.T1`, `POP-2`, `EX-1` or `WP-3`: the same for ever.',
  })
  ref: string

  @Field(() => String, { description: 'What the paper is about, in a line.' })
  title: string

  @Field(() => Boolean, { description: 'Whether it changed after it was signed: it is signed again.' })
  isStale: boolean
}

const PaperIndexConnection = connectionOf(PaperIndexEntry, 'PaperIndexEntry')

@Resolver(() => PaperIndexEntry)
export class PaperIndexEntryResolver {
  @FieldResolver(() => Member, { nullable: true, description: 'Who signed it as preparer; null for none.' })
  preparedBy(@Root() { preparedBy }: IndexedPaper, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, preparedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who signed it as reviewer; null for none.' })
  reviewedBy(@Root() { reviewedBy }: IndexedPaper, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, reviewedBy)
  }
}

@Resolver(() => Engagement)
export class EngagementPaperIndexResolver {
  @FieldResolver(() => PaperIndexConnection, {
    description:
      'The index of its file: procedures, samples, populations, exceptions, documents and workpapers, kind by kind and by reference, with who signed them.',
  })
  async paperIndex(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context,
  ): Promise<Page<IndexedPaper & { isStale: boolean }>> {
    const [papers, stale] = await Promise.all([
      inEngagements(loaders, 'indexes of papers', papersOfIndex).load(engagement),
      staleSignOffs(loaders, engagement.id, 'changed'),
    ])
    const changed = new Set(stale.map(({ procedureId, workpaperId }) => procedureId ?? workpaperId))
    return pageOfList(papers, args, (page) => page.map((paper) => ({ ...paper, isStale: changed.has(paper.nodeId) })))
  }
}
