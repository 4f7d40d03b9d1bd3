import { Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql'
import { type Row, typeNameOf } from '../store/row.js'

/**
 * A paper that a reason rests on (`Row.paper`), named and not shown: a field of an interface could be asked for everything of
 * every type of object, at each of the many places where a reason rests on papers, and would keep a query from being planned.
 */
@ObjectType('Paper', {
  description: 'A paper of the engagement that a reason rests on; `node` answers the paper itself.',
})
export class NamedPaper {
  @Field(() => ID, { description: 'The paper’s id, for `node`.' })
  id: string
}

@Resolver(() => NamedPaper)
export class PaperResolver {
  @FieldResolver(() => String, { description: 'The name of the paper’s type in this schema, as `__typename` says it.' })
  type(@Root() paper: Row): string {
    return typeNameOf(paper)
  }
}
