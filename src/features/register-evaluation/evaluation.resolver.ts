import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import { Incident } from '../register/incident.js'
import { IncidentConnection } from '../register/incident.resolver.js'
import { SystemChange } from '../register/system-change.js'
import { SystemChangeConnection } from '../register/system-change.resolver.js'
import { incidentsOf, isEntryEvaluationStale, systemChangesOf } from './entries.js'
import { evaluateIncident, evaluateSystemChange } from './evaluation.actions.js'
import { EvaluateIncidentInput, EvaluateSystemChangeInput } from './evaluation.inputs.js'
import { RegisterEvaluation } from './register-evaluation.js'

const EvaluateIncidentPayload = payloadOf('EvaluateIncidentPayload', {
  evaluation: [() => RegisterEvaluation, 'The evaluation of the incident, as it stands now.'],
})
const EvaluateSystemChangePayload = payloadOf('EvaluateSystemChangePayload', {
  evaluation: [() => RegisterEvaluation, 'The evaluation of the change, as it stands now.'],
})

@Resolver(() => RegisterEvaluation)
export class RegisterEvaluationResolver {
  @FieldResolver(() => Boolean, {
    description:
      'Whether it holds no more: the client changed the entry, or management the section, or the exception was withdrawn.',
  })
  isStale(@Root() evaluation: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<boolean> {
    return isEntryEvaluationStale(loaders, evaluation)
  }

  @FieldResolver(() => Incident, { nullable: true, description: 'The incident evaluated; null where it is a change.' })
  incident(@Root() { incidentId }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<Incident | null> {
    return loaders.byId(Incident, incidentId)
  }

  @FieldResolver(() => SystemChange, {
    nullable: true,
    description: 'The change that was evaluated; null where it is an incident.',
  })
  systemChange(
    @Root() { systemChangeId }: RegisterEvaluation,
    @Ctx() { loaders }: Context,
  ): Promise<SystemChange | null> {
    return loaders.byId(SystemChange, systemChangeId)
  }

  @FieldResolver(() => DescriptionSection, {
    nullable: true,
    description: 'The section of the description that tells of it; null where none does.',
  })
  section(@Root() { sectionId }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<DescriptionSection | null> {
    return loaders.byId(DescriptionSection, sectionId)
  }

  @FieldResolver(() => Exception, {
    nullable: true,
    description: 'The exception that reports what failed; null where none was raised.',
  })
  exception(@Root() { exceptionId }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<Exception | null> {
    return loaders.byId(Exception, exceptionId)
  }

  @FieldResolver(() => Procedure, {
    nullable: true,
    description: 'The procedure that looks at the time after the change; null where none is named.',
  })
  procedure(@Root() { procedureId }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<Procedure | null> {
    return loaders.byId(Procedure, procedureId)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason rests on.'))
  restsOn(@Root() { restsOnIds }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<Row[]> {
    return papersOf(loaders, restsOnIds)
  }

  @FieldResolver(() => Member, { description: 'The manager or partner who evaluated it last.' })
  evaluatedBy(@Root() { evaluatedBy }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<Member | null> {
    return loaders.byId(Member, evaluatedBy)
  }

  @FieldResolver(() => Engagement, { description: 'The engagement for which it was evaluated.' })
  engagement(@Root() { engagementId }: RegisterEvaluation, @Ctx() { loaders }: Context): Promise<Engagement | null> {
    return loaders.byId(Engagement, engagementId)
  }

  @Mutation(() => EvaluateIncidentPayload, {
    description:
      'Evaluates, for an engagement, an incident that the client shared: without effect, told in the description, or reported by an exception.',
  })
  evaluateIncident(@Arg('input', () => EvaluateIncidentInput) input: EvaluateIncidentInput, @Ctx() context: Context) {
    return context.runMutation(input, evaluateIncident)
  }

  @Mutation(() => EvaluateSystemChangePayload, {
    description:
      'Evaluates, for an engagement, a change that the client shared: the same, or a test looks at the time after it.',
  })
  evaluateSystemChange(
    @Arg('input', () => EvaluateSystemChangeInput) input: EvaluateSystemChangeInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, evaluateSystemChange)
  }
}

@Resolver(() => Engagement)
export class EngagementRegistersResolver {
  @FieldResolver(() => IncidentConnection, {
    description:
      'The incidents that the client shared and that occurred, were discovered or went on in the period or up to the release of the report; in a Type 1, up to its date. In the order of sharing.',
  })
  async incidents(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context,
  ): Promise<Page<Incident>> {
    return pageOfList(await incidentsOf(loaders, engagement), args, (page) => [...page])
  }

  @FieldResolver(() => SystemChangeConnection, {
    description:
      'The changes of organization and system that the client shared and that took effect in the period or up to the release of the report; in a Type 1, up to its date. In the order of sharing.',
  })
  async systemChanges(
    @Root() engagement: Engagement,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context,
  ): Promise<Page<SystemChange>> {
    return pageOfList(await systemChangesOf(loaders, engagement), args, (page) => [...page])
  }
}

@Resolver(() => Incident)
export class IncidentEvaluationsResolver {
  @FieldResolver(
    () => [RegisterEvaluation],
    atMost(RegisterEvaluation.bounds.incidentId, 'What it came to in the engagements whose teams you are on.'),
  )
  evaluations(@Root() { id }: Incident, @Ctx() { loaders }: Context): Promise<RegisterEvaluation[]> {
    return loaders.children(RegisterEvaluation, 'incidentId', id, { id: 'asc' })
  }
}

@Resolver(() => SystemChange)
export class ChangeEvaluationsResolver {
  @FieldResolver(
    () => [RegisterEvaluation],
    atMost(RegisterEvaluation.bounds.systemChangeId, 'What it came to in the engagements whose teams you are on.'),
  )
  evaluations(@Root() { id }: SystemChange, @Ctx() { loaders }: Context): Promise<RegisterEvaluation[]> {
    return loaders.children(RegisterEvaluation, 'systemChangeId', id, { id: 'asc' })
  }
}
