import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Member } from '../firm/member.js'
import { Evidence } from './evidence.js'
import { EvidenceLink } from './evidence-link.js'

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
  @FieldResolver(
    () => [EvidenceLink],
    atMost(
      EvidenceLink.bounds.evidenceId,
      'What it supports, in the order of linking; people of the client see responses alone.',
    ),
  )
  links(@Root() { id }: Evidence, @Ctx() context: Context): Promise<EvidenceLink[]> {
    return context.loaders.children(EvidenceLink, 'evidenceId', id, { id: 'asc' })
  }
}
