import { ArrayMaxSize, IsBoolean, IsOptional, Matches } from 'class-validator'
import { ArgsType, Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { type OrderBy, orderByOf } from '../../kernel/schema/order.js'
import { PageArgs } from '../../kernel/schema/page.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { ControlArea, ControlFrequency, ControlNature, ControlType, RiskLevel } from '../enums.js'

export const limits = {
  title: 200,
  description: 10_000,
  owner: 200,
  ipe: 4_000,
  reason: 4_000,
  /** More than the catalogue holds. */
  criteria: 100,
} as const

/** What a reference may be made of: letters, digits and `. - _ / ( )`, 40 at most. */
export const refForm = /^[A-Za-z0-9(](?:[A-Za-z0-9._/()-]{0,38}[A-Za-z0-9)])?$/

/** What of a control says when it operated, on what it rests and who answers for it: the same in adding and in changing one. */
function withOperation<Base extends ActInput>(base: abstract new () => Base) {
  @InputType()
  abstract class OperationInput extends (base as abstract new () => ActInput) {
    @DayInput({
      nullable: true,
      description: 'The first day on which it operated, where it did not from the beginning of what is examined on.',
    })
    operatedFrom?: string | null

    @DayInput({
      nullable: true,
      description: 'The last day on which it operated, where it did not until the end of what is examined.',
    })
    operatedTo?: string | null

    @Field(() => ID, {
      nullable: true,
      description: 'The control of the engagement that it replaces, which ended before it began; both are tested.',
    })
    @IsOptional()
    replacesId?: string | null

    @Field(() => ID, {
      nullable: true,
      description:
        'The membership of the client, not disabled, of the person who answers for it, beside the title in `owner`.',
    })
    @IsOptional()
    ownerMemberId?: string | null

    @Text({
      max: limits.ipe,
      nullable: true,
      description: 'The information it uses (IPE): reports, lists, dashboards of the entity that it rests on.',
    })
    ipe?: string | null

    @Text({
      max: limits.ipe,
      nullable: true,
      description: 'How the completeness and accuracy of that information were established.',
    })
    ipeReliability?: string | null
  }
  return OperationInput as unknown as abstract new () => Base & Partial<OperationInput>
}

/** What a control is, wherever it stands: in an engagement, and in the library of the firm. */
export function withContent<Base extends ActInput>(base: abstract new () => Base) {
  @InputType()
  abstract class ContentInput extends (base as abstract new () => ActInput) {
    @Line({ max: limits.title, description: 'What it is, in a few words.' })
    title: string

    @Text({ max: limits.description, description: 'How it operates: who does what, when, on what.' })
    description: string

    @Field(() => ControlFrequency, { description: 'How often it operates.' })
    frequency: words.ControlFrequency

    @Field(() => ControlNature, { description: 'Who or what performs it.' })
    nature: words.ControlNature

    @Field(() => ControlType, { description: 'Whether it prevents, detects or corrects.' })
    type: words.ControlType

    @Field(() => ControlArea, { description: 'The area it belongs to.' })
    area: words.ControlArea

    @Field(() => Boolean, { description: 'Whether the criteria cannot be met without it.' })
    @IsBoolean()
    isKey: boolean
  }
  return ContentInput as unknown as abstract new () => Base & ContentInput
}

@InputType({ description: 'Adds a control to an engagement.' })
export class CreateControlInput extends withContent(withOperation(ActInput)) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => String, {
    description:
      'The reference by which firm and client call it, e.g. AC-01 or PI1.2/a: letters, digits and . - _ / ( ), at most 40; unique within the engagement, whatever its capitals; it never changes.',
  })
  @Matches(refForm, {
    message: 'ref must be 1 to 40 letters, digits and . - _ / ( ), e.g. AC-01.',
  })
  ref: string

  @Line({ max: limits.owner, description: 'Who at the client answers for it.' })
  owner: string

  @Field(() => RiskLevel, {
    nullable: true,
    description: 'The risk that it does not operate: it sets how many items are tested; MODERATE when left out.',
  })
  risk?: words.RiskLevel | null

  @Field(() => [String], { nullable: true, description: 'The codes of the criteria it helps to meet, e.g. CC6.1.' })
  @IsOptional()
  @ArrayMaxSize(limits.criteria)
  criteriaCodes?: string[] | null
}

/** Why a control is changed whose testing has begun: the same in each change of it. */
export function withReason<Base extends ActInput>(base: abstract new () => Base) {
  @InputType()
  abstract class ReasonInput extends (base as abstract new () => ActInput) {
    @Text({ max: limits.reason, nullable: true, description: 'Why; needed once the testing of the control has begun.' })
    reason?: string | null

    @Papers('The papers that the reason rests on; one at least once the testing of the control has begun.')
    restsOnIds: string[]
  }
  return ReasonInput as unknown as abstract new () => Base & ReasonInput
}

@InputType({ description: 'Changes a control: what is absent stays as it is; null is refused.' })
export class UpdateControlInput extends withOperation(withReason(ChangeInput)) {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Line({ max: limits.title, description: 'What it is, in a few words.', nullable: true })
  title?: string | null

  @Text({ max: limits.description, description: 'How it operates: who does what, when, on what.', nullable: true })
  description?: string | null

  @Line({ max: limits.owner, description: 'Who at the client answers for it.', nullable: true })
  owner?: string | null

  @Field(() => ControlFrequency, { nullable: true, description: 'How often it operates.' })
  frequency?: words.ControlFrequency | null

  @Field(() => ControlNature, { nullable: true, description: 'Who or what performs it.' })
  nature?: words.ControlNature | null

  @Field(() => ControlType, { nullable: true, description: 'Whether it prevents, detects or corrects.' })
  type?: words.ControlType | null

  @Field(() => ControlArea, { nullable: true, description: 'The area it belongs to.' })
  area?: words.ControlArea | null

  @Field(() => Boolean, { nullable: true, description: 'Whether the criteria cannot be met without it.' })
  @IsOptional()
  @IsBoolean()
  isKey?: boolean | null

  @Field(() => RiskLevel, {
    nullable: true,
    description: 'The risk that it does not operate: it sets how many items are tested.',
  })
  risk?: words.RiskLevel | null
}

@InputType({ description: 'Says which criteria a control helps to meet: these and no others.' })
export class MapControlInput extends withReason(ChangeInput) {
  @Field(() => ID, { description: 'The id of the control that the act is about.' })
  controlId: string

  @Field(() => [String], { description: 'The codes of the criteria, e.g. CC6.1; criteria in scope that apply.' })
  @ArrayMaxSize(limits.criteria)
  criteriaCodes: string[]
}

@InputType({ description: 'Conditions that controls must meet, every one given.' })
export class ControlFilter {
  @Field(() => ControlArea, { nullable: true, description: 'Those of this area.' })
  area?: words.ControlArea | null

  @Field(() => Boolean, { nullable: true, description: 'Key controls, or those that are not.' })
  isKey?: boolean | null

  @Field(() => String, { nullable: true, description: 'Those mapped to the criterion of this code.' })
  criterionCode?: string | null

  @Field(() => String, { nullable: true, description: 'The one of this reference.' })
  ref?: string | null
}

export const ControlOrderBy = orderByOf('Control', {
  REF: 'The reference, by the alphabet.',
  CREATED: 'When the control was added.',
})

@ArgsType()
export class ControlsArgs extends PageArgs {
  @Field(() => ControlFilter, {
    nullable: true,
    description: 'Only those that meet these conditions; all when not given.',
  })
  filter?: ControlFilter | null

  @Field(() => ControlOrderBy, { nullable: true, description: 'By reference when not given.' })
  orderBy?: OrderBy<'REF' | 'CREATED'> | null
}
