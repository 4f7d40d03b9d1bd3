import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Member } from '../firm/member.js'
import { DescriptionSection } from './description-section.js'
import { recordEngagementDocument, writeDescriptionSection } from './documents.actions.js'
import { RecordEngagementDocumentInput, WriteDescriptionSectionInput } from './documents.inputs.js'
import { Engagement } from './engagement.js'
import { EngagementDocument } from './engagement-document.js'

const RecordEngagementDocumentPayload = payloadOf('RecordEngagementDocumentPayload', {
  engagementDocument: [() => EngagementDocument, 'The document as it was recorded.'],
})
const WriteDescriptionSectionPayload = payloadOf('WriteDescriptionSectionPayload', {
  descriptionSection: [() => DescriptionSection, 'The section as written.'],
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

  @FieldResolver(
    () => [DescriptionSection],
    atMost(9, 'The description of the system by management, DC1 to DC9, as far as written.'),
  )
  async descriptionSections(@Root() engagement: Engagement, @Ctx() context: Context): Promise<DescriptionSection[]> {
    const order = { criterion: 'asc' } as const
    return context.loaders.children(DescriptionSection, 'engagementId', engagement.id, order)
  }

  @Mutation(() => RecordEngagementDocumentPayload, {
    description: 'Records a document of the file: what it is, its date, who gave it, and the digest of the file kept.',
  })
  recordEngagementDocument(
    @Arg('input', () => RecordEngagementDocumentInput) input: RecordEngagementDocumentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordEngagementDocument)
  }

  @Mutation(() => WriteDescriptionSectionPayload, {
    description: 'Writes one section of the description of the system, for management.',
  })
  writeDescriptionSection(
    @Arg('input', () => WriteDescriptionSectionInput) input: WriteDescriptionSectionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, writeDescriptionSection)
  }
}

@Resolver(() => EngagementDocument)
export class EngagementDocumentResolver {
  @FieldResolver(() => Member, { description: 'The auditor who recorded it.' })
  recordedBy(@Root() document: EngagementDocument, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, document.createdBy)
  }
}
