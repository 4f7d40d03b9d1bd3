import { Field, Int, ObjectType } from 'type-graphql'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Day } from '../../kernel/schema/scalars.js'
import type { OccurrenceState as State } from '../../rules/vocabulary.js'
import { OccurrenceState } from '../enums.js'

/** How many labels a summary names. */
export const LABELS_MAX = 400

@ObjectType({
  description:
    'An occurrence that the period asks of a periodic control: computed from its frequency and cycle, its own dates, the period and the client’s calendar. It belongs to the cycle it covers, not to the day on which it was done.',
})
export class ExpectedOccurrence {
  controlId: string
  /** Where it was found. */
  populationId: string | null

  @Field(() => String, {
    description: 'What its cycle is called, e.g. `2025-Q3`, `2025-03`, `2025-W07`, `2025-01-09`.',
  })
  label: string

  @Field(() => Day, { description: 'The first day of its cycle.' })
  coversFrom: string

  @Field(() => Day, { description: 'The last day of its cycle.' })
  coversTo: string

  @Field(() => Day, {
    description: 'The last day on which it is in time: the end of the cycle and the grace after it.',
  })
  dueOn: string

  @Field(() => OccurrenceState, { description: 'Whether it was found, and if not, what became of that.' })
  state: State

  @Field(() => Day, {
    nullable: true,
    description: 'The day on which it was done; null where it was not found.',
  })
  doneOn: string | null

  @Field(() => Day, {
    nullable: true,
    description:
      'The day on which it was done after it was due, as its list says: it is a deviation until it is explained. Null where it was done in time, or never.',
  })
  doneLateOn: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'The place in its list of the item that is it; null where not found.',
  })
  ordinal: number | null
}

@ObjectType({
  description:
    'What was found of the occurrences that the period asks of a periodic control. Beside what a sample says: a missing occurrence is never in its figures.',
})
export class OccurrenceSummary {
  @Field(() => Int, { description: 'How many occurrences fell due in the period and in the control’s own time.' })
  expected: number

  @Field(() => Int, { description: 'How many of them the frozen populations of the control hold.' })
  found: number

  @Field(() => Int, { description: 'How many are missing: neither found, nor explained, nor reported.' })
  missing: number

  @Field(() => Int, { description: 'How many that were not found are explained, with approval.' })
  explained: number

  @Field(() => Int, { description: 'How many that were not found a live exception reports.' })
  reported: number

  @Field(() => Int, {
    description: 'How many listed performances serve no occurrence: done twice, too late or outside all that fell due.',
  })
  extra: number

  @Field(() => [String], atMost(LABELS_MAX, 'The cycles of those that are missing, in order, the first of them.'))
  missingLabels: string[]

  @Field(() => String, { description: 'In one sentence: `1 of 4 expected occurrences not found (2025-Q3)`.' })
  sentence: string
}
