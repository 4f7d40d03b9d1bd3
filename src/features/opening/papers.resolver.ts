import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import type { EngagementRow, RowClass } from '../../kernel/store/row.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { Exception } from '../exception/exception.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { Procedure } from '../procedure/procedure.js'
import { type Content, contentsOf } from '../signing/content.js'
import { digestOfRow, toBeSigned } from './papers.js'

// The digest of each paper that has none of its own: what `recordOpened` takes.

const said = (what: string) => ({
  description: `The digest of ${what}, 64 hexadecimal digits: give it to \`recordOpened\` when you have opened it. Another one after each change.`,
})

const digestOf = async <R extends EngagementRow>({ loaders }: Context, row: RowClass<R>, one: R): Promise<string> =>
  digestOfRow(await loaders.whole(row, one))

@Resolver(() => Procedure)
export class ProcedureDigestResolver {
  // It is over every item of the sample and its results.
  @FieldResolver(() => String, { ...said('what a reviewer would sign of the procedure now'), complexity: 40 })
  async contentDigest(@Root() { id }: Procedure, @Ctx() context: Context): Promise<string> {
    const loader = context.loaders.of<string>('digests of procedures', async (ids, tx) => {
      const contents = await contentsOf(tx, ids)
      return ids.map((one) => toBeSigned(contents.get(one) as Content))
    })
    return loader.load(id)
  }
}

@Resolver(() => Exception)
export class ExceptionDigestResolver {
  @FieldResolver(() => String, {
    ...said('what the exception says now, the auditors’ own notes included'),
    nullable: true,
  })
  contentDigest(@Root() exception: Exception, @Ctx() context: Context): Promise<string> {
    return digestOf(context, Exception, exception)
  }
}

@Resolver(() => MaterialityDecision)
export class MaterialityDigestResolver {
  @FieldResolver(() => String, said('what the decision says now'))
  contentDigest(@Root() decision: MaterialityDecision, @Ctx() context: Context): Promise<string> {
    return digestOf(context, MaterialityDecision, decision)
  }
}

@Resolver(() => EngagementDocument)
export class DocumentDigestResolver {
  @FieldResolver(() => String, said('what the document says now'))
  contentDigest(@Root() document: EngagementDocument, @Ctx() context: Context): Promise<string> {
    return digestOf(context, EngagementDocument, document)
  }
}
