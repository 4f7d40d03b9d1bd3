import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { exampleAccount } from '../../seeds/first-start.js'
import { cast } from '../../seeds/invented/people.js'
import { features } from '../../src/features.js'
import { explorerTabs } from '../../src/http/explorer.js'
import { plainSchema } from '../../src/schema.js'
import { signInWorld } from '../support/sign-in.js'

const schema = await plainSchema(features)

describe.each([
  ['with the account of an invented person', exampleAccount],
  ['where no invented person is known', null],
])('the saved operations of the explorer %s', (_where, account) => {
  it('are valid against the schema', () => {
    for (const { query } of explorerTabs(account)) expect(validate(schema, parse(query as string))).toEqual([])
  })

  it('begin with signing in, and name the place of the header', () => {
    const [first, ...others] = explorerTabs(account)
    expect(first?.query).toContain('signIn(input: ')
    expect(first?.query).toContain('Headers')
    expect(others).toHaveLength(3)
    for (const { headers } of others) expect(JSON.parse(headers as string)).toHaveProperty('Authorization')
  })
})

describe('the page of the explorer', () => {
  const invented = [exampleAccount.password, ...Object.values(cast).map(({ email }) => email)]
  const pageOf = async (options: Parameters<typeof signInWorld>[0]) =>
    (await (await signInWorld({ explorer: true, ...options })).world.app.inject({ url: '/' })).body

  it('signs in as the invented person that the service was started with', async () => {
    const page = await pageOf({ exampleAccount })
    expect(page).toContain(exampleAccount.email)
    expect(page).toContain(exampleAccount.password)
  })

  it('names no invented person where none was loaded', async () => {
    const page = await pageOf({})
    expect(page).toContain('signIn(input: ')
    for (const word of invented) expect(page).not.toContain(word)
  })
})
