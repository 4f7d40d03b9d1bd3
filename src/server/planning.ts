import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import type { DocumentNode, GraphQLSchema } from 'graphql'
import { Asked } from '../data/asked.js'
import type { Context } from '../graph/context.js'
import { type Plan, planOf } from '../graph/plan.js'

interface Prepared {
  plan: Plan
  asked: Asked
}

/** How many plans are kept: the latest used. Each is of a bounded size. */
const plansMax = 100

/**
 * Answers queries by their plans, each made once for a document that Apollo keeps; the executor answers all else. For
 * people who are signed in: what strangers send is not thought through.
 */
export function byPlan(): ApolloServerPlugin<Context> {
  const known = new Map<DocumentNode, Map<string | null, Prepared | null>>()
  const preparedFor = (schema: GraphQLSchema, document: DocumentNode, operationName: string | null) => {
    const ofDocument = known.get(document) ?? new Map<string | null, Prepared | null>()
    // Put behind all others: the first one is the one not used for longest.
    known.delete(document)
    known.set(document, ofDocument)
    const [oldest] = known.keys()
    if (known.size > plansMax && oldest) known.delete(oldest)
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
          const prepared = contextValue.claims && preparedFor(schema, document, operationName)
          if (!prepared) return null
          const apart = contextValue.asking(prepared.asked)
          const said = await prepared.plan.answer(apart, request.variables ?? {})
          // Before the executor asks anew: what was given up may still be under way.
          await apart.end()
          if ('gaveUp' in said) contextValue.askNoMoreAfter(said.gaveUp)
          if (!('data' in said)) return null
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data: said.data } } }
        },
      }
    },
  }
}
