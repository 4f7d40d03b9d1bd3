import { Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { checkArgument } from '../../kernel/schema/input.js'
import { type OrderBy, orderByOf, orderOf } from '../../kernel/schema/order.js'
import { type Page, PageArgs, page, pageWithin } from '../../kernel/schema/page.js'
import { Key } from '../../kernel/schema/text.js'
import { ColumnCondition, including } from '../../kernel/store/condition.js'
import { listed } from '../../kernel/store/listed.js'
import type { Where } from '../../kernel/store/row.js'
import { soughtId, type Tx } from '../../kernel/store/work.js'
import { statesCommunicated, statesUncorrected } from '../../rules/exceptions.js'
import { givenStates } from '../../rules/responses.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { ExceptionKind, ExceptionState } from '../enums.js'
import { ExceptionConnection } from '../exception/exception.fields.js'
import { Exception } from '../exception/exception.js'

const ExceptionOrderBy = orderByOf('Exception', {
  RAISED: 'When the exception was raised; within an engagement, by number.',
})
const columns = { RAISED: 'id' } as const

@InputType({ description: 'Which exceptions; every condition given must hold.' })
export class ExceptionFilter {
  @Field(() => ID, { nullable: true, description: 'Those of this engagement.' })
  engagementId?: string | null

  @Field(() => ID, { nullable: true, description: 'Those of this client.' })
  clientId?: string | null

  @Field(() => ExceptionState, { nullable: true, description: 'Those in this state.' })
  state?: words.ExceptionState | null

  @Field(() => ExceptionKind, { nullable: true, description: 'Those of this kind.' })
  kind?: words.ExceptionKind | null

  @Key({ max: 20, nullable: true, description: 'Those that concern this criterion, by its code.' })
  criterionCode?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the client is yet to respond: communicated, and nothing submitted or the response returned.',
  })
  awaitingResponse?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is a misstatement of the description that was confirmed and that management has not corrected: what the representation letter lists.',
  })
  isUncorrectedMisstatement?: boolean | null
}

@ArgsType()
class ExceptionsArgs extends PageArgs {
  @Field(() => ExceptionFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: ExceptionFilter | null

  @Field(() => ExceptionOrderBy, { nullable: true, description: 'The order; the first raised first when not given.' })
  orderBy?: OrderBy<'RAISED'> | null
}

/** Lists of exceptions stand here, after both nouns: one can ask for those that await a response. */
@Resolver(() => Engagement)
export class ExceptionsResolver {
  @Query(() => ExceptionConnection, {
    description: 'Exceptions: of the engagements you are on; to the client, those communicated.',
  })
  exceptions(@Args(() => ExceptionsArgs) args: ExceptionsArgs, @Ctx() context: Context): Promise<Page<Exception>> {
    return exceptionsPage(context, args)
  }

  @FieldResolver(() => ExceptionConnection, {
    name: 'exceptions',
    description: 'The exceptions of the engagement; to the client, those communicated.',
  })
  ofEngagement(
    @Root() { id }: Engagement,
    @Args(() => ExceptionsArgs) args: ExceptionsArgs,
    @Ctx() context: Context,
  ): Promise<Page<Exception>> {
    return exceptionsPage(context, args, id)
  }
}

async function exceptionsPage(
  context: Context,
  { filter, orderBy, ...args }: ExceptionsArgs,
  engagementId?: string,
): Promise<Page<Exception>> {
  checkArgument(filter)
  const tx = await context.tx()
  const where: Where<Exception> = {
    engagementId: soughtId(filter?.engagementId),
    clientId: soughtId(filter?.clientId),
    kind: filter?.kind ?? undefined,
    state: statesFor(tx, filter?.state),
    criteriaCodes: filter?.criterionCode ? including(filter.criterionCode) : undefined,
    id: among(tx, filter),
  }
  const order = orderOf(orderBy, columns)
  if (!engagementId) return page(tx, Exception, where, args, order)
  return pageWithin(context, Exception, ['engagementId', engagementId], where, args, order)
}

/** To the client a concluded exception is still communicated. */
function statesFor(tx: Tx, state: words.ExceptionState | null | undefined): words.ExceptionState[] | undefined {
  if (!state) return undefined
  if (!tx.actor.clientRole) return [state]
  if (state === 'CONCLUDED') return []
  return state === 'COMMUNICATED' ? [...statesCommunicated] : [state]
}

/** The conditions of a filter that are more than a column's value, as one on the exception's id. */
function among(tx: Tx, filter: ExceptionFilter | null | undefined): ColumnCondition | undefined {
  const conditions = [
    typeof filter?.awaitingResponse === 'boolean' ? awaited(tx, filter.awaitingResponse) : undefined,
    typeof filter?.isUncorrectedMisstatement === 'boolean' ? uncorrected(filter.isUncorrectedMisstatement) : undefined,
  ].filter((condition) => condition !== undefined)
  if (conditions.length === 0) return undefined
  return new ColumnCondition((id, bind) => conditions.map(({ write }) => write(id, bind)).join(' and '))
}

/** Those of `isUncorrectedMisstatement` (rules/exceptions.ts), or all others. */
const uncorrected = (is: boolean) =>
  new ColumnCondition(
    () =>
      `("exception".kind = 'DESCRIPTION_MISSTATEMENT' and "exception".state in (${listed(statesUncorrected)})) is ${is}`,
  )

/**
 * A condition on an exception's id. The states are those of `isAwaited` (rules/responses.ts). They are the row's own, so that
 * the index of the client's exceptions by state leads to it.
 */
const awaited = (tx: Tx, is: boolean) =>
  new ColumnCondition(
    (id, bind) => `${is ? '' : 'not'} ("exception".state in (${listed(statesCommunicated)})
      and not exists (select 1 from management_response r
        where r.firm_id = ${bind(tx.firmId)} and r.exception_id = ${id} and r.state in (${listed(givenStates)})))`,
  )
