import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/execute/limits.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')

describe('an operation made to exhaust the service', () => {
  it.each([
    ['at its root', 'Query', (spread: string) => `{ ${spread} }`, 'at its root'],
    ['below it', '__Type', (spread: string) => `{ __type(name: "Query") { ${spread} } }`, 'asks for'],
  ])('is refused at once where fragments double with each level, %s', async (_, type, operation, message) => {
    const levels = 40
    const fragments = Array.from(
      { length: levels },
      (_, n) => `fragment F${n} on ${type} { ...F${n + 1} ...F${n + 1} }`,
    )
    const query = `${operation('...F0')} ${fragments.join(' ')} fragment F${levels} on ${type} { __typename }`
    const before = performance.now()
    const { errors } = await w.send(query)
    expect(performance.now() - before).toBeLessThan(2_000)
    expect(errors?.[0]?.message).toContain(message)
  })

  it('cannot hide fields at its root in a fragment', async () => {
    const wide = Array.from({ length: limits.rootFields + 1 }, (_, n) => `a${n}: __typename`).join(' ')
    const { errors } = await w.send(`{ ...All } fragment All on Query { ${wide} }`)
    expect(errors?.[0]?.message).toContain('at its root')
  })
})

describe('a question that fails while parts of it are still read', () => {
  it('leaves no transaction open', async () => {
    await a.client('Kestrel Cloud')
    // The first part fails in the same moment in which the second begins to read what leads it further.
    const question = `{ failing: clients { nodes { members(first: 0) { nodes { id } } } }
      reading: clients { nodes { members { nodes { client { members { nodes { client { name } } } } } } } } }`
    for (let n = 0; n < 15; n += 1) {
      const { data, errors } = await a.manager.ask(question)
      expect([data, errors?.[0]?.extensions.code]).toEqual([null, 'BAD_USER_INPUT'])
    }
    await pause(300)
    const { rows } = await w.owner.query(
      `select count(*)::int as open from pg_stat_activity
       where datname = current_database() and usename <> current_user and state like 'idle in transaction%'`,
    )
    expect(rows).toEqual([{ open: 0 }])
    expect((await a.manager.gql('{ viewer { firm { name } } }')).viewer.firm.name).toBe('Ashdown')
  }, 30_000)
})
