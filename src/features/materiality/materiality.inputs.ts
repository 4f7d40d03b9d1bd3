import { ArrayMaxSize, ArrayMinSize, ValidateNested } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { MaterialityFactor } from '../enums.js'
import { FACTORS_MAX } from './weighed-factor.js'

export const limits = { note: 2_000, rationale: 10_000, reason: 2_000, factors: FACTORS_MAX, controls: 20 } as const

@InputType({ description: 'One factor that was weighed.' })
export class WeighedFactorInput {
  @Field(() => MaterialityFactor, { description: 'The factor that was weighed.' })
  factor: words.MaterialityFactor

  @Text({ max: limits.note, description: 'How it was weighed.' })
  note: string
}

interface Weighing {
  material: boolean
  pervasive: boolean
  factors: WeighedFactorInput[]
  restsOnIds: string[]
}

/**
 * What every decision on exceptions and its revision have in common. The rationale of a revised decision is always given: it
 * argues for what it is now.
 */
export function withWeighing<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base & { rationale: string }, Weighing, Updates> {
  const nullable = updates
  @InputType()
  abstract class WeighingInput extends (base as abstract new () => ActInput) implements Weighing {
    @Field(() => Boolean, {
      nullable,
      description: 'Whether the matter would influence the judgment of intended users.',
    })
    material: boolean

    @Field(() => Boolean, {
      nullable,
      description: 'Whether it is not confined to specific elements, or is fundamental. Only what is material can be.',
    })
    pervasive: boolean

    @Field(() => [WeighedFactorInput], { nullable, description: 'The factors that were weighed, each once.' })
    @NeededUnless(updates)
    @ArrayMinSize(1)
    @ArrayMaxSize(limits.factors)
    @ValidateNested({ each: true })
    factors: WeighedFactorInput[]

    @Papers('What the rationale rests on; one at least where the figures speak against it.', updates)
    restsOnIds: string[]

    @Text({ max: limits.rationale, description: 'Why it is decided so.' })
    rationale: string
  }
  return WeighingInput as unknown as Mixed<Base & { rationale: string }, Weighing, Updates>
}

interface Compensation {
  compensatingControlIds: string[]
}

function withCompensation<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Compensation, Updates> {
  @InputType()
  abstract class CompensationInput extends (base as abstract new () => ActInput) implements Compensation {
    @Field(() => [ID], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description:
        'Other controls that cover the same risk. Each serves a criterion concerned, answers a risk of the control that failed (where risks are recorded for both), operated all the time of the failure, was shown effective by tests of items, or automated with its general controls, has no exception of its own that is open or material, and neither relies on nor is compensated by the control that failed.',
    })
    @NeededUnless(updates)
    @ArrayMaxSize(limits.controls)
    compensatingControlIds: string[]
  }
  return CompensationInput as unknown as Mixed<Base, Compensation, Updates>
}

@InputType({ description: 'Decides on the materiality of an exception.' })
export class DecideMaterialityInput extends withCompensation(withWeighing(ActInput, false), false) {
  @Field(() => ID, { description: 'The exception, confirmed or communicated.' })
  exceptionId: string
}

@InputType({
  description:
    'Decides anew, before the decision is approved: what is absent stays as it is, null clears compensatingControlIds and restsOnIds alone; another judgment states again what was weighed. Who revises it is then its author.',
})
export class ReviseMaterialityInput extends withCompensation(withWeighing(ChangeInput, true), true) {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  decisionId: string
}

@InputType({ description: 'Approves a decision on materiality; its exception is thereby concluded.' })
export class ApproveMaterialityInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  decisionId: string
}

@InputType({ description: 'Reopens an approved decision on materiality, and with it the conclusion of its exception.' })
export class ReopenMaterialityInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  decisionId: string

  @Text({ max: limits.reason, description: 'Why: what has changed of that which was weighed.' })
  reason: string
}

@InputType({ description: 'Returns a decision on materiality to be revised.' })
export class ReturnMaterialityInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the decision that the act is about.' })
  decisionId: string

  @Text({ max: limits.reason, description: 'Why.' })
  reason: string
}
