import { Field, Int, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Moment } from '../../kernel/schema/scalars.js'
import { EngagementRow, type Heavy } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { ImportState } from '../enums.js'

@Entity('population_import')
@ObjectType({
  implements: Node,
  description:
    'One import of a list into a population: how far it came, and what is wrong with the file. A large file is read after the act was answered: ask again every few seconds.',
})
export class PopulationImport extends EngagementRow {
  static readonly typeName = 'PopulationImport'
  static override readonly derived = ['attemptId', 'rowsRead', 'problemCount', 'problems']
  static override readonly heavy: readonly Heavy<PopulationImport>[] = ['choices', 'problems']

  @Column({ type: 'uuid' })
  populationId: string

  @Column({ type: 'uuid' })
  evidenceId: string

  /** How the file is to be read, as JSON: see ImportChoices. */
  @Column({ type: 'text' })
  choices?: string

  @Column({ type: 'text' })
  @Field(() => ImportState, { description: 'Whether it is under way, or how it ended.' })
  state: words.ImportState

  @Column({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was refused, as a sentence; null otherwise.' })
  reason: string | null

  @Column({ type: 'timestamptz', nullable: true })
  @Field(() => Moment, { nullable: true, description: 'When it ended; null while it is under way.' })
  endedAt: Date | null

  /** Under which its items are kept, once they are the population's. */
  @Column({ type: 'uuid', nullable: true })
  itemsId: string | null

  /** Distinguishes the present attempt at reading the file from one that was broken off. */
  @Column({ type: 'uuid', nullable: true })
  attemptId: string | null

  @Column({ type: 'integer' })
  @Field(() => Int, {
    description: 'How many rows below the header were read so far; it begins again where reading was broken off.',
  })
  rowsRead: number

  @Column({ type: 'integer' })
  @Field(() => Int, { description: 'How many problems were found so far: one is enough to have nothing taken in.' })
  problemCount: number

  /** The first problems, as JSON: see ImportProblem. */
  @Column({ type: 'text' })
  problems?: string
}
