import 'reflect-metadata'
import { auditServer } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { limits } from '../../src/kernel/execute/limits.js'
import { world } from '../support/world.js'

const w = await world()
const { manager } = await w.firm('Ashdown')
const address = await w.app.listen({ host: '127.0.0.1', port: 0 })
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('GraphQL over HTTP', () => {
  it('has no error in the audit of the protocol', async () => {
    const results = await auditServer({ url: `${address}/graphql`, fetchFn: fetch })
    expect(results.length).toBeGreaterThan(50)
    expect(results.filter(({ status }) => status === 'error').map(({ id, name }) => `${id} ${name}`)).toEqual([])
  })

  it('refuses a mutation by GET, and a form with files, whoever sends it', async () => {
    const query = encodeURIComponent('mutation { signOut(input: {idempotencyKey: "12345678"}) { errors { code } } }')
    expect(
      (await fetch(`${address}/graphql?query=${query}`, { headers: { 'apollo-require-preflight': 'x' } })).status,
    ).toBe(405)
    const form = new FormData()
    form.set('operations', JSON.stringify({ query: '{ __typename }' }))
    form.set('map', '{}')
    const posted = async (headers: Record<string, string>) =>
      (await fetch(`${address}/graphql`, { method: 'POST', body: form, headers })).status
    expect(await posted({})).toBe(415)
    expect(await posted({ 'apollo-require-preflight': 'x' })).toBe(415)
    expect(await posted({ authorization: `Bearer ${w.tokenFor(manager.claims)}` })).toBe(415)
  })

  it('refuses operations that are too deep, too wide, too long or too dear, before anything is read', async () => {
    const code = async (query: string) => {
      const { errors } = (await (await post({ query })).json()) as {
        errors: { extensions: { code: string }; message: string }[]
      }
      return [errors[0]?.extensions.code, errors[0]?.message] as const
    }
    const nested = `{ __type(name: "Query") ${'{ ofType '.repeat(limits.depth)} { name } ${'}'.repeat(limits.depth)} }`
    expect(await code(nested)).toEqual(['GRAPHQL_VALIDATION_FAILED', expect.stringContaining('levels deep')])
    const wide = `{ ${Array.from({ length: limits.rootFields + 1 }, (_, n) => `a${n}: __typename`).join(' ')} }`
    expect(await code(wide)).toEqual(['GRAPHQL_VALIDATION_FAILED', expect.stringContaining('at its root')])
    const long = `{ ${'a '.repeat(limits.tokens)} }`
    expect((await code(long))[0]).toBe('GRAPHQL_PARSE_FAILED')
    const dear =
      '{ clients(first: 100) { nodes { engagements(first: 100) { nodes { controls(first: 100) { nodes { id } } } } } } }'
    expect(await code(dear)).toEqual(['BAD_USER_INPUT', expect.stringContaining('could cost')])
  })

  it('says which variable does not fit what the operation declares', async () => {
    const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { errors { code } } }'
    const answer = await post({ query, variables: { input: { email: 'a@b.example' } } })
    expect(answer.status).toBe(400)
    const { errors } = (await answer.json()) as { errors: { message: string; extensions: unknown }[] }
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' })
    expect(errors[0]?.message).toContain('Field "password" of required type "String!" was not provided.')
  })

  it('says that there is nothing to subscribe to', async () => {
    const answer = await post({ query: 'subscription { engagementChanged { id } }' })
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { errors: [{ message: 'There is no subscription.', extensions: { code: 'BAD_USER_INPUT' } }] },
    ])
  })

  it('charges for the operation that is to run, not its neighbours in the document', async () => {
    const query = 'query One { __typename } query Other($n: Int!) { clients(first: $n) { nodes { id } } }'
    const answer = await post({ query, operationName: 'One' })
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } })
  })

  it('counts fragments that spread each other without going round in circles', async () => {
    const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A __typename }'
    const { errors } = (await (await post({ query })).json()) as { errors: { extensions: { code: string } }[] }
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it('refuses a body over the limit, and of a caller who is not signed in a long one, before it is read', async () => {
    const bodyOf = (bytes: number) => JSON.stringify({ query: `# ${'x'.repeat(bytes)}\n{ __typename }` })
    const token = { authorization: `Bearer ${w.tokenFor(manager.claims)}` }
    expect((await post(bodyOf(limits.bodyBytes), token)).status).toBe(413)
    expect((await post(bodyOf(limits.strangersBodyBytes - 100))).status).toBe(200)
    for (const authorization of ['', 'Bearer not.a.token']) {
      const answer = await post(bodyOf(limits.strangersBodyBytes), { authorization })
      expect([answer.status, await answer.json()]).toMatchObject([
        401,
        { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
      ])
    }
    const unknown = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"query":"{ __typename }"}'))
        controller.close()
      },
    })
    const streamed = { method: 'POST', headers: { 'content-type': 'application/json' }, body: unknown, duplex: 'half' }
    expect((await fetch(`${address}/graphql`, streamed as RequestInit)).status).toBe(411)
  })

  it('answers a missing and a false token alike, each with a request id', async () => {
    const query = '{ viewer { member { name } } }'
    const answers = await Promise.all([post({ query }), post({ query }, { authorization: 'Bearer not.a.token' })])
    for (const answer of answers) {
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(((await answer.json()) as { errors: { extensions: unknown }[] }).errors[0]?.extensions).toEqual({
        code: 'UNAUTHENTICATED',
      })
    }
  })

  it('says that it lives and whether it is ready', async () => {
    expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${address}/readyz`)).json()).toEqual({ status: 'ready' })
  })

  it('serves an explorer that loads nothing from elsewhere', async () => {
    const answer = await fetch(`${address}/`)
    expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self'")
    const page = await answer.text()
    expect(page).toContain('Fieldwork')
    expect(page.match(/<(?:script|link)[^>]+(?:src|href)="https?:/g)).toBeNull()
  })
})
