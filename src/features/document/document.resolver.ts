import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { SubserviceOrganization } from '../complementary/subservice-organization.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { Member } from '../firm/member.js'
import { recordEngagementDocument, recordManagementRefusal, retractManagementRefusal } from './document.actions.js'
import {
  RecordEngagementDocumentInput,
  RecordManagementRefusalInput,
  RetractManagementRefusalInput,
} from './document.inputs.js'
import { EngagementDocument } from './engagement-document.js'
import { ManagementRefusal } from './management-refusal.js'

const RecordEngagementDocumentPayload = payloadOf('RecordEngagementDocumentPayload', {
  engagementDocument: [() => EngagementDocument, 'The document as it was recorded.'],
})
const RecordManagementRefusalPayload = payloadOf('RecordManagementRefusalPayload', {
  refusal: [() => ManagementRefusal, 'The refusal as it was recorded.'],
})

const RetractManagementRefusalPayload = payloadOf('RetractManagementRefusalPayload', {
  refusal: [() => ManagementRefusal, 'The refusal as it is on record now.'],
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
    () => [ManagementRefusal],
    atMost(
      ManagementRefusal.bounds.engagementId,
      'What management refused to give, retracted refusals among it, in the order of recording.',
    ),
  )
  managementRefusals(@Root() engagement: Engagement, @Ctx() context: Context): Promise<ManagementRefusal[]> {
    return context.loaders.children(ManagementRefusal, 'engagementId', engagement.id, { id: 'asc' })
  }

  @Mutation(() => RecordManagementRefusalPayload, {
    description:
      'Records that management refuses its assertion, which ends the engagement, or the representation letter, over which no opinion can be expressed.',
  })
  recordManagementRefusal(
    @Arg('input', () => RecordManagementRefusalInput) input: RecordManagementRefusalInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, recordManagementRefusal)
  }

  @Mutation(() => RetractManagementRefusalPayload, {
    description:
      'Retracts a refusal of management, which gave its assertion or the representation letter after all. The record of the refusal stays, and an opinion decided before is decided anew.',
  })
  retractManagementRefusal(
    @Arg('input', () => RetractManagementRefusalInput) input: RetractManagementRefusalInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, retractManagementRefusal)
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

@Resolver(() => ManagementRefusal)
export class ManagementRefusalResolver {
  @FieldResolver(() => Member, { description: 'The engagement partner who recorded it.' })
  recordedBy(@Root() refusal: ManagementRefusal, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, refusal.createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who retracted it.' })
  retractedBy(@Root() { retractedBy }: ManagementRefusal, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, retractedBy)
  }

  @FieldResolver(
    () => [NamedPaper],
    atMost(PAPERS_MAX, 'The papers that show that management gave it after all; none while it stands.'),
  )
  restsOn(@Root() { restsOnIds }: ManagementRefusal, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }
}
