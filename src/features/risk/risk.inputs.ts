import { ArrayMaxSize, IsBoolean, Matches } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Day } from '../../kernel/schema/scalars.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { refForm } from '../control/control.inputs.js'
import { RiskLevel } from '../enums.js'
import { RiskControl } from './risk-control.js'

export const limits = {
  statement: 4_000,
  threatens: 4_000,
  reason: 4_000,
  person: 200,
  role: 200,
  asked: 4_000,
  answer: 10_000,
} as const

interface Assessed {
  statement: string
  threatens: string
  isFraudRisk: boolean
  likelihood: words.RiskLevel
  impact: words.RiskLevel
  rating: words.RiskLevel
  controlIds: string[]
}

/** What recording and updating a risk have in common. */
function withAssessment<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Assessed, Updates> {
  const nullable = updates
  @InputType()
  abstract class AssessmentInput extends (base as abstract new () => ActInput) implements Assessed {
    @Text({ max: limits.statement, nullable, description: 'What could go wrong, and how.' })
    statement: string

    @Text({
      max: limits.threatens,
      nullable,
      description: 'The service commitment or system requirement that would not be achieved.',
    })
    threatens: string

    @Field(() => Boolean, { nullable, description: 'Whether it is a risk of fraud.' })
    @NeededUnless(updates)
    @IsBoolean()
    isFraudRisk: boolean

    @Field(() => RiskLevel, { nullable, description: 'How likely it is, before any control.' })
    likelihood: words.RiskLevel

    @Field(() => RiskLevel, { nullable, description: 'What it would come to for those who rely on the service.' })
    impact: words.RiskLevel

    @Field(() => RiskLevel, {
      nullable,
      description: 'How you rate it; each control that answers it is rated as high at least (`Control.risk`).',
    })
    rating: words.RiskLevel

    @Field(() => [ID], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: 'The controls of the engagement that answer it: these and no others.',
    })
    @NeededUnless(updates)
    @ArrayMaxSize(RiskControl.bounds.riskId)
    controlIds: string[]
  }
  return AssessmentInput as unknown as Mixed<Base, Assessed, Updates>
}

@InputType({ description: 'Records a risk to the service commitments.' })
export class RecordRiskInput extends withAssessment(ActInput, false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => String, {
    description:
      'The reference by which it is called, e.g. R-01: letters, digits and . - _ / ( ), at most 40; unique within the engagement; it never changes.',
  })
  @Matches(refForm, { message: 'ref must be 1 to 40 letters, digits and . - _ / ( ), e.g. R-01.' })
  ref: string
}

@InputType({
  description:
    'Changes a risk: what is absent stays as it is; null is refused, but for controlIds, where no control answers it then.',
})
export class UpdateRiskInput extends withAssessment(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the risk that the act is about.' })
  riskId: string

  @Text({
    max: limits.reason,
    nullable: true,
    description: 'Why; needed where the risk is weakened and the testing of a control that answers it has begun.',
  })
  reason?: string | null

  @Papers('The papers that the reason rests on; one at least where a reason is needed.')
  restsOnIds: string[]
}

@InputType({ description: 'Records what a person of the entity was asked about fraud.' })
export class RecordFraudInquiryInput extends ActInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Line({ max: limits.person, description: 'Who was asked, by name.' })
  personAsked: string

  @Line({ max: limits.role, description: 'In which role that person serves the entity.' })
  roleAsked: string

  @Field(() => Day, { description: 'The day on which it was asked; not in the future.' })
  askedOn: string

  @Text({
    max: limits.asked,
    description: 'What was asked: fraud known, suspected or alleged, and where it could happen.',
  })
  asked: string

  @Text({ max: limits.answer, description: 'What was answered.' })
  answer: string

  @Papers('The papers that bear on the answer, such as a register of incidents.')
  restsOnIds: string[]
}
