import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList, pageWithin } from '../../kernel/schema/page.js'
import { NamedPaper } from '../../kernel/schema/paper.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { PAPERS_MAX, papersOf } from '../../kernel/store/papers.js'
import type { Row } from '../../kernel/store/row.js'
import type { Deviation } from '../../rules/deviations.js'
import type * as words from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { ExceptionState } from '../enums.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import { Result } from '../sample/result.js'
import { ResultConnection } from '../sample/result-connection.js'
import { deviationsInRequest, drifted, openAmong } from './deviations.js'
import { AUTHORS_MAX, Exception } from './exception.js'
import { occurrencesDrifted } from './occurrences.js'

export const ExceptionConnection = connectionOf(Exception, 'Exception')

/** The results behind deviations, read as a set. */
async function rowsOf(loaders: Loaders, deviations: readonly Deviation[]): Promise<Result[]> {
  const results = await Promise.all(deviations.map(({ id }) => loaders.byId(Result, id)))
  return results.filter((result) => result !== null)
}

/** What an exception is joined to, and what is computed of it. */
@Resolver(() => Exception)
export class ExceptionFields {
  @FieldResolver(() => ExceptionState, {
    description: 'Where it stands. To the client a concluded one is still communicated: conclusions are the auditor’s.',
  })
  state(@Root() { state }: Exception, @Ctx() context: Context): words.ExceptionState | Promise<words.ExceptionState> {
    if (state !== 'CONCLUDED') return state
    return context.actor().then((actor) => (actor?.clientRole ? 'COMMUNICATED' : state))
  }

  @FieldResolver(() => Engagement, { description: 'The engagement that raised it.' })
  engagement(@Root() { engagementId }: Exception, @Ctx() context: Context): Promise<Engagement | null> {
    return context.loaders.byId(Engagement, engagementId)
  }

  @FieldResolver(() => Control, { nullable: true, description: 'The control concerned.' })
  control(@Root() { controlId }: Exception, @Ctx() context: Context): Promise<Control | null> {
    return context.loaders.byId(Control, controlId)
  }

  @FieldResolver(() => Procedure, { nullable: true, description: 'The procedure that found it.' })
  procedure(@Root() { procedureId }: Exception, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, procedureId)
  }

  @FieldResolver(
    () => [Member],
    atMost(AUTHORS_MAX, 'Who wrote it: who raised it, then all who changed the draft. None of them confirms it.'),
  )
  async authors(@Root() { authorIds }: Exception, @Ctx() context: Context): Promise<(Member | null)[]> {
    const { loaders } = context
    return Promise.all(authorIds.map((id) => loaders.byId(Member, id)))
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who confirmed it.' })
  confirmedBy(@Root() { confirmedBy }: Exception, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, confirmedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who communicated it.' })
  communicatedBy(@Root() { communicatedBy }: Exception, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, communicatedBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who withdrew it.' })
  withdrawnBy(@Root() { withdrawnBy }: Exception, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, withdrawnBy)
  }

  @FieldResolver(() => [NamedPaper], atMost(PAPERS_MAX, 'The papers that the reason for withdrawing it rests on.'))
  restsOn(@Root() { restsOnIds }: Exception, @Ctx() context: Context): Promise<Row[]> {
    return papersOf(context.loaders, restsOnIds)
  }

  @FieldResolver(() => ResultConnection, {
    description: 'The results it reports that are deviations and stand, in the order of drawing.',
  })
  async deviations(
    @Root() exception: Exception,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Result>> {
    const { loaders } = context
    const { id } = exception
    const found = await deviationsInRequest(loaders, exception)
    const own = found.filter((one) => one.explanation !== 'APPROVED' && one.exceptions.some((by) => by.id === id))
    return pageOfList(own, args, (page) => rowsOf(loaders, page))
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether its figures are still what the results say. If not, count it anew, or, once it was communicated, withdraw it and raise it again.',
    complexity: 20,
  })
  async isTrueToResults(@Root() exception: Exception, @Ctx() context: Context): Promise<boolean> {
    const found = await deviationsInRequest(context.loaders, exception)
    const occurrences = await occurrencesDrifted(context.loaders, [exception])
    return drifted([exception], found).length + occurrences.length === 0
  }
}

@Resolver(() => Control)
export class ControlExceptions {
  @FieldResolver(() => [Exception], atMost(Exception.bounds.controlId, 'The exceptions of this control, by number.'))
  exceptions(@Root() { id }: Control, @Ctx() context: Context): Promise<Exception[]> {
    return context.loaders.children(Exception, 'controlId', id, { number: 'asc' })
  }
}

@Resolver(() => Procedure)
export class ProcedureExceptions {
  @FieldResolver(() => ExceptionConnection, { description: 'The exceptions that this procedure found, by number.' })
  exceptions(
    @Root() { id }: Procedure,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Exception>> {
    return pageWithin(context, Exception, ['procedureId', id], {}, args, { by: 'number', direction: 'asc' })
  }

  @FieldResolver(() => ResultConnection, {
    description:
      'The deviations that are not accounted for: neither under a live exception nor explained with approval; in the order of drawing.',
    complexity: 20,
  })
  async unaccountedDeviations(
    @Root() procedure: Procedure,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<Result>> {
    const { loaders } = context
    const found = await deviationsInRequest(loaders, procedure)
    const open = new Set(openAmong(found, 'REVIEWED').map(({ node }) => node))
    const own = found.filter((one) => one.procedureId === procedure.id && open.has(one.id))
    return pageOfList(own, args, (page) => rowsOf(loaders, page))
  }
}
