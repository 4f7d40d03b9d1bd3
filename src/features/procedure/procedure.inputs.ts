import { ArrayMaxSize, ArrayMinSize, ArrayUnique, Matches, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Key, Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { ProcedureAspect, ProcedureMethod } from '../enums.js'

export const limits = {
  ref: 40,
  objective: 2_000,
  steps: 10_000,
  workpaperRef: 200,
  methods: 4,
  aspects: 3,
  attributes: 26,
  attribute: 1_000,
} as const

@InputType({ description: 'What each item is checked for.' })
export class AttributeInput {
  @Field(() => String, { description: 'One letter, A to Z.' })
  @Matches(/^[A-Z]$/, { message: 'letter must be one letter from A to Z.' })
  letter: string

  @Text({ max: limits.attribute, description: 'What must be true of the item.' })
  description: string
}

interface Test {
  methods: words.ProcedureMethod[]
  aspects: words.ProcedureAspect[]
  objective: string
  steps: string
  attributes: AttributeInput[]
}

interface Plan {
  ref: string
  workpaperRef?: string | null
  assigneeId?: string | null
  coversFrom?: string | null
  coversTo?: string | null
}

/** What a test does, wherever it is planned: for a control of an engagement, and in the library of the firm. */
export function withTest<Base extends object, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Test, Updates> {
  const nullable = updates
  @InputType()
  abstract class TestInput extends (base as abstract new () => object) implements Test {
    @Field(() => [ProcedureMethod], {
      nullable,
      description: 'The nature of the test: one to four methods, none twice. Inquiry alone never shows operation.',
    })
    @NeededUnless(updates)
    @ArrayMinSize(1, { message: 'A test has a method.' })
    @ArrayMaxSize(limits.methods)
    @ArrayUnique({ message: 'Each method stands once.' })
    methods: words.ProcedureMethod[]

    @Field(() => [ProcedureAspect], {
      nullable,
      description: 'What it tests: one to three aspects, none twice; a Type 1 never tests operation.',
    })
    @NeededUnless(updates)
    @ArrayMinSize(1, { message: 'A test is about design, implementation or operation.' })
    @ArrayMaxSize(limits.aspects)
    @ArrayUnique({ message: 'Each aspect stands once.' })
    aspects: words.ProcedureAspect[]

    @Text({ max: limits.objective, nullable, description: 'What the test is to find out.' })
    objective: string

    @Text({ max: limits.steps, nullable, description: 'What is done, step by step.' })
    steps: string

    @Field(() => [AttributeInput], {
      ...(updates ? { nullable } : { defaultValue: [] }),
      description: `What each sampled item is checked for; all of them.${updates ? ' They are fixed once a result is recorded.' : ''}`,
    })
    @NeededUnless(updates)
    @ArrayMaxSize(limits.attributes)
    @ValidateNested({ each: true })
    attributes: AttributeInput[]
  }
  return TestInput as unknown as Mixed<Base, Test, Updates>
}

/** What planning and updating a procedure have in common beside the test itself. */
function withPlan<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Plan, Updates> {
  const nullable = updates
  @InputType()
  abstract class PlanInput extends (base as abstract new () => ActInput) implements Plan {
    @Key({ max: limits.ref, nullable, description: 'The reference, unique in the engagement, e.g. `AC-01.T1`.' })
    ref: string

    @Line({ max: limits.workpaperRef, description: 'Where the working paper lies.', nullable: true })
    workpaperRef?: string | null

    @Field(() => ID, { nullable: true, description: 'Who performs it: a member who works on the engagement.' })
    assigneeId?: string | null

    @DayInput({
      nullable: true,
      description:
        'For an update procedure, a test of operation that draws from no population: the first day of the control’s time that it covers. It rests on more than inquiry and has no attributes.',
    })
    coversFrom?: string | null

    @DayInput({ nullable: true, description: 'For an update procedure: the last day that it covers.' })
    coversTo?: string | null
  }
  return PlanInput as unknown as Mixed<Base, Plan, Updates>
}

@InputType({ description: 'Plans a test of a control.' })
export class PlanProcedureInput extends withPlan(withTest(ActInput, false), false) {
  @Field(() => ID, { description: 'The control to test.' })
  controlId: string
}

@InputType({
  description:
    'Changes the plan of a procedure: what is absent stays as it is; null clears workpaperRef, assigneeId, coversFrom, coversTo and attributes, and is refused for the others.',
})
export class UpdateProcedureInput extends withPlan(withTest(ChangeInput, true), true) {
  @Field(() => ID, { description: 'The id of the procedure that the act is about.' })
  procedureId: string
}

@InputType({ description: 'Begins to perform a procedure.' })
export class StartProcedureInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the procedure that the act is about.' })
  procedureId: string
}
