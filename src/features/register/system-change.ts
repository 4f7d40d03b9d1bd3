import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { Node } from '../../kernel/schema/node.js'
import { Day } from '../../kernel/schema/scalars.js'
import type { Heavy } from '../../kernel/store/row.js'
import type * as words from '../../rules/vocabulary.js'
import { SystemChangeKind } from '../enums.js'
import { RegisterEntry } from './register-entry.js'

@Entity('system_change')
@ObjectType({
  implements: Node,
  description:
    'A change of organization or system in the client’s own register (DC9): once the client shares it, the auditor decides for each engagement whose time it touches whether a test after the change is due.',
})
export class SystemChange extends RegisterEntry {
  static readonly typeName = 'SystemChange'
  static override readonly heavy: readonly Heavy<SystemChange>[] = ['whatChanged']

  @Column({ type: 'text' })
  @Field(() => SystemChangeKind, {
    description: 'What it was a change of: the organization, the system, people or procedures.',
  })
  kind: words.SystemChangeKind

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What was before and what is now, as the client tells it.' })
  whatChanged?: string

  @Column({ type: 'date' })
  @Field(() => Day, { description: 'The day from which it is so.' })
  effectiveOn: string
}
