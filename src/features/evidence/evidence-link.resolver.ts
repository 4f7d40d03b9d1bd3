import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { Member } from '../firm/member.js'
import { Evidence } from './evidence.js'
import { EvidenceLink } from './evidence-link.js'

const EvidenceLinkConnection = connectionOf(EvidenceLink, 'EvidenceLink')

@Resolver(() => EvidenceLink)
export class EvidenceLinkResolver {
  @FieldResolver(() => Evidence, { description: 'The evidence that supports it.' })
  evidence(@Root() { evidenceId }: EvidenceLink, @Ctx() context: Context): Promise<Evidence | null> {
    return context.loaders.byId(Evidence, evidenceId)
  }

  @FieldResolver(() => Member, { description: 'The member of the firm or of the client who linked it.' })
  linkedBy(@Root() { createdBy }: EvidenceLink, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, createdBy)
  }
}

@Resolver(() => Evidence)
export class LinksOfEvidence {
  @FieldResolver(() => EvidenceLinkConnection, {
    description: 'What it supports, in the order of linking; people of the client see responses alone.',
  })
  links(
    @Root() { id }: Evidence,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<EvidenceLink>> {
    return pageWithin(context, EvidenceLink, ['evidenceId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
