import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Claims } from '../../kernel/access/actor.js'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { isUuid } from '../../kernel/store/work.js'
import { checkedPeriod } from '../../rules/evidence.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { PeriodCheck } from '../enums.js'
import { Member } from '../firm/member.js'
import { makeLink } from './download-link.js'
import { CreateUploadInput, RemoveEvidenceInput, UploadTicket } from './evidence.inputs.js'
import { Evidence } from './evidence.js'
import { removeEvidence } from './removal.actions.js'
import { supersedingOf } from './superseding.js'
import { createUpload } from './upload.actions.js'

const EvidenceConnection = connectionOf(Evidence, 'Evidence')
const CreateUploadPayload = payloadOf('CreateUploadPayload', {
  upload: [() => UploadTicket, 'Leave to bring the file: send it to its address.'],
})
const RemoveEvidencePayload = payloadOf('RemoveEvidencePayload', {
  evidence: [() => Evidence, 'The evidence, removed: the record of it stays.'],
})

@Resolver(() => Evidence)
export class EvidenceResolver {
  @Query(() => Evidence, {
    nullable: true,
    description: 'The evidence with this id; null when there is none for you.',
  })
  async evidence(
    @Arg('id', () => ID, { description: 'The id of the evidence that is read.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Evidence | null> {
    return isUuid(id) ? (await context.tx()).one(Evidence, { id }) : null
  }

  @FieldResolver(() => Engagement, { description: 'The engagement that it is evidence for.' })
  engagement(@Root() evidence: Evidence, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, evidence.engagementId)
  }

  @FieldResolver(() => Member, { description: 'The member of the firm or of the client who brought the file.' })
  broughtBy(@Root() evidence: Evidence, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, evidence.createdBy)
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description:
      'Who removed the file; null while it is there, and where the firm’s retention had ended and nobody did.',
  })
  removedBy(@Root() evidence: Evidence, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, evidence.removedBy)
  }

  @FieldResolver(() => Evidence, { nullable: true, description: 'The earlier evidence that this file supersedes.' })
  supersedes(@Root() evidence: Evidence, @Ctx() context: Context): Promise<Evidence | null> {
    return context.loaders.byId(Evidence, evidence.supersedesId)
  }

  @FieldResolver(() => Evidence, {
    nullable: true,
    description: 'The newer evidence that supersedes it, if any; one that was removed does not.',
  })
  supersededBy(@Root() evidence: Evidence, @Ctx() context: Context): Promise<Evidence | null> {
    return supersedingOf(context.loaders, evidence.id)
  }

  @FieldResolver(() => PeriodCheck, {
    description:
      'How the period that it covers compares with the period, or the date, that the engagement examines now.',
  })
  async periodCheck(@Root() evidence: Evidence, @Ctx() context: Context): Promise<words.PeriodCheck> {
    const engagement = (await context.loaders.byId(Engagement, evidence.engagementId)) as Engagement
    return checkedPeriod(evidence, engagement)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where to get the file by HTTP, for some minutes, as the member who asks; it needs no token: keep it to yourself. Null unless AVAILABLE.',
  })
  downloadUrl(@Root() { id, state }: Evidence, @Ctx() { database, claims, services }: Context): string | null {
    if (state !== 'AVAILABLE') return null
    return `${services.files.publicUrl}/files/${makeLink(database.secretBox, claims as Claims, id, Date.now())}`
  }

  @Mutation(() => CreateUploadPayload, {
    description: 'Gives leave to bring a file as evidence for an engagement. The file itself is sent by HTTP.',
  })
  createUpload(@Arg('input', () => CreateUploadInput) input: CreateUploadInput, @Ctx() context: Context) {
    return context.runMutation(input, (tx, given) => createUpload(tx, given, context.services.files))
  }

  @Mutation(() => RemoveEvidencePayload, {
    description:
      'Removes a file on which nothing rests, with a reason; people of the client what the client brought. The record of it stays. Its bytes are destroyed a week later, unless other evidence has the same.',
  })
  removeEvidence(@Arg('input', () => RemoveEvidenceInput) input: RemoveEvidenceInput, @Ctx() context: Context) {
    return context.runMutation(input, removeEvidence)
  }
}

@Resolver(() => Engagement)
export class EngagementEvidenceResolver {
  @FieldResolver(() => EvidenceConnection, {
    description:
      'The evidence brought for the engagement, oldest first; people of the client see what the client brought.',
  })
  evidence(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Evidence>> {
    return pageWithin(context, Evidence, ['engagementId', id], {}, args, { by: 'id', direction: 'asc' })
  }
}
