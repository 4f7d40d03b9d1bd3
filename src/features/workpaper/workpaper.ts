import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { sha256Of } from '../../kernel/schema/digest.js'
import { Node } from '../../kernel/schema/node.js'
import { Day, Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy, type Paper, type Violations, type Whole } from '../../kernel/store/row.js'
import { canonicalJson } from '../../rules/canonical.js'
import type * as words from '../../rules/vocabulary.js'
import { workpaperAsPaper } from '../../rules/workpapers.js'
import { WorkpaperKind, WorkpaperState } from '../enums.js'

/** How many people write on one paper at most. */
export const PAPER_AUTHORS_MAX = 30

@Entity('workpaper')
@ObjectType({
  implements: Node,
  description:
    'A working paper that is no test of a control: a memo, the completion memo or a consultation. It is prepared, reviewed by another person, and changes only once it was sent back.',
})
export class Workpaper extends EngagementRow {
  static readonly typeName = 'Workpaper'
  static override readonly paper: Paper<Workpaper> = { faultOf: workpaperAsPaper }
  static override readonly heavy: readonly Heavy<Workpaper>[] = ['text']
  static override readonly bounds = { engagementId: 500 }
  static override readonly violations: Violations = {
    workpaper_number: ['Another paper was written at the same moment: try again.', 'engagementId'],
    workpaper_one_completion_memo: ['The engagement has a completion memo already.', 'kind'],
  }

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'Its number in the engagement; the first is 1. It never changes.' })
  number: number

  @Column({ type: 'text' })
  @Field(() => WorkpaperKind, { description: 'What kind of paper it is.' })
  kind: words.WorkpaperKind

  @Column({ type: 'text' })
  @Field(() => WorkpaperState, { description: 'Where the paper stands now.' })
  state: words.WorkpaperState

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the paper is about, in one line.' })
  title: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'The paper itself: facts, considerations and what follows from them.' })
  text?: string

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Of a consultation: who was consulted, by name.' })
  consultedName: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Of a consultation: in which role, and of which office or firm.',
  })
  consultedRole: string | null

  @Column({ type: 'date', nullable: true })
  @Field(() => Day, { nullable: true, description: 'Of a consultation: the day on which it was held.' })
  consultedOn: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Of a consultation: on what, with the facts that were told.' })
  question: string | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Of a consultation: the conclusion, that the person consulted agrees with it, and how it was followed.',
  })
  conclusion: string | null

  @Column({ type: 'uuid', array: true })
  restsOnIds: string[]

  @Column({ type: 'uuid', array: true })
  authorIds: string[]

  /** Whose signature as preparer is in force. */
  @Column({ type: 'uuid', nullable: true })
  preparedBy: string | null

  @Column({ type: 'uuid', nullable: true })
  withdrawnBy: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it was withdrawn; null where it was not.' })
  withdrawnAt: Date | null

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was withdrawn; null where it was not.' })
  withdrawnReason: string | null
}

/** The reference by which a paper is cited: the same for ever. */
export const refOfWorkpaper = ({ number }: { number: number }): string => `WP-${number}`

/** SHA-256, as hex, of what there is to sign of a paper. */
export function digestOfWorkpaper(paper: Whole<Workpaper>): string {
  const { kind, number, title, text, consultedName, consultedRole, consultedOn, question, conclusion } = paper
  const consultation = { consultedName, consultedRole, consultedOn, question, conclusion }
  return sha256Of(canonicalJson({ kind, number, title, text, ...consultation, restsOnIds: paper.restsOnIds }))
}
