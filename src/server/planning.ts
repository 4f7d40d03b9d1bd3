import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { Asked } from '../data/asked.js'
import type { Context } from '../graph/context.js'
import { type Plan, planOf } from '../graph/plan.js'

interface Prepared {
  plan: Plan
  asked: Asked
}

/** Answers queries by their plans, each made once for a document that Apollo keeps; the executor answers all else. */
export function byPlan(): ApolloServerPlugin<Context> {
  const known = new WeakMap<DocumentNode, Map<string | null, Prepared | null>>()
  const preparedFor = (schema: GraphQLSchema, document: DocumentNode, operationName: string | null) => {
    const ofDocument = known.get(document) ?? new Map<string | null, Prepared | null>()
    known.set(document, ofDocument)
    const before = ofDocument.get(operationName)
    if (before !== undefined) return before
    const plan = planOf(schema, document, operationName)
    const prepared = plan && { plan, asked: new Asked(plan.named) }
    ofDocument.set(operationName, prepared)
    return prepared
  }
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ schema, document, operationName, request, contextValue }) {
          const prepared = preparedFor(schema, document, operationName)
          if (!prepared) return null
          const apart = contextValue.asking(prepared.asked)
          const data = await prepared.plan.answer(apart, request.variables ?? {})
          // Before the executor asks anew: what was given up may still be under way.
          await apart.end()
          return data ? { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data } } } : null
        },
      }
    },
  }
}
