import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import { Engagement } from '../engagement/engagement.js'
import { Member } from '../firm/member.js'
import { changeEngagementCalendar } from './calendar.actions.js'
import { ChangeEngagementCalendarInput } from './calendar.inputs.js'
import { calendarsOf } from './calendar-used.js'
import { EngagementCalendar } from './engagement-calendar.js'

const ChangeEngagementCalendarPayload = payloadOf('ChangeEngagementCalendarPayload', {
  calendar: [() => EngagementCalendar, 'The calendar that the engagement uses now.'],
  engagement: [() => Engagement, 'The engagement with its calendars.'],
})

@Resolver(() => EngagementCalendar)
export class EngagementCalendarResolver {
  @FieldResolver(() => Member, { description: 'Who imported the first list or ended fieldwork, or the partner.' })
  setBy(@Root() { createdBy }: EngagementCalendar, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, createdBy)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason for a change rests on.'))
  restsOn(@Root() { restsOnIds }: EngagementCalendar, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => Engagement, { description: 'The engagement that uses it.' })
  engagement(@Root() { engagementId }: EngagementCalendar, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }
}

@Resolver(() => Engagement)
export class CalendarsOfEngagement {
  @FieldResolver(
    () => [EngagementCalendar],
    atMost(
      EngagementCalendar.bounds.engagementId,
      'The calendars that it used, the one in force last. None before its first list is imported or its fieldwork ends: the client’s, as it is.',
    ),
  )
  calendars(@Root() engagement: Engagement, @Ctx() { loaders }: Context): Promise<EngagementCalendar[]> {
    return calendarsOf(loaders, engagement)
  }

  @Mutation(() => ChangeEngagementCalendarPayload, {
    description:
      'Changes when people work at the client, for this engagement, once lists were imported: by the engagement partner, with a reason that names a paper. It is a judgment against the figures.',
  })
  changeEngagementCalendar(
    @Arg('input', () => ChangeEngagementCalendarInput) input: ChangeEngagementCalendarInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, changeEngagementCalendar)
  }
}
