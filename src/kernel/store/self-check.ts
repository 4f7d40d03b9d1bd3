import type { Database } from './database.js'
import { listed } from './listed.js'
import { queueFunctions, queueGrants, queueSchema } from './queue-schema.js'
import { serviceGroup } from './service-role.js'

/** Accounts and keys: tables that belong to no tenant, with walls of other kinds. */
const tenantless = ['user_account', 'signing_key', 'checkpoint_key', 'throttle']

/** Of tenants, but read across them, or before one is known, by what signs people in. */
const signedInFrom = ['member', 'idempotency']
/** Of tenants, but read across them by an operator's command, never changed (maintenance.ts). */
const maintained = ['firm', 'trail_head']
/** Of which the role removes what is no longer in force (sweep.ts). */
const guarded = ['session', 'invitation']
/** As PostgreSQL words them, within a text of SQL. */
const firm = `(firm_id = (NULLIF(current_setting(''app.firm_id''::text, true), ''''::text))::uuid)`
const identityRealm = `OR ((current_setting(''app.realm''::text, true) = ''identity''::text) AND `
const maintenanceRealm = `OR (current_setting(''app.realm''::text, true) = ''maintenance''::text)`

/** Each finding names its object in the first column. Every statement reads the catalogue as the service's own role. */

/** @param open tables whose every row may be read by everyone */
const checksOf = (open: readonly string[]): Readonly<Record<string, string>> => ({
  'the role must be no superuser, must not bypass row-level security, and must not make roles or databases': `
    select rolname as object from pg_roles where rolname = current_user
      and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
  'the role must not be a member of a role that owns a table or is a superuser': `
    select r.rolname as object from pg_roles r where pg_has_role(current_user, r.oid, 'member')
      and (r.rolsuper or exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('fieldwork', '${queueSchema}') and c.relowner = r.oid))`,
  'every table must force row-level security': `
    select c.relname as object from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and c.relkind in ('r', 'p') and not c.relname = any(array[${listed(open)}])
      and not (c.relrowsecurity and c.relforcerowsecurity)`,
  'every table must have exactly one policy, permissive, for every command and role': `
    select c.relname as object from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and c.relkind in ('r', 'p') and not c.relname = any(array[${listed(open)}])
      and (select array_agg(p.polpermissive and p.polcmd = '*' and p.polroles = '{0}') from pg_policy p where p.polrelid = c.oid)
        is distinct from '{t}'`,
  'every tenant table must have its firm in the policy as a condition nothing goes around, without a sub-select': `
    select p.tablename as object from pg_policies p, unnest(array[p.qual, coalesce(p.with_check, p.qual)]) as condition
    where p.schemaname = 'fieldwork' and not p.tablename = any(array[${listed([...tenantless, ...open])}])
      and (condition ~* '\\mselect\\M' or not (condition = '${firm}' or starts_with(condition, '(${firm} AND ')
        or p.tablename = any(array[${listed(signedInFrom)}]) and condition like '%${firm}%${identityRealm}%'
        or p.tablename = any(array[${listed(maintained)}]) and condition = '(${firm} ${maintenanceRealm})' and p.with_check is not distinct from '${firm}'))
    group by 1`,
  'every key and unique constraint of a tenant table must include the firm': `
    select i.relname as object from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
      join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and x.indisunique and not c.relname = any(array[${listed([...tenantless, ...open])}]) and c.relkind in ('r', 'p')
      and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'firm_id' and a.attnum = any(x.indkey))`,
  'every foreign key between tenant tables must include the firm': `
    select k.conname as object from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class f on f.oid = k.confrelid
    where n.nspname = 'fieldwork' and k.contype = 'f' and not f.relname = any(array[${listed([...tenantless, ...open])}])
      and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'firm_id' and a.attnum = any(k.conkey))`,
  'views must look with the eyes of who asks (security_invoker)': `
    select c.relname as object from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and (c.relkind = 'm' or c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false))`,
  'the role must not empty, reference or put triggers on tables': `
    select c.relname as object from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and c.relkind in ('r', 'p')
      and has_table_privilege(c.oid, 'truncate, references, trigger')`,
  'what is written once must not be changed or removed by the role': `
    select c.relname as object from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and t.tgname = 'written_once' and (t.tgenabled <> 'O' or has_table_privilege(c.oid, 'update, delete'))`,
  'what is in force must be kept by a guard where the role may remove rows': `
    select t.name as object from unnest(array[${listed(guarded)}]) as t (name) where not exists (select 1 from pg_trigger g
      where g.tgrelid = to_regclass('fieldwork.' || t.name) and g.tgname = 'in_force_stays' and g.tgenabled = 'O')`,
  'the trail must be appended to, and its head moved, by its function alone': `
    select c.relname as object from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'fieldwork' and c.relname in ('trail_entry', 'trail_head')
      and (has_any_column_privilege(c.oid, 'insert, update') or has_table_privilege(c.oid, 'delete'))`,
  'no function but the trail’s may run with its owner’s rights': `
    select p.proname as object from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'fieldwork' and p.prosecdef and (p.proname <> 'trail_append' or p.proretset or p.prorettype <> 'bigint'::regtype)`,
  ...checksOfQueue,
})

const rights = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']
const ofQueue = `from pg_class c where c.relnamespace = to_regnamespace('${queueSchema}')`
const granted = Object.entries(queueGrants).map(([table, its]) => `('${table}', array[${listed(its)}])`)

/** Of the job queue, which belongs to no tenant: its jobs hold ids alone. */
const checksOfQueue: Readonly<Record<string, string>> = {
  'every table of the job queue must have row-level security, with one policy, for the service’s role': `
    select c.relname as object ${ofQueue} and c.relkind in ('r', 'p') and c.relname <> 'migrations' and not (c.relrowsecurity
      and (select string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]), ', ') from pg_policy p where p.polrelid = c.oid)
        is not distinct from 'service * t {${serviceGroup}}')`,
  'the role must have the rights in the job queue that it needs, and no others': `
    select t.name as object from (values ${granted.join(', ')}) as t (name, rights)
      where to_regclass('${queueSchema}.' || t.name) is null
    union select c.relname ${ofQueue} and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and exists (select from unnest(array[${listed(rights)}]) as r (name)
        where (has_table_privilege(c.oid, r.name) or r.name <> all(array['delete', 'truncate', 'trigger']) and has_any_column_privilege(c.oid, r.name))
          is distinct from coalesce((select r.name = any(t.rights) from (values ${granted.join(', ')}) as t (name, rights) where t.name = c.relname), false))
    union select n.nspname from pg_namespace n where n.nspname = '${queueSchema}' and has_schema_privilege(n.oid, 'create')
    union select p.proname from pg_proc p where p.pronamespace = to_regnamespace('${queueSchema}')
      and (p.prosecdef or has_function_privilege(p.oid, 'execute') <> (p.proname = any(array[${listed(queueFunctions)}])))`,
}

/**
 * Looks at the database as the service's role finds it: the role itself, and the walls of every table.
 * @returns one sentence for each thing that is not as it must be; the service refuses to start on any
 */
export async function selfCheck(database: Database): Promise<string[]> {
  const connection = await database.connect()
  try {
    const findings: string[] = []
    for (const [rule, sql] of Object.entries(checksOf(['migration', ...database.sharedTables]))) {
      const rows = await connection.query<{ object: string }>(sql)
      for (const { object } of rows) findings.push(`${object}: ${rule}.`)
    }
    return findings
  } finally {
    connection.release()
  }
}
