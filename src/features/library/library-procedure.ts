import { Field, ObjectType } from 'type-graphql'
import { Column, Entity } from 'typeorm'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { type Heavy, Row, type Violations } from '../../kernel/store/row.js'
import { LIBRARY_PROCEDURES_MAX } from '../../rules/library.js'
import type * as words from '../../rules/vocabulary.js'
import { ProcedureAspect, ProcedureMethod } from '../enums.js'
import { limits } from '../procedure/procedure.inputs.js'

@ObjectType({ description: 'What each item of a sample is checked for, in a test of the library.' })
export class LibraryAttribute {
  @Field(() => String, { description: 'The letter, A to Z.' })
  letter: string

  @Field(() => String, { description: 'What must be true of the item.' })
  description: string
}

@Entity('library_procedure')
@ObjectType({
  implements: Node,
  description: 'A test that goes with a control of the library, in one version of it. It never changes.',
})
export class LibraryProcedure extends Row {
  static readonly typeName = 'LibraryProcedure'
  static override readonly heavy: readonly Heavy<LibraryProcedure>[] = ['steps', 'attributes']
  static override readonly bounds = { libraryControlVersionId: LIBRARY_PROCEDURES_MAX }

  static override readonly violations: Violations = {
    library_procedure_suffix_unique: ['Another test of the control has this suffix.', 'suffix'],
  }

  @Column({ type: 'uuid' })
  libraryControlVersionId: string

  @Column({ type: 'text' })
  @Field(() => String, {
    description: 'What follows the reference of the control in that of the procedure: T1 makes AC-01.T1.',
  })
  suffix: string

  @Column({ type: 'text', array: true })
  @Field(() => [ProcedureMethod], atMost(limits.methods, 'The nature of the test: what is done, each method once.'))
  methods: words.ProcedureMethod[]

  @Column({ type: 'text', array: true })
  @Field(
    () => [ProcedureAspect],
    atMost(limits.aspects, 'What is tested: design, that it is in place, operation; each once.'),
  )
  aspects: words.ProcedureAspect[]

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What the test is to find out.' })
  objective: string

  @Column({ type: 'text' })
  @Field(() => String, { description: 'What is done, step by step.' })
  steps?: string

  @Column({ type: 'jsonb' })
  @Field(() => [LibraryAttribute], atMost(limits.attributes, 'What each sampled item is checked for, by letter.'))
  attributes?: LibraryAttribute[]
}
