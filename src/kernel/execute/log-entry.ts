import { type OperationDefinitionNode, OperationTypeNode } from 'graphql'

/** A name is a program's word for its operation: a longer one is cut. */
const nameCharsMax = 100

/** What the log says of a request: the name of a valid operation and closed codes, nothing else of what was sent. */
export class LogEntry {
  /** The operation that was done; null where none was valid. */
  operation: { readonly type: string; readonly name: string | null } | null = null
  /** Why the request, or a part of it, was refused. */
  readonly codes = new Set<string>()

  /** @param operation a valid one: its name has the characters of a GraphQL name alone */
  take({ operation, name }: OperationDefinitionNode): void {
    // There is none: it is refused later.
    if (operation !== OperationTypeNode.SUBSCRIPTION)
      this.operation = { type: operation, name: name ? name.value.slice(0, nameCharsMax) : null }
  }
}
