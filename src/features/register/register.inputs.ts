import { ArrayMaxSize, IsBoolean, IsOptional } from 'class-validator'
import { Field, ID, InputType } from 'type-graphql'
import { DayInput } from '../../kernel/schema/day.js'
import { ActInput, ChangeInput, type Mixed, NeededUnless } from '../../kernel/schema/input.js'
import { Line, Text } from '../../kernel/schema/text.js'
import type * as words from '../../rules/vocabulary.js'
import { SystemChangeKind } from '../enums.js'
import { COMMITMENTS_MAX } from './incident.js'
import { ENTRY_EVIDENCE_MAX } from './register-entry.js'

export const limits = { title: 200, text: 10_000, reason: 4_000 } as const

interface Entered {
  title: string
  evidenceIds: string[]
}

/** What all entries have in common, when they are made and when they are changed. */
function withEntry<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, Entered, Updates> {
  @InputType()
  abstract class EntryInput extends (base as abstract new () => ActInput) implements Entered {
    @Line({ max: limits.title, nullable: updates, description: 'What you call it, in one line.' })
    title: string

    @Field(() => [ID], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: `Evidence that your people brought, in any engagement of the client: these pieces and no others, at most ${ENTRY_EVIDENCE_MAX}.`,
    })
    @NeededUnless(updates)
    @ArrayMaxSize(ENTRY_EVIDENCE_MAX)
    evidenceIds: string[]
  }
  return EntryInput as unknown as Mixed<Base, Entered, Updates>
}

interface IncidentEntered extends Entered {
  whatHappened: string
  occurredOn: string
  discoveredOn: string
  resolvedOn?: string | null
  cause?: string | null
  hasControlFailed?: boolean | null
  touchedCommitments: string[]
}

/** What recording and updating an incident have in common. */
function withIncident<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, IncidentEntered, Updates> {
  const nullable = updates
  @InputType()
  abstract class IncidentInput extends (withEntry(base, updates) as abstract new () => ActInput & Entered) {
    @Text({ max: limits.text, nullable, description: 'What happened, and what was done about it.' })
    whatHappened: string

    @DayInput({ nullable, description: 'The day on which it occurred or began.' })
    occurredOn: string

    @DayInput({ nullable, description: 'The day on which you discovered it.' })
    discoveredOn: string

    @DayInput({ nullable: true, description: 'The day on which it was resolved; nothing while it is not.' })
    resolvedOn?: string | null

    @Text({ max: limits.text, nullable: true, description: 'What caused it; nothing while that is not known.' })
    cause?: string | null

    @Field(() => Boolean, {
      nullable: true,
      description: 'Whether a control failed; nothing while that is not known.',
    })
    @IsOptional()
    @IsBoolean()
    hasControlFailed?: boolean | null

    @Field(() => [String], {
      ...(updates ? { nullable: true } : { defaultValue: [] }),
      description: `The service commitments that it touched, each in a line: these and no others, at most ${COMMITMENTS_MAX}.`,
    })
    @NeededUnless(updates)
    @ArrayMaxSize(COMMITMENTS_MAX)
    touchedCommitments: string[]
  }
  return IncidentInput as unknown as Mixed<Base, IncidentEntered, Updates>
}

@InputType({ description: 'Enters an incident into the client’s own register.' })
export class RecordIncidentInput extends withIncident(ActInput, false) {
  @Field(() => ID, { description: 'The id of the client whose register it is.' })
  clientId: string
}

@InputType({
  description:
    'Changes an incident: what is absent stays as it is; null clears what can be unknown, and the lists, and is refused elsewhere.',
})
export class UpdateIncidentInput extends withIncident(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the incident that the act is about.' })
  incidentId: string
}

@InputType({ description: 'Shares an incident with the auditor, for good.' })
export class ShareIncidentInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the incident that the act is about.' })
  incidentId: string
}

@InputType({ description: 'Withdraws an incident that was entered in error.' })
export class WithdrawIncidentInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the incident that the act is about.' })
  incidentId: string

  @Text({ max: limits.reason, description: 'In what the entry was in error.' })
  reason: string
}

interface ChangeEntered extends Entered {
  kind: words.SystemChangeKind
  whatChanged: string
  effectiveOn: string
}

/** What recording and updating a change have in common. */
function withSystemChange<Base extends ActInput, Updates extends boolean>(
  base: abstract new () => Base,
  updates: Updates,
): Mixed<Base, ChangeEntered, Updates> {
  const nullable = updates
  @InputType()
  abstract class SystemChangeInput extends (withEntry(base, updates) as abstract new () => ActInput & Entered) {
    @Field(() => SystemChangeKind, { nullable, description: 'What it was a change of.' })
    kind: words.SystemChangeKind

    @Text({ max: limits.text, nullable, description: 'What was before and what is now.' })
    whatChanged: string

    @DayInput({ nullable, description: 'The day from which it is so; it may be one to come.' })
    effectiveOn: string
  }
  return SystemChangeInput as unknown as Mixed<Base, ChangeEntered, Updates>
}

@InputType({ description: 'Enters a change of organization or system into the client’s own register.' })
export class RecordSystemChangeInput extends withSystemChange(ActInput, false) {
  @Field(() => ID, { description: 'The id of the client whose register it is.' })
  clientId: string
}

@InputType({
  description:
    'Changes the entry of a change: what is absent stays as it is; null clears the evidence, and is refused elsewhere.',
})
export class UpdateSystemChangeInput extends withSystemChange(ChangeInput, true) {
  @Field(() => ID, { description: 'The id of the change that the act is about.' })
  systemChangeId: string
}

@InputType({ description: 'Shares a change with the auditor, for good.' })
export class ShareSystemChangeInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the change that the act is about.' })
  systemChangeId: string
}

@InputType({ description: 'Withdraws a change that was entered in error.' })
export class WithdrawSystemChangeInput extends ChangeInput {
  @Field(() => ID, { description: 'The id of the change that the act is about.' })
  systemChangeId: string

  @Text({ max: limits.reason, description: 'In what the entry was in error.' })
  reason: string
}
