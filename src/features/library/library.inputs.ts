import { ArrayMaxSize, Matches, ValidateNested } from 'class-validator'
import { ArgsType, Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput } from '../../kernel/schema/input.js'
import { type OrderBy, orderByOf } from '../../kernel/schema/order.js'
import { PageArgs } from '../../kernel/schema/page.js'
import { Text } from '../../kernel/schema/text.js'
import { LIBRARY_PROCEDURES_MAX } from '../../rules/library.js'
import type * as words from '../../rules/vocabulary.js'
import { limits as controlLimits, refForm, withContent } from '../control/control.inputs.js'
import { ControlArea, RiskLevel } from '../enums.js'
import { withTest } from '../procedure/procedure.inputs.js'

export const limits = { guidance: 10_000, reason: 2_000 } as const

@InputType({ description: 'A test that goes with a control of the library.' })
export class LibraryProcedureInput extends withTest(Object, false) {
  @Field(() => String, {
    description:
      'What follows the reference of the control in that of the procedure, e.g. T1 in AC-01.T1: 1 to 10 letters, digits, - and _; unique within the control, whatever its capitals.',
  })
  @Matches(/^[A-Za-z0-9_-]{1,10}$/, { message: 'suffix must be 1 to 10 letters, digits, - and _, e.g. T1.' })
  suffix: string
}

/** What a version says: the same in adding a control and in revising one, and always the whole of it. */
function withVersion<Base extends ActInput>(base: abstract new () => Base) {
  @InputType()
  abstract class VersionInput extends (withContent(base) as unknown as abstract new () => ActInput) {
    @Field(() => RiskLevel, {
      description: 'The risk that it does not operate, from which an engagement starts; it rates its own.',
    })
    risk: words.RiskLevel

    @Field(() => [String], {
      description:
        'The codes of the criteria it helps to meet, e.g. CC6.1; an engagement takes those that apply to it.',
    })
    @ArrayMaxSize(controlLimits.criteria)
    criteriaCodes: string[]

    @Text({
      max: controlLimits.ipe,
      nullable: true,
      description: 'The information that such a control uses (IPE); none when left out.',
    })
    ipe?: string | null

    @Text({
      max: limits.guidance,
      nullable: true,
      description:
        'What the firm tells its auditors of it: what to look at, what is often found; nothing when left out.',
    })
    guidance?: string | null

    @Field(() => [LibraryProcedureInput], {
      description: `The tests that go with it, all of them: ${LIBRARY_PROCEDURES_MAX} at most, and none where the list is empty.`,
    })
    @ArrayMaxSize(LIBRARY_PROCEDURES_MAX)
    @ValidateNested({ each: true })
    procedures: LibraryProcedureInput[]
  }
  return VersionInput as unknown as abstract new () => InstanceType<ReturnType<typeof withContent<Base>>> & VersionInput
}

@InputType({
  description:
    'Adds a control to the firm’s library, as its first version. It holds nothing of a client: what an engagement found out stays there.',
})
export class AddLibraryControlInput extends withVersion(ActInput) {
  @Field(() => String, {
    description:
      'The reference by which the firm calls it, e.g. AC-01: letters, digits and . - _ / ( ), at most 40; unique within the library, whatever its capitals; it never changes.',
  })
  @Matches(refForm, { message: 'ref must be 1 to 40 letters, digits and . - _ / ( ), e.g. AC-01.' })
  ref: string
}

@InputType({
  description: 'Makes the next version of a control of the library: the whole of it, not what changes alone.',
})
export class ReviseLibraryControlInput extends withVersion(ChangeInput) {
  @Field(() => ID, { description: 'The id of the library control that the act is about.' })
  libraryControlId: string

  @Text({ max: limits.reason, description: 'Why the firm changes it.' })
  reason: string
}

@InputType({ description: 'Retires a control of the library.' })
export class RetireLibraryControlInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the library control that the act is about.' })
  libraryControlId: string

  @Text({ max: limits.reason, description: 'Why engagements are to take it no more.' })
  reason: string
}

@InputType({ description: 'Restores a control of the library that was retired.' })
export class RestoreLibraryControlInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the library control that the act is about.' })
  libraryControlId: string

  @Text({ max: limits.reason, description: 'Why engagements may take it again.' })
  reason: string
}

@InputType({
  description: 'Conditions that controls of the library must meet, every one given; the version in force decides.',
})
export class LibraryControlFilter {
  @Field(() => ControlArea, { nullable: true, description: 'Those of this area.' })
  area?: words.ControlArea | null

  @Field(() => String, { nullable: true, description: 'Those mapped to the criterion of this code.' })
  criterionCode?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether retired ones are listed, too; not when left out.' })
  includeRetired?: boolean | null
}

export const LibraryControlOrderBy = orderByOf('LibraryControl', {
  REF: 'The reference, by the alphabet.',
  CREATED: 'When the control was added to the library.',
})

@ArgsType()
export class LibraryControlsArgs extends PageArgs {
  @Field(() => LibraryControlFilter, {
    nullable: true,
    description: 'Only those that meet these conditions; all that are not retired when not given.',
  })
  filter?: LibraryControlFilter | null

  @Field(() => LibraryControlOrderBy, { nullable: true, description: 'By reference when not given.' })
  orderBy?: OrderBy<'REF' | 'CREATED'> | null
}
