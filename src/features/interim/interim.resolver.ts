import { Arg, Args, Ctx, Field, FieldResolver, ID, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { connectionOf, type Page, PageArgs, pageOfList } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Day } from '../../kernel/schema/scalars.js'
import type * as vocabulary from '../../rules/vocabulary.js'
import { updateMatterKinds, words } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { TestedTimeKind, UpdateMatterKind } from '../enums.js'
import { Member } from '../firm/member.js'
import { LABELS_MAX } from '../occurrence/expected-occurrence.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { answerUpdateMatters } from './interim.actions.js'
import { AnswerUpdateMattersInput } from './interim.inputs.js'
import { type TestedTimeStanding, testedTimesStanding } from './tested-times.js'
import { ABOUT_MAX, UpdateAnswer } from './update-answer.js'
import { type UpdateMatterStanding, updateMattersOf } from './update-matters.js'

@ObjectType({
  description:
    'Something that an update procedure must look at on the days that it covers in place of a population, as it is known now. Each is answered before the procedure is signed; what came up afterwards is answered before completion.',
})
export class UpdateMatter {
  @Field(() => UpdateMatterKind, { description: 'What there is to look at.' })
  kind: vocabulary.UpdateMatterKind

  @Field(() => String, { description: 'What is to be looked at, in a sentence.' })
  message: string

  @Field(() => [ID], atMost(ABOUT_MAX, 'The ids of what it is about, for `node`.'))
  aboutIds: string[]

  @Field(() => [String], atMost(LABELS_MAX, 'The cycles of a periodic control that fell due on these days.'))
  labels: string[]

  @Field(() => String, {
    description:
      'The digest of what it is about, 64 hexadecimal digits: give it with your answer. Another one when it is about something else.',
  })
  digest: string

  @Field(() => UpdateAnswer, { nullable: true, description: 'What was said to it last; null where nothing was.' })
  answer: UpdateAnswer | null

  @Field(() => Boolean, { description: 'Whether the answer was given to all that it is about now.' })
  isAnswered: boolean
}

@ObjectType({
  description:
    'Days of a control’s time with what tested them: a frozen population, or an update procedure in place of one.',
})
export class TestedTime {
  @Field(() => Day, { description: 'The first of the days.' })
  coversFrom: string

  @Field(() => Day, { description: 'The last of the days.' })
  coversTo: string

  @Field(() => Int, { description: 'How many days these are.' })
  dayCount: number

  @Field(() => TestedTimeKind, { description: 'By what they were tested.' })
  kind: vocabulary.TestedTimeKind

  @Field(() => Boolean, {
    description:
      'Whether it ends before the control’s own time does: interim work, which the rest of the time is updated to.',
  })
  isInterim: boolean

  @Field(() => Boolean, {
    description:
      'Whether it covers these days: reviewed, about operation, and of a population that no other took the place of.',
  })
  isCovering: boolean
}

const TestedTimeConnection = connectionOf(TestedTime, 'TestedTime')
const AnswerUpdateMattersPayload = payloadOf('AnswerUpdateMattersPayload', {
  procedure: [() => Procedure, 'The procedure with its matters.'],
})

@Resolver(() => UpdateAnswer)
export class UpdateAnswerResolver {
  @FieldResolver(() => Procedure, { description: 'The update procedure that it belongs to.' })
  procedure(@Root() { procedureId }: UpdateAnswer, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, procedureId)
  }

  @FieldResolver(() => Member, { description: 'Who looked and answered.' })
  answeredBy(@Root() { answeredBy }: UpdateAnswer, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, answeredBy)
  }
}

@Resolver(() => Procedure)
export class ProcedureUpdateResolver {
  @FieldResolver(
    () => [UpdateMatter],
    atMost(
      words(updateMatterKinds).length,
      'What it must look at on the days that it covers in place of a population; none of any other procedure.',
    ),
  )
  updateMatters(@Root() procedure: Procedure, @Ctx() context: Context): Promise<UpdateMatterStanding[]> {
    return updateMattersOf(context.loaders, procedure)
  }

  @Mutation(() => AnswerUpdateMattersPayload, {
    description:
      'Records what was seen of the matters that an update procedure must look at. An answer given before is replaced.',
  })
  answerUpdateMatters(
    @Arg('input', () => AnswerUpdateMattersInput) input: AnswerUpdateMattersInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, answerUpdateMatters)
  }
}

@Resolver(() => TestedTime)
export class TestedTimeResolver {
  @FieldResolver(() => Population, {
    nullable: true,
    description: 'The frozen population; null of an update procedure.',
  })
  population(@Root() { populationId }: TestedTimeStanding, @Ctx() context: Context): Promise<Population | null> {
    return context.loaders.byId(Population, populationId)
  }

  @FieldResolver(() => Procedure, {
    nullable: true,
    description: 'The procedure that drew from the population, or that covers the days; null where none drew from it.',
  })
  procedure(@Root() { procedureId }: TestedTimeStanding, @Ctx() context: Context): Promise<Procedure | null> {
    return context.loaders.byId(Procedure, procedureId)
  }
}

@Resolver(() => Control)
export class ControlTestedTimesResolver {
  @FieldResolver(() => TestedTimeConnection, {
    description:
      'What was tested over the control’s time, interim work and its update together, by the first day. What it leaves uncovered stands in `populationGaps`.',
  })
  async testedTimes(
    @Root() control: Control,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<TestedTime>> {
    return pageOfList(await testedTimesStanding(context.loaders, control), args, (page) => [...page])
  }
}
