import { Field, ObjectType } from 'type-graphql'
import { Column } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import type { WeightDecided } from '../../rules/decision-changes.js'
import { decisionLifecycle } from '../../rules/lifecycles.js'
import type * as words from '../../rules/vocabulary.js'
import { DecisionState } from '../enums.js'
import { FACTORS_MAX, WeighedFactor } from './weighed-factor.js'

/** What every decision on exceptions holds, alone or together: made by one person, approved by another. */
@ObjectType()
export abstract class WeighedDecision extends EngagementRow {
  @Column({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether the matter is material.' })
  material: boolean

  @Column({ type: 'boolean' })
  @Field(() => Boolean, {
    description: 'Whether it is not confined to specific elements, or is fundamental. Only what is material can be.',
  })
  pervasive: boolean

  @Column({ type: 'jsonb' })
  @Field(() => [WeighedFactor], atMost(FACTORS_MAX, 'The factors that were weighed.'))
  factors: WeighedFactor[]

  @Column({ type: 'text' })
  @Field(() => String, { description: 'Why it was decided so.' })
  rationale: string

  /** The papers that the rationale rests on. */
  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'text' })
  @Field(() => DecisionState, { description: 'Whether it was approved.' })
  state: words.DecisionState

  @Column({ type: 'uuid' })
  decidedBy: string

  @Column({ type: 'timestamptz' })
  @Field(() => Moment, { description: 'When it was decided, or last revised.' })
  decidedAt: Date

  /** When its outcome was changed last, and from what; null where it was not (`outcomeChangedNow`). */
  @Column({ type: 'timestamptz', nullable: true })
  outcomeChangedAt: Date | null

  @Column({ type: 'jsonb', nullable: true })
  changedFrom: WeightDecided | null

  @Column({ type: 'uuid', nullable: true })
  approvedBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was approved.' })
  approvedAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why the partner returned it; null when it was not returned, or was revised since.',
  })
  returnedReason: string | null
}

/** What a decision holds that was just made or revised: it waits for the approval of another person. */
export const proposedNow = (tx: WriteTx) => ({
  state: 'PROPOSED' as const,
  decidedBy: tx.actor.memberId,
  decidedAt: tx.now,
  approvedBy: null,
  approvedAt: null,
  returnedReason: null,
})

/** What a decision holds that is approved now. Refuses with INVALID_TRANSITION one that is. */
export const approvedNow = (tx: WriteTx, { state }: WeighedDecision) => ({
  state: decisionLifecycle.move(state, 'APPROVED'),
  approvedBy: tx.actor.memberId,
  approvedAt: tx.now,
})
