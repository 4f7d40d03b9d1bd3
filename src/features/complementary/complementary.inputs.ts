import { ArrayMaxSize, IsOptional, Matches } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { limits as controlLimits, refForm } from '../control/control.inputs.js'
import { ComplementaryControlKind, ServiceCommitmentKind, SubserviceMethod } from '../enums.js'
import { CONTROLS_MAX } from './subservice-organization.js'

export const limits = { text: 4_000, name: 200, service: 200, reason: 4_000, statement: 4_000 } as const

const refNeeded = { message: 'ref must be 1 to 40 letters, digits and . - _ / ( ), e.g. SC-01.' }
const aboutRef = (example: string) =>
  `The reference by which it is called, e.g. ${example}: letters, digits and . - _ / ( ), at most 40; unique within the engagement; it never changes.`

/** Why what the description presents is changed once fieldwork began: as with any change of scope. */
export function withScopeReason<Base extends ActInput>(base: abstract new () => Base) {
  @InputType()
  abstract class ScopeReasonInput extends (base as abstract new () => ActInput) {
    @Text({
      max: limits.reason,
      nullable: true,
      description: 'Why; needed once fieldwork began: the change is kept, with what had been found until then.',
    })
    reason?: string | null

    @Papers('The papers that the reason rests on; one at least once anything was tested or raised.')
    restsOnIds: string[]
  }
  return ScopeReasonInput as unknown as abstract new () => Base & ScopeReasonInput
}

interface Committed {
  kind: words.ServiceCommitmentKind
  text: string
  criteriaCodes: string[]
}

/** What recording and updating a commitment have in common. */
function withCommitment<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Committed, Updates> {
  const nullable = updates
  @InputType()
  abstract class CommitmentInput extends (base as abstract new () => ActInput) implements Committed {
    @Field(() => ServiceCommitmentKind, { nullable, description: 'Whether it is a commitment or a requirement.' })
    kind: words.ServiceCommitmentKind

    @Text({ max: limits.text, nullable, description: 'What was committed to or is required, as management states it.' })
    text: string

    @Field(() => [String], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: 'The codes of the criteria that it is related to, e.g. A1.2; none where it is to all.',
    })
    @NeededUnless(updates)
    @ArrayMaxSize(controlLimits.criteria)
    criteriaCodes: string[]
  }
  return CommitmentInput as unknown as Mixed<Base, Committed, Updates>
}

@InputType({ description: 'Records a principal service commitment or system requirement (DC2).' })
export class RecordServiceCommitmentInput extends withCommitment(ActInput, false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => String, { description: aboutRef('SC-01') })
  @Matches(refForm, refNeeded)
  ref: string
}

@InputType({
  description:
    'Changes a commitment: what is absent stays as it is; null is refused, but for criteriaCodes, where it is related to all then.',
})
export class UpdateServiceCommitmentInput extends withCommitment(withScopeReason(ChangeInput), true) {
  @Field(() => ID, { description: 'The id of the commitment that the act is about.' })
  serviceCommitmentId: string
}

interface Presented {
  name: string
  service: string
  method: words.SubserviceMethod
  vendorReason?: string | null
  controlIds: string[]
}

/** What recording and updating an organization have in common. */
function withOrganization<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Presented, Updates> {
  const nullable = updates
  @InputType()
  abstract class OrganizationInput extends (base as abstract new () => ActInput) implements Presented {
    @Line({ max: limits.name, nullable, description: 'Its name, as the report is to call it.' })
    name: string

    @Line({ max: limits.service, nullable, description: 'What it does for the client, in a few words, e.g. hosting.' })
    service: string

    @Field(() => SubserviceMethod, { nullable, description: 'How the description presents it.' })
    method: words.SubserviceMethod

    @Text({
      max: limits.reason,
      nullable: true,
      description: 'Why it is a vendor, whose controls are not needed; nothing where they are.',
    })
    vendorReason?: string | null

    @Field(() => [ID], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: 'The controls of the engagement that an included organization performs: these and no others.',
    })
    @NeededUnless(updates)
    @ArrayMaxSize(CONTROLS_MAX)
    controlIds: string[]
  }
  return OrganizationInput as unknown as Mixed<Base, Presented, Updates>
}

@InputType({
  description: 'Records another organization that the system uses: a subservice organization, or a vendor.',
})
export class RecordSubserviceOrganizationInput extends withOrganization(withScopeReason(ActInput), false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string
}

@InputType({
  description:
    'Changes an organization: what is absent stays as it is; null clears vendorReason and controlIds, and is refused elsewhere.',
})
export class UpdateSubserviceOrganizationInput extends withOrganization(withScopeReason(ChangeInput), true) {
  @Field(() => ID, { description: 'The id of the organization that the act is about.' })
  subserviceOrganizationId: string
}

@InputType({ description: 'Confirms that the firm is independent of an included subservice organization.' })
export class ConfirmSubserviceIndependenceInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the organization that the act is about.' })
  subserviceOrganizationId: string

  @Text({ max: limits.statement, description: 'What was asked and found about interests and relations of the team.' })
  statement: string
}

@InputType({ description: 'States that the system uses no subservice organization.' })
export class StateNoSubserviceOrganizationsInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Text({ max: limits.reason, description: 'How you know: what was asked and read, and of which suppliers.' })
  reason: string

  @Papers('The papers that show it; one at least once fieldwork began and anything was tested or raised.')
  restsOnIds: string[]
}

interface Assumed {
  text: string
  criteriaCodes: string[]
  controlIds: string[]
}

/** What recording and updating a complementary control have in common. */
function withAssumption<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Assumed, Updates> {
  const nullable = updates
  @InputType()
  abstract class AssumptionInput extends (base as abstract new () => ActInput) implements Assumed {
    @Text({
      max: limits.text,
      nullable,
      description: 'What is assumed: who does what. What users are merely responsible for is no CUEC.',
    })
    text: string

    @Field(() => [String], {
      nullable,
      description: 'The codes of the criteria that cannot be met without it, e.g. CC6.4; one at least.',
    })
    @NeededUnless(updates)
    @ArrayMaxSize(controlLimits.criteria)
    criteriaCodes: string[]

    @Field(() => [ID], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: 'The controls of the engagement that it complements: these and no others.',
    })
    @NeededUnless(updates)
    @ArrayMaxSize(CONTROLS_MAX)
    controlIds: string[]
  }
  return AssumptionInput as unknown as Mixed<Base, Assumed, Updates>
}

@InputType({ description: 'Records a control that management assumed to be in place elsewhere.' })
export class RecordComplementaryControlInput extends withAssumption(withScopeReason(ActInput), false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Field(() => String, { description: aboutRef('CUEC-01') })
  @Matches(refForm, refNeeded)
  ref: string

  @Field(() => ComplementaryControlKind, { description: 'Where it is assumed to be in place.' })
  kind: words.ComplementaryControlKind

  @Field(() => ID, { nullable: true, description: 'The carved-out organization of which a CSOC is expected.' })
  @IsOptional()
  subserviceOrganizationId?: string | null
}

@InputType({
  description:
    'Changes a complementary control: what is absent stays as it is; null is refused, but for controlIds, where it complements none by name.',
})
export class UpdateComplementaryControlInput extends withAssumption(withScopeReason(ChangeInput), true) {
  @Field(() => ID, { description: 'The id of the complementary control that the act is about.' })
  complementaryControlId: string
}
