import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'
import { afterAll, describe, expect, it } from 'vitest'
import { cutOff, PipelinedQuery } from '../../src/kernel/driver/pipelined-query.js'
import { testDatabase } from '../support/database.js'

// What src/kernel/driver/pipelined-query.ts relies on in pg that pg does not document. Where one of these fails after a change
// of its version, that file is to be brought to what pg does now.

const place = await testDatabase()
const connected = async () => {
  const client = new pg.Client({ connectionString: place.serviceUrl, pipeline: true })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
const client = await connected()
afterAll(() => client.end())

const connection = (client as unknown as { connection: Record<string, unknown> }).connection
const named = () => [connection.parsedStatements, connection.submittedNamedStatements] as Record<string, string>[]
const send = (text: string, values: readonly unknown[] = [], name = '') =>
  new PipelinedQuery(text, values, name).sendOn(client)

it('is the version that the code was written for', () => {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../node_modules/pg/package.json'), 'utf8'),
  )
  expect([dependencies.pg, version]).toEqual(['8.23.1', '8.23.1'])
})

describe('a connection of pg', () => {
  it.each(['query', 'parse', 'bind', 'describe'])('has the method %s', (method) => {
    expect(connection[method]).toBeTypeOf('function')
  })

  it.each(['cork', 'uncork', 'write', 'destroy'])('has a stream with the method %s', (method) => {
    expect((connection.stream as Record<string, unknown>)[method]).toBeTypeOf('function')
  })

  it('keeps account of named statements, those on their way and those parsed, by text', async () => {
    const sent = send('select $1::int as one', [1], 'kept')
    expect(named().map((statements) => statements.kept)).toEqual([undefined, 'select $1::int as one'])
    await sent
    expect(named().map((statements) => statements.kept)).toEqual(['select $1::int as one', undefined])
  })

  it('forgets a named statement that the server could not parse, so that it is sent to be parsed again', async () => {
    for (const _time of [1, 2]) {
      await expect(send('select no_such_column', [], 'bad')).rejects.toMatchObject({ code: '42703' })
      expect(named().map((statements) => statements.bad)).toEqual([undefined, undefined])
    }
  })

  it('fails what waits on it, with the reason, when its stream is destroyed', async () => {
    const other = await connected()
    const waiting = new PipelinedQuery('select pg_sleep(5)', [], '').sendOn(other)
    const refused = expect(waiting).rejects.toThrow('cut off')
    const ended = new Promise((resolve) => other.once('end', resolve))
    cutOff(other, new Error('cut off'))
    await refused
    await ended
  })
})

describe('a query of pg', () => {
  it('is a class that can be extended, whose objects a client in pipeline mode takes', async () => {
    expect(Object.getPrototypeOf(PipelinedQuery)).toBe(pg.Query)
    expect((await send('select 1 as one')).objects).toEqual([{ one: 1 }])
  })

  it('is called by the driver with what the server sends, in its order', async () => {
    const called: unknown[] = []
    const methods = ['submit', 'handleRowDescription', 'handleDataRow', 'handleCommandComplete', 'handleReadyForQuery']
    const query = new PipelinedQuery("select n as number, 'a' as letter from generate_series(1, 2) n", [], 'called')
    for (const method of methods) {
      const own = (query as never as Record<string, (given: unknown) => unknown>)[method] as (given: unknown) => unknown
      Object.assign(query, {
        [method](given: { fields?: unknown[]; text?: string }) {
          called.push([method, given.text ?? given.fields?.map((field) => (field as { name?: string }).name ?? field)])
          return own.call(query, given)
        },
      })
    }
    await query.sendOn(client)
    expect(called).toEqual([
      ['submit', undefined],
      ['handleRowDescription', ['number', 'letter']],
      ['handleDataRow', ['1', 'a']],
      ['handleDataRow', ['2', 'a']],
      ['handleCommandComplete', 'SELECT 2'],
      ['handleReadyForQuery', undefined],
    ])
  })

  it('is answered in the order in which it was sent, and told of an error in its own turn', async () => {
    const sent = [send('begin'), send('select 1 / $1::int', [0], 'by zero'), send('select 2'), send('rollback')]
    const outcomes = await Promise.allSettled(sent)
    expect(outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : one.value.command))).toEqual([
      'BEGIN',
      '22012',
      '25P02',
      'ROLLBACK',
    ])
  })
})

describe('a value', () => {
  it('is made the text that the server takes', () => {
    expect(prepareValue(null)).toBeNull()
    expect(prepareValue(['a"b', null])).toBe('{"a\\"b",NULL}')
    expect(prepareValue({ one: 1 })).toBe('{"one":1}')
    expect(prepareValue(true)).toBe('true')
    expect(prepareValue(Buffer.from('a'))).toEqual(Buffer.from('a'))
    expect(Date.parse(String(prepareValue(new Date('2026-02-01T10:00:00.123Z'))))).toBe(
      Date.parse('2026-02-01T10:00:00.123Z'),
    )
  })

  it('of a type without a parser stays the text it is: one function stands for all of them', () => {
    const { UUID, TEXT } = pg.types.builtins
    expect(pg.types.getTypeParser(UUID, 'text')).toBe(pg.types.getTypeParser(TEXT, 'text'))
    expect((pg.types.getTypeParser(UUID, 'text') as (text: string) => unknown)('a')).toBe('a')
  })
})
