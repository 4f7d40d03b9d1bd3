import type { FastifyRequest } from 'fastify'
import { Kind, OperationTypeNode, parse, valueFromASTUntyped } from 'graphql'
import { readOpaqueToken } from '../features/identity/opaque-token.js'
import { networkOf } from '../features/identity/throttle.js'
import type { Claims } from '../kernel/access/actor.js'

/** A caller without a valid token. */
export interface Stranger {
  network: string
  /** Whether the request does nothing but change a refresh token into new tokens: its sender was signed in until now. */
  isRefreshing: boolean
}

export type Caller = Claims | Stranger

export const isStranger = (caller: Caller): caller is Stranger => 'network' in caller

/** Who asks. */
export const callerOf = ({ ip, body }: FastifyRequest, claims: Claims | null): Caller =>
  claims ?? { network: networkOf(ip), isRefreshing: isRefreshing(body) }

/** A longer document is not looked at: it does more than refresh. */
const refreshing = { chars: 2_000, tokens: 200 } as const

/** Whether a body asks for `refreshSession` alone, with a token that has the form of one. */
function isRefreshing(body: unknown): boolean {
  const { query, variables } = Object(body) as { query?: unknown; variables?: unknown }
  if (typeof query !== 'string' || query.length > refreshing.chars || !query.includes('refreshSession')) return false
  try {
    const [operation, ...others] = parse(query, { noLocation: true, maxTokens: refreshing.tokens }).definitions
    if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return false
    if (operation.operation !== OperationTypeNode.MUTATION) return false
    const [field, ...more] = operation.selectionSet.selections
    if (field?.kind !== Kind.FIELD || field.name.value !== 'refreshSession' || more.length > 0) return false
    const input = field.arguments?.find(({ name }) => name.value === 'input')
    const given = input && valueFromASTUntyped(input.value, Object(variables) as Record<string, unknown>)
    const { refreshToken } = Object(given) as { refreshToken?: unknown }
    return typeof refreshToken === 'string' && readOpaqueToken(refreshToken) !== null
  } catch {
    // No GraphQL: what is wrong is said where it is parsed to be answered.
    return false
  }
}
