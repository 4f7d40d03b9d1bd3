import { pino } from 'pino'
import { expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { buildApp } from '../../src/server/app.js'
import { guardedSchema } from '../../src/server/schema.js'

const secret = 'password authentication failed for user "fieldwork_app" at 10.1.2.3'

it('says nothing of a fault of ours outside GraphQL either, but the request id', async () => {
  const fail = () => Promise.reject(new Error(secret))
  const app = await buildApp({
    database: {} as never,
    schema: await guardedSchema(features),
    verify: fail,
    jwks: fail,
    services: {} as never,
    log: pino({ level: 'silent' }),
    explorer: false,
  })
  const answer = await app.inject({ url: '/.well-known/jwks.json' })
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('10.1.2.3')
  expect(answer.json()).toEqual({
    statusCode: 500,
    error: 'Internal Server Error',
    message: 'Something went wrong on our side. Tell us the request id.',
    requestId: answer.headers['x-request-id'],
  })
  expect((await app.inject({ url: '/nowhere' })).statusCode).toBe(404)
  await app.close()
})
