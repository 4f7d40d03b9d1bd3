import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { costs } from '../../kernel/execute/point-costs.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { connectionOf, type Page, PageArgs, pageOfList, pageWithin } from '../../kernel/schema/page.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { isUuid } from '../../kernel/store/work.js'
import { criteriaByCode } from '../criterion/catalogue.js'
import { Criterion } from '../criterion/criterion.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { OpinionPreviewInput } from './opinion-preview.inputs.js'
import { CriterionChange, OpinionPreview, PreviewedLetter, PreviewedMisstatement } from './opinion-preview.js'
import { OpinionPreviewRecord } from './opinion-preview-record.js'
import { previewOf, recordPreview } from './preview.js'
import { PreviewedCriterion, PreviewedException } from './previewed-change.js'

const RecordConnection = connectionOf(OpinionPreviewRecord, 'OpinionPreviewRecord')
const MisstatementConnection = connectionOf(PreviewedMisstatement, 'PreviewedMisstatement')

/** The proposal on the present state and on the changed one; and a transaction of its own, with an entry in the trail. */
const previewCost = 1_000 + costs.mutation

const exceptionOf = { nullable: true, description: 'The exception that it is about.' } as const

@Resolver(() => OpinionPreview)
export class OpinionPreviewResolver {
  @Query(() => OpinionPreview, {
    nullable: true,
    description:
      'What if: the opinion, criteria, basis, assertion and letter that would follow from other decisions. Nothing is decided by it; that it was asked, by whom and with which changes, is recorded in the file before it is answered. Null for a readiness engagement, and where there is none for you.',
    complexity: previewCost,
  })
  async opinionPreview(
    @Arg('input', () => OpinionPreviewInput, { description: 'The decisions that are to be other ones.' })
    input: OpinionPreviewInput,
    @Ctx() context: Context,
  ): Promise<OpinionPreview | null> {
    checkArgument(input)
    const { engagementId: id } = input
    const engagement = isUuid(id) ? await context.loaders.byId(Engagement, id) : null
    const previewed = engagement && (await previewOf(context.loaders, engagement, input))
    if (!previewed) return null
    const { preview, asked } = previewed
    context.recordAfterReads((tx) => recordPreview(tx, engagement.id, asked))
    return preview
  }

  @FieldResolver(() => Engagement, { description: 'The engagement whose opinion is previewed.' })
  engagement(@Root() { engagementId }: OpinionPreview, @Ctx() { loaders }: Context): Promise<Engagement | null> {
    return loaders.byId(Engagement, engagementId)
  }
}

const criterionOf = async (code: string, context: Context): Promise<Criterion> =>
  (await criteriaByCode(await context.tx())).get(code) as Criterion

@Resolver(() => CriterionChange)
export class CriterionChangeResolver {
  @FieldResolver(() => Criterion, { description: 'The criterion that it is about.' })
  criterion(@Root() { code }: CriterionChange, @Ctx() context: Context): Promise<Criterion> {
    return criterionOf(code, context)
  }
}

@Resolver(() => PreviewedLetter)
export class PreviewedLetterResolver {
  @FieldResolver(() => MisstatementConnection, {
    description: 'The misstatements of the description that are not corrected, by number.',
  })
  misstatements(
    @Root() { allMisstatements }: PreviewedLetter,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Page<PreviewedMisstatement>> {
    return pageOfList(allMisstatements, args, (page) => [...page])
  }
}

@Resolver(() => PreviewedMisstatement)
export class PreviewedMisstatementResolver {
  @FieldResolver(() => Exception, exceptionOf)
  exception(@Root() { exceptionId }: PreviewedMisstatement, @Ctx() { loaders }: Context): Promise<Exception | null> {
    return loaders.byId(Exception, exceptionId)
  }
}

@Resolver(() => PreviewedException)
export class PreviewedExceptionResolver {
  @FieldResolver(() => Exception, exceptionOf)
  exception(@Root() { exceptionId }: PreviewedException, @Ctx() { loaders }: Context): Promise<Exception | null> {
    return loaders.byId(Exception, exceptionId)
  }
}

@Resolver(() => PreviewedCriterion)
export class PreviewedCriterionResolver {
  @FieldResolver(() => Criterion, { description: 'The criterion that it is about.' })
  criterion(@Root() { criterionCode }: PreviewedCriterion, @Ctx() context: Context): Promise<Criterion> {
    return criterionOf(criterionCode, context)
  }
}

@Resolver(() => OpinionPreviewRecord)
export class OpinionPreviewRecordResolver {
  @FieldResolver(() => Engagement, { description: 'The engagement whose opinion was previewed.' })
  engagement(@Root() { engagementId }: OpinionPreviewRecord, @Ctx() { loaders }: Context): Promise<Engagement | null> {
    return loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The partner or manager who asked.' })
  askedBy(@Root() { createdBy }: OpinionPreviewRecord, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, createdBy)
  }

  @FieldResolver(() => Moment, { description: 'When it was asked, by the database’s clock.' })
  askedAt(@Root() { createdAt }: OpinionPreviewRecord): Date {
    return createdAt
  }
}

@Resolver(() => Engagement)
export class EngagementOpinionPreviewsResolver {
  @FieldResolver(() => RecordConnection, {
    description: 'The previews of the opinion that were asked, the newest first.',
  })
  opinionPreviews(
    @Root() { id }: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<OpinionPreviewRecord>> {
    return pageWithin(context, OpinionPreviewRecord, ['engagementId', id], {}, args, { by: 'id', direction: 'desc' })
  }
}
