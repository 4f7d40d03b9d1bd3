import { ArrayMaxSize } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Papers } from '../../kernel/schema/papers.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { WorkOfOthersKind } from '../enums.js'
import { PROCEDURES_MAX } from './work-of-others.js'

export const limits = { name: 200, performed: 4_000, evaluation: 10_000, oversight: 4_000, reason: 4_000 } as const

interface UsedWork {
  kind: words.WorkOfOthersKind
  name: string
  performed: string
  competenceAndObjectivity: string
  oversight: string
  procedureIds: string[]
}

/** What recording and updating the work of others have in common. */
function withUsedWork<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, UsedWork, Updates> {
  const nullable = updates
  @InputType()
  abstract class UsedWorkInput extends (base as abstract new () => ActInput) implements UsedWork {
    @Field(() => WorkOfOthersKind, { nullable, description: 'Whose work it is, and how it is used.' })
    kind: words.WorkOfOthersKind

    @Line({ max: limits.name, nullable, description: 'Who they are, by name.' })
    name: string

    @Text({ max: limits.performed, nullable, description: 'What they did, as the report tells it where it has to.' })
    performed: string

    @Text({
      max: limits.evaluation,
      nullable,
      description: 'How you evaluated their competence and objectivity, and with which result.',
    })
    competenceAndObjectivity: string

    @Text({
      max: limits.oversight,
      nullable,
      description: 'How you directed and supervised, reviewed, or tested their work anew.',
    })
    oversight: string

    @Field(() => [ID], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: `The procedures of the engagement that it served: these and no others; ${PROCEDURES_MAX} at most, one at least of internal audit.`,
    })
    @NeededUnless(updates)
    @ArrayMaxSize(PROCEDURES_MAX)
    procedureIds: string[]
  }
  return UsedWorkInput as unknown as Mixed<Base, UsedWork, Updates>
}

@InputType({ description: 'Records the work of others that the examination uses.' })
export class RecordWorkOfOthersInput extends withUsedWork(ActInput, false) {
  @Field(() => ID, { description: 'The id of the engagement that the act is about.' })
  engagementId: string

  @Text({
    max: limits.reason,
    nullable: true,
    description: 'Why the report is to name another practitioner; nothing where it names none.',
  })
  referenceReason?: string | null

  @Papers('The papers that the evaluation and the supervision rest on; one at least.')
  restsOnIds: string[]
}

@InputType({
  description:
    'Changes how the work of others is used: what is absent stays as it is; null clears procedureIds and referenceReason, and is refused elsewhere. It is approved anew then.',
})
export class UpdateWorkOfOthersInput extends withUsedWork(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the work that the act is about.' })
  workOfOthersId: string

  @Text({
    max: limits.reason,
    nullable: true,
    description: 'Why the report is to name another practitioner; null where it names none any more.',
  })
  referenceReason?: string | null

  @Papers('The papers that the evaluation and the supervision rest on; one at least.', true)
  restsOnIds?: string[] | null
}

@InputType({ description: 'Approves how the work of others is used, as the engagement partner.' })
export class ApproveWorkOfOthersInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the work that the act is about.' })
  workOfOthersId: string
}

@InputType({ description: 'Takes the work of others back, as the engagement partner: it is not used.' })
export class RetireWorkOfOthersInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the work that the act is about.' })
  workOfOthersId: string

  @Text({ max: limits.reason, description: 'Why it is not used, and what takes its place.' })
  reason: string
}
