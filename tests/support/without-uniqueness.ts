import type { World } from './world.js'

/**
 * Two rows alike are against what is unique; that is of no concern to how they are read. Keys and places of files stay unique: bringing a
 * file rests on it, and no finding is about them.
 */
export async function withoutUniqueness(w: World): Promise<void> {
  const { rows: all } = await w.owner.query<{ text: string }>(
    `select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) as text from pg_constraint
     where contype = 'u' and connamespace = 'fieldwork'::regnamespace
     union all select format('drop index %s', indexrelid::regclass) from pg_index
       where indisunique and not indisprimary and indexrelid::regclass::text not in (
         select conname from pg_constraint) and indrelid in (select oid from pg_class where relnamespace = 'fieldwork'::regnamespace
         and relname not in ('firm_key', 'stored_file'))`,
  )
  for (const { text } of all) await w.owner.query(text)
}
