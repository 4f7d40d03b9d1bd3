import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { Member } from '../firm/member.js'
import { recordEngagementDocument } from './document.actions.js'
import { RecordEngagementDocumentInput } from './document.inputs.js'
import { EngagementDocument } from './engagement-document.js'

const RecordEngagementDocumentPayload = payloadOf('RecordEngagementDocumentPayload', {
  engagementDocument: [() => EngagementDocument, 'The document as it was recorded.'],
})

@Resolver(() => Engagement)
export class EngagementDocumentsResolver {
  @FieldResolver(
    () => [EngagementDocument],
    atMost(EngagementDocument.bounds.engagementId, 'The documents of the file, in the order of recording.'),
  )
  documents(@Root() engagement: Engagement, @Ctx() context: Context): Promise<EngagementDocument[]> {
    return context.loaders.children(EngagementDocument, 'engagementId', engagement.id, { number: 'asc' })
  }

  @Mutation(() => RecordEngagementDocumentPayload, {
    description:
      'Records a document of the file: what it is, its date, who gave it, and the evidence that is its file.',
  })
  recordEngagementDocument(
    @Arg('input', () => RecordEngagementDocumentInput) input: RecordEngagementDocumentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordEngagementDocument)
  }
}

@Resolver(() => EngagementDocument)
export class EngagementDocumentResolver {
  @FieldResolver(() => Evidence, { description: 'The document itself: its file, which is never removed.' })
  evidence(@Root() document: EngagementDocument, @Ctx() context: Context): Promise<Evidence | null> {
    return context.loaders.byId(Evidence, document.evidenceId)
  }

  @FieldResolver(() => SubserviceOrganization, {
    nullable: true,
    description: 'The subservice organization whose management gave it; null of a document of the client.',
  })
  subserviceOrganization(
    @Root() document: EngagementDocument,
    @Ctx() { loaders }: Context,
  ): Promise<SubserviceOrganization | null> {
    return loaders.byId(SubserviceOrganization, document.subserviceOrganizationId)
  }

  @FieldResolver(() => Member, { description: 'The auditor who recorded it.' })
  recordedBy(@Root() document: EngagementDocument, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, document.createdBy)
  }
}
