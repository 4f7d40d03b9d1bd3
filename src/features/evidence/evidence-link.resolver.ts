import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { type SupportedNode, supportedNodes, words } from '../../rules/vocabulary.js'
import { Member } from '../firm/member.js'
import { Evidence } from './evidence.js'
import { EvidenceLink } from './evidence-link.js'

const ofClient: readonly SupportedNode[] = ['ManagementResponse']
const ofFirm = words(supportedNodes).filter((type) => !ofClient.includes(type))

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
    description:
      'What it supports, in the order of linking: for the team its papers, for people of the client their responses, whose submitted versions name it themselves. Documents and imported lists name their file, too.',
  })
  links(
    @Root() { id }: Evidence,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<EvidenceLink>> {
    // What the client drafts is its own until it is submitted.
    const nodeType = context.claims?.clientId ? ofClient : ofFirm
    return pageWithin(context, EvidenceLink, ['evidenceId', id], { nodeType }, args, { by: 'id', direction: 'asc' })
  }
}
