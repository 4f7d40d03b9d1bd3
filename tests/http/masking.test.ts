import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { features } from '../../src/features.js'
import { buildApp } from '../../src/http/app.js'
import { forbidden, unavailable } from '../../src/kernel/access/faults.js'
import { guardedSchema } from '../../src/schema.js'

const secret = 'password authentication failed for user "fieldwork_app" at 10.1.2.3'

async function failing(error: Error) {
  const fail = () => Promise.reject(error)
  const app = await buildApp({
    database: {} as never,
    schema: await guardedSchema(features),
    verify: fail,
    jwks: fail,
    checkpointKeys: fail,
    services: { files: { storage: {} } } as never,
    log: pino({ level: 'silent' }),
    explorer: false,
  })
  onTestFinished(() => app.close())
  return app
}

it('says nothing of a fault of ours outside GraphQL either, but the request id', async () => {
  const app = await failing(new Error(secret))
  const answer = await app.inject({ url: '/.well-known/jwks.json' })
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('10.1.2.3')
  expect(answer.json()).toEqual({
    statusCode: 500,
    error: 'Internal Server Error',
    message: 'Something went wrong on our side. Give us the request id.',
    requestId: answer.headers['x-request-id'],
  })
  expect((await app.inject({ url: '/nowhere' })).statusCode).toBe(404)
})

it('says of an outage there that it passes, and of no caller that the request was wrong', async () => {
  const away = await (await failing(unavailable())).inject({ url: '/.well-known/jwks.json' })
  expect([away.statusCode, away.headers['retry-after']]).toEqual([503, '5'])
  const other = await (await failing(forbidden())).inject({ url: '/.well-known/jwks.json' })
  expect(other.statusCode).toBe(500)
})
