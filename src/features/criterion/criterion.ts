import { Field, Int, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { Category } from '../enums.js'

/** Reference data, the same for every firm: it has a code in place of an id and is read from the catalogue. */
@ObjectType({ description: 'A trust services criterion. The short title is ours; the code is the profession’s.' })
export class Criterion {
  @Field(() => String, { description: 'The criterion’s code, e.g. CC6.1.' })
  code: string

  @Field(() => Category, {
    description:
      'The category it belongs to; the common criteria (CC) stand under SECURITY and belong to every category.',
  })
  category: words.Category

  @Field(() => String, { description: 'The series within the category.' })
  series: string

  @Field(() => Int, { nullable: true, description: 'The COSO principle it carries, where it carries one.' })
  cosoPrinciple: number | null

  @Field(() => String, { description: 'What it is about, in our own short words.' })
  title: string

  @Field(() => Int, { description: 'Its place in the catalogue.' })
  position: number

  @Field(() => String, { description: 'The year of the criteria.' })
  criteriaVersion: string

  @Field(() => String, { description: 'The year of the points of focus.' })
  pointsOfFocusVersion: string
}
