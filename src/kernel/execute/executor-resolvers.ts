import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  OperationTypeNode,
} from 'graphql'
import type { Fault } from '../access/faults.js'
import { type Answering, type AnswerSize, bytesPerField } from './answer-size.js'
import { eventLoopTurn } from './event-loop.js'
import { isPromise } from './plan/plan-run.js'
import { costs, pointsOf } from './point-costs.js'

type Resolver = GraphQLFieldResolver<unknown, Answering>

const bare = new WeakMap<Resolver, Resolver>()

/** The resolver without what is put around it for the executor: for a plan, which counts by itself. */
export const uncounted = (resolver: GraphQLFieldResolver<unknown, unknown>): Resolver => bare.get(resolver) ?? resolver

/**
 * Puts around each resolver what the executor of graphql-js lacks:
 * - it counts what is answered (`AnswerSize`) and, once that has come to its end, asks nothing more;
 * - it lets other requests have the event loop in between;
 * - a field fails as a promise, never at once: where one throws in a list of things that may not be null, graphql-js 16
 *   leaves the list there and then, and what earlier things of it have promised fails with nothing waiting for it: an
 *   unhandled rejection, for which Node ends the process.
 * @returns the same schema
 */
export function resolversForExecutor(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve) continue
      const isAct = type === schema.getMutationType()
      const points = pointsOf(field) + (isAct ? costs.mutation : 0)
      const counted = countedResolver(field.resolve, isAct, points)
      bare.set(counted, field.resolve)
      field.resolve = counted
    }
  }
  return schema
}

function countedResolver(resolve: Resolver, isAct: boolean, points: number): Resolver {
  const answer: Resolver = (source, args, context, info) => {
    const { answer: size } = context
    const failed = (error: unknown) => Promise.reject(countedFailure(size, error, info))
    try {
      size.checkEnd()
      size.addPoints(points)
      const value = resolve(source, args, context, info)
      if (!isPromise(value)) return counted(size, value, info)
      const come = isAct ? value.finally(() => size.restartClock()) : value
      return come.then((found) => counted(size, found, info)).catch(failed)
    } catch (error) {
      return failed(error)
    }
  }
  return (source, args, context, info) =>
    context.answer.mustPause
      ? nextTurn().then(() => answer(source, args, context, info))
      : answer(source, args, context, info)
}

/** Reads a field that is a property of its object, and counts it. */
export const countedProperty: Resolver = (source, args, context, info) => {
  const value: unknown = defaultFieldResolver(source, args, context, info)
  if (context.answer.end && isOfPayload(info)) return value
  if (isPromise(value)) return value.then((found) => counted(context.answer, found, info))
  try {
    return counted(context.answer, value, info)
  } catch (error) {
    throw countedFailure(context.answer, error, info)
  }
}

/** Whether it is a field of what an act answers: what has become of the act is answered, however large the rest. */
const isOfPayload = ({ operation, path }: GraphQLResolveInfo): boolean =>
  operation.operation === OperationTypeNode.MUTATION && path.prev !== undefined && path.prev.prev === undefined

/** Counts a field by its value. @returns the value @throws Fault TOO_LARGE, TIMED_OUT */
function counted<T>(size: AnswerSize, value: T, { returnType, path }: GraphQLResolveInfo): T {
  const isLeaf = isLeafType(getNamedType(returnType))
  const count = (one: unknown): void => {
    if (Array.isArray(one)) one.forEach(count)
    else if (isLeaf) size.addValue(one)
    else if (one !== null && one !== undefined) size.addObject(0)
  }
  size.addBytes(String(path.key).length + bytesPerField)
  count(value)
  return value
}

/** What a field fails with: its own error, which is counted, or the end of the operation. */
function countedFailure(size: AnswerSize, error: unknown, info: GraphQLResolveInfo): unknown {
  try {
    if (!size.end) size.addFailure()
  } catch {
    // The end: it is answered in place of the error.
  }
  return size.end ? endOf(size.end, info) : error
}

const ends = new WeakMap<Fault, GraphQLError>()

/**
 * The end of an operation as an error of its root field: the same for each of the thousands of fields that meet it, which
 * graphql-js puts into the answer as it is, because it has its place already.
 */
function endOf(end: Fault, info: GraphQLResolveInfo): GraphQLError {
  let { path } = info
  while (path.prev) path = path.prev
  const known = ends.get(end)
  if (known?.path?.[0] === path.key) return known
  const made = new GraphQLError(end.message, { path: [path.key], originalError: end })
  ends.set(end, made)
  return made
}

const nextTurn = (): Promise<void> => new Promise((resolve) => eventLoopTurn.later(resolve))
