import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Control } from '../control/control.js'
import { Member } from '../firm/member.js'
import { concludeControl } from './conclusion.actions.js'
import {
  ApproveControlWithoutPopulationInput,
  ConcludeControlInput,
  MarkControlWithoutPopulationInput,
} from './conclusion.inputs.js'
import { approveControlWithoutPopulation, markControlWithoutPopulation } from './no-population.actions.js'
import { NoPopulationMark } from './no-population-mark.js'

const ConcludeControlPayload = payloadOf('ConcludeControlPayload', {
  control: [() => Control, 'The control with its conclusion.'],
})
const MarkControlWithoutPopulationPayload = payloadOf('MarkControlWithoutPopulationPayload', {
  control: [() => Control, 'The control that is said to have no population.'],
  mark: [() => NoPopulationMark, 'The mark, which awaits approval.'],
})
const ApproveControlWithoutPopulationPayload = payloadOf('ApproveControlWithoutPopulationPayload', {
  mark: [() => NoPopulationMark, 'The mark, which counts from now on.'],
})

@Resolver(() => Control)
export class ConclusionResolver {
  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason for its conclusion rests on.'))
  conclusionRestsOn(@Root() { conclusionRestsOnIds }: Control, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, conclusionRestsOnIds)
  }

  @FieldResolver(() => NoPopulationMark, {
    nullable: true,
    description: 'That it acts on no list of items; null where it was not marked so.',
  })
  noPopulationMark(@Root() { id }: Control, @Ctx() { loaders }: Context): Promise<NoPopulationMark | null> {
    return loaders.child(NoPopulationMark, 'controlId', id)
  }

  @Mutation(() => ConcludeControlPayload, {
    description: 'Concludes on a control’s design and, in a Type 2, operation. Every procedure of it must be reviewed.',
  })
  concludeControl(@Arg('input', () => ConcludeControlInput) input: ConcludeControlInput, @Ctx() context: Context) {
    return context.runMutation(input, concludeControl)
  }

  @Mutation(() => MarkControlWithoutPopulationPayload, {
    description: 'Marks a control as having no population, before its testing begins; another person approves it.',
  })
  markControlWithoutPopulation(
    @Arg('input', () => MarkControlWithoutPopulationInput) input: MarkControlWithoutPopulationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, markControlWithoutPopulation)
  }

  @Mutation(() => ApproveControlWithoutPopulationPayload, {
    description: 'Approves that a control has no population, as a manager or the partner who did not mark it.',
  })
  approveControlWithoutPopulation(
    @Arg('input', () => ApproveControlWithoutPopulationInput) input: ApproveControlWithoutPopulationInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, approveControlWithoutPopulation)
  }
}

@Resolver(() => NoPopulationMark)
export class NoPopulationMarkResolver {
  @FieldResolver(() => Control, { description: 'The control that is said to have no population.' })
  control(@Root() { controlId }: NoPopulationMark, @Ctx() { loaders }: Context): Promise<Control | null> {
    return loaders.byId(Control, controlId)
  }

  @FieldResolver(() => Member, { description: 'Who marked the control.' })
  markedBy(@Root() mark: NoPopulationMark, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, mark.markedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The manager or partner who approved it.' })
  approvedBy(@Root() mark: NoPopulationMark, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, mark.approvedBy)
  }
}
