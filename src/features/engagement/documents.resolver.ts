import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Member } from '../firm/member.js'
import { ClosingDocument } from './closing-document.js'
import { DescriptionSection } from './description-section.js'
import { recordClosingDocument, writeDescriptionSection } from './documents.actions.js'
import { RecordClosingDocumentInput, WriteDescriptionSectionInput } from './documents.inputs.js'
import { Engagement } from './engagement.js'

const RecordClosingDocumentPayload = payloadOf('RecordClosingDocumentPayload', {
  closingDocument: [() => ClosingDocument, 'The document recorded.'],
})
const WriteDescriptionSectionPayload = payloadOf('WriteDescriptionSectionPayload', {
  descriptionSection: [() => DescriptionSection, 'The section as written.'],
})

@Resolver(() => Engagement)
export class EngagementDocumentsResolver {
  @FieldResolver(
    () => [ClosingDocument],
    atMost(ClosingDocument.bounds.engagementId, 'The documents of the file, in the order of recording.'),
  )
  closingDocuments(@Root() engagement: Engagement, @Ctx() context: Context): Promise<ClosingDocument[]> {
    return context.batches.children(ClosingDocument, 'engagementId', engagement.id, { number: 'asc' })
  }

  @FieldResolver(
    () => [DescriptionSection],
    atMost(9, 'The description of the system by management, DC1 to DC9, as far as written.'),
  )
  async descriptionSections(@Root() engagement: Engagement, @Ctx() context: Context): Promise<DescriptionSection[]> {
    const order = { criterion: 'asc' } as const
    return context.batches.children(DescriptionSection, 'engagementId', engagement.id, order)
  }

  @Mutation(() => RecordClosingDocumentPayload, {
    description: 'Records a document of the file: what it is, its date, who gave it, and the digest of the file kept.',
  })
  recordClosingDocument(
    @Arg('input', () => RecordClosingDocumentInput) input: RecordClosingDocumentInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordClosingDocument)
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

@Resolver(() => ClosingDocument)
export class ClosingDocumentResolver {
  @FieldResolver(() => Member, { description: 'The auditor who recorded it.' })
  recordedBy(@Root() document: ClosingDocument, @Ctx() context: Context): Promise<Member | null> {
    return context.batches.byId(Member, document.createdBy)
  }
}
