import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Control } from '../control/control.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import {
  approveMateriality,
  decideMateriality,
  reopenMateriality,
  returnMateriality,
  reviseMateriality,
} from './materiality.actions.js'
import {
  ApproveMaterialityInput,
  DecideMaterialityInput,
  limits,
  ReopenMaterialityInput,
  ReturnMaterialityInput,
  ReviseMaterialityInput,
} from './materiality.inputs.js'
import { MaterialityDecision } from './materiality-decision.js'

const DecideMaterialityPayload = payloadOf('DecideMaterialityPayload', {
  materialityDecision: [() => MaterialityDecision, 'The decision on materiality, which waits for approval.'],
})
const ReviseMaterialityPayload = payloadOf('ReviseMaterialityPayload', {
  materialityDecision: [() => MaterialityDecision, 'The decision on materiality, revised.'],
})
const ApproveMaterialityPayload = payloadOf('ApproveMaterialityPayload', {
  materialityDecision: [() => MaterialityDecision, 'The decision on materiality, approved.'],
  exception: [() => Exception, 'The exception, concluded by the approval.'],
})
const ReopenMaterialityPayload = payloadOf('ReopenMaterialityPayload', {
  materialityDecision: [() => MaterialityDecision, 'The decision on materiality, to be revised.'],
  exception: [() => Exception, 'The exception, which is no longer concluded.'],
})
const ReturnMaterialityPayload = payloadOf('ReturnMaterialityPayload', {
  materialityDecision: [() => MaterialityDecision, 'The decision on materiality, returned.'],
})

@Resolver(() => MaterialityDecision)
export class MaterialityResolver {
  @FieldResolver(() => Exception, { description: 'The exception that was weighed.' })
  exception(@Root() decision: MaterialityDecision, @Ctx() context: Context): Promise<Exception | null> {
    return context.loaders.byId(Exception, decision.exceptionId)
  }

  @FieldResolver(
    () => [Control],
    atMost(
      limits.controls,
      'Other controls that cover the same risk, all tested over the time of the failure and found effective.',
    ),
  )
  async compensatingControls(@Root() decision: MaterialityDecision, @Ctx() context: Context): Promise<Control[]> {
    const { loaders } = context
    const controls = await Promise.all(decision.compensatingControlIds.map((id) => loaders.byId(Control, id)))
    return controls.filter((control) => control !== null)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the rationale rests on.'))
  restsOn(@Root() { restsOnIds }: MaterialityDecision, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'Who decided, or revised it last.' })
  decidedBy(@Root() decision: MaterialityDecision, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, decision.decidedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The engagement partner who approved it.' })
  approvedBy(@Root() decision: MaterialityDecision, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, decision.approvedBy)
  }

  @Mutation(() => DecideMaterialityPayload, { description: 'Decides on the materiality of an exception.' })
  decideMateriality(
    @Arg('input', () => DecideMaterialityInput) input: DecideMaterialityInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, decideMateriality)
  }

  @Mutation(() => ReviseMaterialityPayload, { description: 'Decides anew, before the decision is approved.' })
  reviseMateriality(
    @Arg('input', () => ReviseMaterialityInput) input: ReviseMaterialityInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, reviseMateriality)
  }

  @Mutation(() => ApproveMaterialityPayload, {
    description: 'Approves a decision, as another person than its author; its exception is concluded.',
  })
  approveMateriality(
    @Arg('input', () => ApproveMaterialityInput) input: ApproveMaterialityInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, approveMateriality)
  }

  @Mutation(() => ReopenMaterialityPayload, {
    description: 'Reopens an approved decision, with a reason: its exception is no longer concluded.',
  })
  reopenMateriality(
    @Arg('input', () => ReopenMaterialityInput) input: ReopenMaterialityInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, reopenMateriality)
  }

  @Mutation(() => ReturnMaterialityPayload, { description: 'Returns a decision to be revised.' })
  returnMateriality(
    @Arg('input', () => ReturnMaterialityInput) input: ReturnMaterialityInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, returnMateriality)
  }
}

@Resolver(() => Exception)
export class ExceptionMaterialityResolver {
  @FieldResolver(() => MaterialityDecision, {
    nullable: true,
    description: 'The decision on its materiality; null while there is none.',
  })
  materialityDecision(@Root() exception: Exception, @Ctx() context: Context): Promise<MaterialityDecision | null> {
    return context.loaders.child(MaterialityDecision, 'exceptionId', exception.id)
  }
}
