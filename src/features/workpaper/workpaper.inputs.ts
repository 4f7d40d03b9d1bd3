import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput, type Mixed } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { WorkpaperKind } from '../enums.js'

const limits = { title: 200, text: 50_000, name: 200, role: 200, question: 10_000, reason: 4_000 } as const

interface Written {
  title: string
  text: string
  consultedName: string | null
  consultedRole: string | null
  consultedOn: string | null
  question: string | null
  conclusion: string | null
  restsOnIds: string[]
}

/** What writing and changing a paper have in common. */
function withPaper<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Written, Updates> {
  const nullable = updates
  @InputType()
  abstract class PaperInput extends (base as abstract new () => ActInput) implements Written {
    @Line({ max: limits.title, nullable, description: 'What the paper is about, in one line.' })
    title: string

    @Text({ max: limits.text, nullable, description: 'The paper itself: facts, considerations, what follows.' })
    text: string

    @Line({ max: limits.name, nullable: true, description: 'Of a consultation: who was consulted, by name.' })
    consultedName: string | null

    @Line({
      max: limits.role,
      nullable: true,
      description: 'Of a consultation: in which role, and of which office or firm.',
    })
    consultedRole: string | null

    @DayInput({ nullable: true, description: 'Of a consultation: the day on which it was held.' })
    consultedOn: string | null

    @Text({
      max: limits.question,
      nullable: true,
      description: 'Of a consultation: on what, with the facts that were told.',
    })
    question: string | null

    @Text({
      max: limits.question,
      nullable: true,
      description: 'Of a consultation: the conclusion, that the person consulted agrees, and how it was followed.',
    })
    conclusion: string | null

    @Papers('The papers that it refers to.', updates)
    restsOnIds: string[]
  }
  return PaperInput as unknown as Mixed<Base, Written, Updates>
}

@InputType({ description: 'Writes a working paper that is no test of a control.' })
export class WriteWorkpaperInput extends withPaper(ActInput, false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => WorkpaperKind, { description: 'What kind of paper it is; this does not change.' })
  kind: words.WorkpaperKind
}

@InputType({
  description: 'Changes a draft: what is absent stays as it is; null clears restsOnIds, and is refused elsewhere.',
})
export class UpdateWorkpaperInput extends withPaper(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the workpaper that the act is about.' })
  workpaperId: string
}

@InputType({ description: 'Signs a workpaper as its preparer.' })
export class PrepareWorkpaperInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the workpaper that the act is about.' })
  workpaperId: string
}

@InputType({ description: 'Signs a workpaper as its reviewer.' })
export class ReviewWorkpaperInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the workpaper that the act is about.' })
  workpaperId: string
}

@InputType({ description: 'Returns a signed workpaper to its preparer.' })
export class SendBackWorkpaperInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the workpaper that the act is about.' })
  workpaperId: string

  @Text({ max: limits.reason, description: 'What is to be done; it stays with the signatures withdrawn.' })
  reason: string
}

@InputType({ description: 'Withdraws a draft that is not needed. The record stays.' })
export class WithdrawWorkpaperInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the workpaper that the act is about.' })
  workpaperId: string

  @Text({ max: limits.reason, description: 'Why the paper is not needed.' })
  reason: string
}
