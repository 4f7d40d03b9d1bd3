import { Args, ArgsType, Ctx, Field, FieldResolver, InputType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { ColumnCondition } from '../../kernel/store/condition.js'
import type * as words from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { ExplanationKind, ExplanationState } from '../enums.js'
import { Procedure } from '../procedure/procedure.js'
import { Result } from './result.js'
import { ResultConnection } from './result-connection.js'

@InputType({ description: 'Which explanations; every condition given must hold.' })
export class ExplanationFilter {
  @Field(() => ExplanationState, { nullable: true, description: 'Those that are decided so, or wait to be.' })
  state?: words.ExplanationState | null

  @Field(() => ExplanationKind, { nullable: true, description: 'Those of this kind.' })
  kind?: words.ExplanationKind | null
}

@ArgsType()
export class ExplanationArgs extends PageArgs {
  @Field(() => ExplanationFilter, { nullable: true, description: 'Only those that meet these conditions.' })
  filter?: ExplanationFilter | null
}

const explained = new ColumnCondition((column) => `${column} is not null`)

/** Explanations, where they are looked for. */
@Resolver(() => Engagement)
export class ExplainedDeviations {
  @FieldResolver(() => ResultConnection, {
    description:
      'The results of the engagement that were explained, or that are proposed to be: deviations that are said to be none, and what is said not to apply. For the quality reviewer to look at, with who explained, on which evidence, and who agreed.',
  })
  explainedDeviations(
    @Root() { id }: Engagement,
    @Args(() => ExplanationArgs) { filter, ...args }: ExplanationArgs,
    @Ctx() context: Context,
  ): Promise<Page<Result>> {
    const where = {
      explanationState: filter?.state ?? (explained as never),
      ...(filter?.kind ? { explanationKind: filter.kind } : {}),
    }
    return pageWithin(context, Result, ['engagementId', id], where, args, { by: 'id', direction: 'asc' })
  }
}

/** From a result back to what it was recorded in. */
@Resolver(() => Result)
export class ProcedureOfResult {
  @FieldResolver(() => Procedure, { description: 'The procedure that it was recorded in.' })
  procedure(@Root() row: Result, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, row.procedureId)
  }
}
