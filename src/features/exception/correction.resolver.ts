import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Member } from '../firm/member.js'
import { recordCorrection } from './correction.actions.js'
import { RecordCorrectionInput } from './exception.inputs.js'
import { Exception } from './exception.js'

const RecordCorrectionPayload = payloadOf('RecordCorrectionPayload', {
  exception: [() => Exception, 'The misstatement, as corrected.'],
})

/** That management corrected a misstatement of its description. */
@Resolver(() => Exception)
export class CorrectionResolver {
  @Mutation(() => RecordCorrectionPayload, {
    description:
      'Records that management corrected a misstatement of its description: it is not printed, needs no response and counts for no opinion. By a manager or the partner who wrote nothing of it; again, where the section was written anew since.',
  })
  recordCorrection(@Arg('input', () => RecordCorrectionInput) input: RecordCorrectionInput, @Ctx() context: Context) {
    return context.runMutation(input, recordCorrection)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who saw that the description was corrected.' })
  correctedBy(@Root() { correctedBy }: Exception, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, correctedBy)
  }

  @FieldResolver(() => DescriptionSection, {
    nullable: true,
    description: 'The section of the description that says it right; null where papers alone show it.',
  })
  correctedSection(
    @Root() { correctedSectionId }: Exception,
    @Ctx() context: Context,
  ): Promise<DescriptionSection | null> {
    return context.loaders.byId(DescriptionSection, correctedSectionId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that show that the description was corrected.'))
  correctionRestsOn(@Root() { correctionRestsOnIds }: Exception, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, correctionRestsOnIds)
  }
}
