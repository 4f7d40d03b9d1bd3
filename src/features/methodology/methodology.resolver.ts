import { Arg, Args, Ctx, FieldResolver, Float, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, page } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { BASIS_POINTS } from '../../rules/figures.js'
import { SAMPLING_ROWS } from '../../rules/sampling-table.js'
import { controlFrequencies, riskLevels, words } from '../../rules/vocabulary.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { reviseMethodology } from './methodology.actions.js'
import { ReviseMethodologyInput } from './methodology.inputs.js'
import { Methodology } from './methodology.js'
import { SamplingTable, SamplingTableRow } from './sampling-table.js'
import { methodologyInRequest } from './versions.js'

const MethodologyConnection = connectionOf(Methodology, 'Methodology')
const ReviseMethodologyPayload = payloadOf('ReviseMethodologyPayload', {
  methodology: [() => Methodology, 'The version that was made.'],
})

@Resolver(() => Methodology)
export class MethodologyResolver {
  @FieldResolver(() => SamplingTable, { description: 'Its table of sample sizes.' })
  samplingTable(@Root() methodology: Methodology, @Ctx() context: Context): Promise<SamplingTable | null> {
    return context.loaders.byId(SamplingTable, methodology.samplingTableId)
  }

  @FieldResolver(() => Float, { description: 'The confidence of controls that name none.' })
  confidence(@Root() methodology: Methodology): number {
    return methodology.confidenceBp / BASIS_POINTS
  }

  @FieldResolver(() => Float, { description: 'The tolerable rate of controls that name none.' })
  tolerableRate(@Root() methodology: Methodology): number {
    return methodology.tolerableRateBp / BASIS_POINTS
  }

  @FieldResolver(() => Float, { description: 'The least confidence that a control may name; less is the partner’s.' })
  leastConfidence(@Root() methodology: Methodology): number {
    return methodology.leastConfidenceBp / BASIS_POINTS
  }

  @FieldResolver(() => Float, {
    description: 'The greatest tolerable rate that a control may name; more is the partner’s.',
  })
  greatestTolerableRate(@Root() methodology: Methodology): number {
    return methodology.greatestTolerableRateBp / BASIS_POINTS
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who made this version; null of the one shipped.' })
  revisedBy(@Root() methodology: Methodology, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, methodology.createdBy)
  }

  @Mutation(() => ReviseMethodologyPayload, {
    description:
      'Makes the next version of the firm’s methodology. It holds for controls of which no population was imported yet. What holds at once for every engagement, and is so described, a FIRM_ADMIN alone revises.',
  })
  reviseMethodology(
    @Arg('input', () => ReviseMethodologyInput) input: ReviseMethodologyInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, reviseMethodology)
  }
}

const place = ({ frequency, risk }: SamplingTableRow) =>
  words(controlFrequencies).indexOf(frequency) * 10 + words(riskLevels).indexOf(risk)

@Resolver(() => SamplingTable)
export class SamplingTableResolver {
  @FieldResolver(
    () => [SamplingTableRow],
    atMost(SAMPLING_ROWS, 'One row for each frequency at each risk, the most frequent first, by rising risk.'),
  )
  async rows(@Root() table: SamplingTable, @Ctx() context: Context): Promise<SamplingTableRow[]> {
    const rows = await context.loaders.children(SamplingTableRow, 'samplingTableId', table.id, { id: 'asc' })
    return [...rows].sort((one, other) => place(one) - place(other))
  }
}

@Resolver(() => SamplingTableRow)
export class SamplingTableRowResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description: 'The share of the population that is tested, rounded up to whole items; null where there is a size.',
  })
  share(@Root() row: SamplingTableRow): number | null {
    return row.shareBp === null ? null : row.shareBp / BASIS_POINTS
  }
}

/** The methodology as a part of the firm. */
@Resolver(() => Firm)
export class FirmMethodologyResolver {
  @FieldResolver(() => Methodology, { description: 'What the firm samples by now.' })
  methodology(@Root() _firm: Firm, @Ctx() context: Context): Promise<Methodology> {
    return methodologyInRequest(context.loaders)
  }

  @FieldResolver(() => MethodologyConnection, { description: 'All versions of its methodology, oldest first.' })
  async methodologies(
    @Root() _firm: Firm,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Methodology>> {
    return page(await context.tx(), Methodology, {}, args, { by: 'number', direction: 'asc' })
  }
}
