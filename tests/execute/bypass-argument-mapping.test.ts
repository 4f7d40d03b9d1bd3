import { type GraphQLResolveInfo, isObjectType } from 'graphql'
import { getMetadataStorage } from 'type-graphql'
import { describe, expect, it, vi } from 'vitest'
import { Member } from '../../src/features/firm/member.js'
import { SampleExtension, SampleExtensionResolver } from '../../src/features/sample/extension.js'
import { Result } from '../../src/features/sample/result.js'
import { ResultResolver } from '../../src/features/sample/result.resolver.js'
import { features } from '../../src/features.js'
import { plainSchema } from '../../src/schema.js'

// A board is thousands of fields (schema/bypass-argument-mapping.ts): what stands between a field and its loader, each of them pays.
const schema = await plainSchema(features)

function answer(type: string, name: string, source: object, context: unknown): unknown {
  const found = schema.getType(type)
  const resolve = isObjectType(found) ? found.getFields()[name]?.resolve : undefined
  return resolve?.(source, {}, context, {} as GraphQLResolveInfo)
}

/** A request whose loaders write down what they are asked for, and promise always the same. */
function request() {
  const asked: unknown[][] = []
  const promised = Promise.resolve(null)
  const byId = (...wanted: unknown[]) => {
    asked.push(wanted)
    return promised
  }
  return { asked, promised, context: { loaders: { byId } } }
}

describe('a field that takes its object and the request', () => {
  it('hands on what the loader promises, and does not look up anew what its method takes', () => {
    const { asked, promised, context } = request()
    const row = Object.assign(new Result(), { recordedBy: 'the member' })
    const { params } = getMetadataStorage().fieldResolvers.find(
      ({ target, methodName }) => target === ResultResolver && methodName === 'recordedBy',
    ) as { params: unknown[] }
    const sorted = vi.spyOn(params, 'sort')
    expect(answer('Result', 'recordedBy', row, context)).toBe(promised)
    expect(asked).toEqual([[Member, 'the member']])
    expect(sorted).not.toHaveBeenCalled()
  })

  it('is given an object of its class also where there was none yet', () => {
    const { asked, context } = request()
    const given = vi.spyOn(SampleExtensionResolver.prototype, 'extendedBy')
    answer('SampleExtension', 'extendedBy', { memberId: 'the member' }, context)
    expect(given.mock.calls[0]?.[0]).toBeInstanceOf(SampleExtension)
    expect(asked).toEqual([[Member, 'the member']])
  })
})
