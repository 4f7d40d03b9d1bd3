import { Field, ObjectType } from 'type-graphql'
import type * as words from '../../rules/vocabulary.js'
import { EmphasisKind } from '../enums.js'

/** A report with more of them emphasizes nothing. */
export const EMPHASES_MAX = 10

@ObjectType({
  description: 'A paragraph after the opinion that draws attention to a matter without modifying the opinion.',
})
export class Emphasis {
  @Field(() => EmphasisKind, { description: 'Whether the description presents the matter.' })
  kind: words.EmphasisKind

  @Field(() => String, { description: 'What the report says of it; paragraphs are parted by empty lines.' })
  text: string
}
