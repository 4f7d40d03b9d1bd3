import type { World } from './world.js'

/** Where a row belongs: its table, its firm, and within the firm an engagement, a client, a member, or the firm itself. */
export interface Place {
  table: string
  firmId: string | null
  within: string | null
  /** Whether it had no rows at the start. */
  isNew: boolean
}

/** place -> a digest of its rows. */
export type Stand = ReadonlyMap<string, string>

const nameOf = ({ table, firmId, within }: Omit<Place, 'isNew'>): string => `${table} ${firmId ?? ''} ${within ?? ''}`

/**
 * Tells what a request moved, place by place and over every table of the catalogue, and puts it all back: each request of
 * a run finds the same world, so that any one of them can be repeated by itself.
 */
export class Snapshot {
  private constructor(
    private readonly w: World,
    private readonly digests: string,
    readonly base: Stand,
  ) {}

  /** From now on every change is noted. */
  static async begin(w: World): Promise<Snapshot> {
    const { rows } = await w.owner.query<{ name: string; columns: string[] }>(
      `select c.relname as name, array_agg(a.attname::text) as columns from pg_class c
         join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where n.nspname = 'fieldwork' and c.relkind in ('r', 'p') group by 1 order by 1`,
    )
    await w.owner.query(noting)
    for (const { name } of rows) {
      await w.owner.query(
        `create trigger noted after insert or update or delete on ${name} for each row execute function undo.note()`,
      )
    }
    const digests = rows
      .map(({ name, columns }) => {
        const firm = columns.includes('firm_id') ? 'r.firm_id' : 'null::uuid'
        // Each row's own hash, put together by exclusive or: no order is needed, and no two rows of a table are equal.
        return `select '${name}' as "table", ${firm} as "firmId", ${within(name, columns)} as within,
          count(*) || '/' || bit_xor(hashtextextended(r::text, 0)) as digest from ${name} r group by 1, 2, 3`
      })
      .join(' union all ')
    return new Snapshot(w, digests, await standOf(w, digests))
  }

  /** The places that are not as they were at the start. */
  async moved(): Promise<Place[]> {
    const now = await standOf(this.w, this.digests)
    const names = new Set([...now.keys(), ...this.base.keys()])
    return [...names]
      .filter((name) => now.get(name) !== this.base.get(name))
      .map((name) => {
        const [table, firmId, within] = name.split(' ') as [string, string, string]
        return { table, firmId: firmId || null, within: within || null, isNew: !this.base.has(name) }
      })
  }

  /** Whether any row was made, changed or removed and is still so. */
  async noted(): Promise<boolean> {
    const { rows } = await this.w.owner.query<{ noted: boolean }>('select exists (select from undo.change) as noted')
    return rows[0]?.noted ?? false
  }

  /** Undoes everything, the last change first. @throws Error when the world is not what it was then */
  async restore(): Promise<void> {
    await this.w.owner.query('select undo.everything()')
    const left = await this.moved()
    if (left.length > 0) throw new Error(`The test could not put back what moved: ${left.map(nameOf).join(', ')}`)
  }
}

async function standOf(w: World, digests: string): Promise<Stand> {
  // Named: planned once for the connection.
  const { rows } = await w.owner.query<Place & { digest: string }>({ name: 'stand', text: digests })
  return new Map(rows.map((row) => [nameOf(row), row.digest]))
}

/** What within its firm a row belongs to, as text. */
function within(table: string, columns: readonly string[]): string {
  if (columns.includes('engagement_id')) return 'r.engagement_id::text'
  if (columns.includes('chain_id')) return 'r.chain_id::text'
  if (columns.includes('scope')) return 'r.scope'
  if (columns.includes('client_id') && table !== 'engagement') return 'coalesce(r.client_id, r.firm_id)::text'
  if (columns.includes('member_id')) {
    return `(select coalesce(m.client_id, m.firm_id)::text from member m where m.firm_id = r.firm_id and m.id = r.member_id)`
  }
  if (['engagement', 'client', 'user_account'].includes(table)) return 'r.id::text'
  return columns.includes('firm_id') ? 'r.firm_id::text' : 'null'
}

/** The notes are made as the owner: the service’s role knows nothing of them. A change that is rolled back takes its note along. */
const noting = `
  create schema undo;
  create table undo.change (n bigserial primary key, target text not null, was jsonb, became jsonb);
  create function undo.note() returns trigger language plpgsql security definer set search_path = fieldwork as $$
  begin
    insert into undo.change (target, was, became) values (tg_table_name, to_jsonb(old), to_jsonb(new));
    return null;
  end $$;
  create function undo.everything() returns void language plpgsql set search_path = fieldwork as $$
  declare
    change undo.change;
  begin
    -- No trigger fires meanwhile: neither the one that notes nor the one that guards what is written once.
    perform set_config('session_replication_role', 'replica', true);
    for change in select * from undo.change order by n desc loop
      if change.became is not null then
        execute format('delete from %I t where to_jsonb(t) = $1', change.target) using change.became;
      end if;
      if change.was is not null then
        execute format('insert into %1$I select (jsonb_populate_record(null::%1$I, $1)).*', change.target) using change.was;
      end if;
    end loop;
    delete from undo.change;
    perform set_config('session_replication_role', 'origin', true);
  end $$;`
