import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { statementsOf } from '../../src/kernel/store/sql-statements.js'
import { emptyDatabase } from '../support/database.js'

const textsOf = (sql: string) => statementsOf(sql).map(({ text }) => text.trim())

describe('a text is split into its statements', () => {
  it.each([
    ['select 1; select 2;', ['select 1', 'select 2']],
    ['select 1;\n\n;; -- only a comment;\n/* and another; */ ;', ['select 1']],
    ['select \'it\'\'s; one\', "a;""b"; select 2', ['select \'it\'\'s; one\', "a;""b"', 'select 2']],
    [
      "select e'it\\'s; one'; select E'\\\\'; select '\\'; select 4",
      ["select e'it\\'s; one'", "select E'\\\\'", "select '\\'", 'select 4'],
    ],
    ['select 1 -- it’s ; a comment\n + 1; select 2', ['select 1 -- it’s ; a comment\n + 1', 'select 2']],
    [
      'select 1 /* ; /* nested ; */ still; */ + 1; select 2',
      ['select 1 /* ; /* nested ; */ still; */ + 1', 'select 2'],
    ],
    ['do $$ begin a; b; end $$; select 2', ['do $$ begin a; b; end $$', 'select 2']],
    ['do $f$ select $$;$$; $f; $f$; select 2', ['do $f$ select $$;$$; $f; $f$', 'select 2']],
    ['select a$b$ from c; select d$b$', ['select a$b$ from c', 'select d$b$']],
    ['select $1; select $2', ['select $1', 'select $2']],
    [
      'create rule r as on insert to t do (select 1; select 2); select 3',
      ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
    ],
    [
      'create function f() returns int begin atomic select case when true then 1 end; select 2; end; select case when true then 3 end; select 4',
      [
        'create function f() returns int begin atomic select case when true then 1 end; select 2; end',
        'select case when true then 3 end',
        'select 4',
      ],
    ],
    ['begin; select 1; end; select 2', ['begin', 'select 1', 'end', 'select 2']],
    ["select '; is never closed", ["select '; is never closed"]],
    ['select 1 /* is never closed;', ['select 1 /* is never closed;']],
    ['select 1 /* nor is /* the one inside;', ['select 1 /* nor is /* the one inside;']],
    [
      'select 1 /* is never closed, /* unlike the one inside */;',
      ['select 1 /* is never closed, /* unlike the one inside */;'],
    ],
  ])('%s', (sql, statements) => {
    expect(textsOf(sql)).toEqual(statements)
  })

  it('and each is where it says that it begins', () => {
    const sql = 'select 1;\n-- two\nselect 2; select 3'
    for (const { text, from } of statementsOf(sql)) expect(sql.slice(from).startsWith(text)).toBe(true)
  })

  it('so that of every migration each is one, as the server reads it', async () => {
    const owner = new pg.Client({ connectionString: (await emptyDatabase()).ownerUrl })
    await owner.connect()
    const folder = join(import.meta.dirname, '../../../migrations')
    try {
      await owner.query('create schema fieldwork')
      await owner.query('set search_path = fieldwork')
      for (const name of readdirSync(folder).sort()) {
        const statements = statementsOf(readFileSync(join(folder, name), 'utf8'))
        expect(statements, name).not.toEqual([])
        // In this mode the server takes one statement at a time.
        for (const { text } of statements) await owner.query({ text, queryMode: 'extended' } as pg.QueryConfig)
      }
    } finally {
      await owner.end()
    }
  })
})
