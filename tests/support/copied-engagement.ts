import type { World } from './world.js'

/**
 * Copies an engagement, with all its rows and its trail, as a superuser does: for tests that begin many times from where one
 * engagement was brought through the API. What belongs to firm or client is shared; every other id is another one, in the same order.
 */
export interface Copier {
  /**
   * Copies the engagement once more. Answers how an id of the original is called in the copy. Each time that there are three times as
   * many copies, all tables are analysed: without it, what follows is planned for tables of no rows, and takes the longer the more there are.
   */
  copy(engagementId: string): Promise<(id: string) => Promise<string>>
}

/** The parts of the world that copies share are noted now: people and clients that are made later are not. */
export async function copier({ owner }: World): Promise<Copier> {
  await owner.query(`create schema if not exists copies;
    create table if not exists copies.shared (id uuid primary key);
    create or replace function copies.copied(id uuid, salt text) returns uuid language sql stable as $$
      select case when id is null or exists (select 1 from copies.shared s where s.id = $1) then id
        else (substr(replace(id::text, '-', ''), 1, 16) || '8' || substr(md5(id::text || salt), 1, 15))::uuid end $$`)
  const { rows } = await owner.query<{ table: string; column: string; type: string; scoped: boolean }>(
    `select c.table_name as table, quote_ident(c.column_name) as column, c.udt_name as type,
       exists (select 1 from information_schema.columns o where o.table_schema = c.table_schema
         and o.table_name = c.table_name and o.column_name = 'engagement_id') as scoped
     from information_schema.columns c join pg_tables t on t.schemaname = c.table_schema and t.tablename = c.table_name
     where c.table_schema = 'fieldwork' and c.is_generated = 'NEVER' order by 1, c.ordinal_position`,
  )
  const tables = [...new Set(rows.map(({ table }) => table))]
  const ofTable = (name: string) => rows.filter(({ table }) => table === name)
  const shared = tables.filter((name) => !ofTable(name)[0]?.scoped && !/^(engagement|trail_|checkpoint)/.test(name))
  for (const { table, column } of shared.flatMap(ofTable).filter(({ type }) => type === 'uuid')) {
    await owner.query(`insert into copies.shared select distinct ${column} from ${table}
      where ${column} is not null on conflict do nothing`)
  }
  const keys: Readonly<Record<string, string>> = { engagement: 'id', trail_head: 'chain_id', trail_entry: 'chain_id' }
  const copied = tables.filter((name) => ofTable(name)[0]?.scoped || name in keys)
  const statements = copied.map((name) => {
    const columns = ofTable(name)
    const values = columns.map(({ column, type }) => {
      if (type === 'uuid') return `copies.copied(${column}, $2)`
      if (type === '_uuid')
        return `array(select copies.copied(x, $2) from unnest(${column}) with ordinality u (x, n) order by n)`
      return column
    })
    return `insert into ${name} (${columns.map(({ column }) => column).join(', ')})
      select ${values.join(', ')} from ${name} where ${keys[name] ?? 'engagement_id'} = $1`
  })
  let copies = 0
  let analyzedAt = 2
  return {
    async copy(engagementId) {
      const salt = String(++copies)
      if (copies >= 3 * analyzedAt) {
        analyzedAt = copies
        await owner.query('analyze')
      }
      const connection = await owner.connect()
      try {
        await connection.query('begin; set local session_replication_role = replica')
        for (const statement of statements) await connection.query(statement, [engagementId, salt])
        // Who is on the team is kept in memory by this mark.
        await connection.query(
          'update member set team_mark = gen_random_uuid() where id in (select member_id from team_member where engagement_id = $1)',
          [engagementId],
        )
        await connection.query('commit')
      } finally {
        connection.release()
      }
      return async (id) => {
        const { rows: named } = await owner.query<{ id: string }>('select copies.copied($1, $2) as id', [id, salt])
        return (named[0] as { id: string }).id
      }
    },
  }
}
