import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import pg from 'pg'
import { CannotStart, errorCode } from '../cannot-start.js'
import { type PlanMode, roleSettings } from './session-settings.js'

/** Migrations grant to this group; the role that serves is a member of it and owns nothing. One for the whole server. */
export const serviceGroup = 'fieldwork_service'

const nameBytesMax = 63
const notPermitted = '42501'
/** The role was made at the same moment from another database of the server. */
const madeMeanwhile = ['42710', '23505']

/** What one service role may be: nothing but a member of the group. */
interface RoleRights {
  rolsuper: boolean
  rolcreatedb: boolean
  rolcreaterole: boolean
  rolreplication: boolean
  rolbypassrls: boolean
}

/** @returns the name of the database a connection address leads to */
export const databaseOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1))

/**
 * The address the service works with: its own role, unprivileged, whose password follows from the secret.
 * @param ownerUrl the owner's address of the same database; everything but role and password is kept
 */
export function serviceRoleUrl(ownerUrl: string, secret: string): string {
  const url = new URL(ownerUrl)
  url.username = encodeURIComponent(roleName(databaseOf(ownerUrl)))
  url.password = rolePassword(databaseOf(ownerUrl), secret)
  return url.href
}

/** Makes the group that migrations grant to, also when other databases of the server do so at the same moment. */
export async function readyServiceGroup(owner: pg.Client): Promise<void> {
  await createRole(owner, serviceGroup, 'nologin nosuperuser nocreatedb nocreaterole nobypassrls')
}

/**
 * Makes the role of one database, or gives it the password that follows from the present secret.
 * @param owner a connection to that database as its owner
 * @throws CannotStart when the owner may not make roles, or the role may do more than serve
 */
export async function readyServiceRole(
  owner: pg.Client,
  { database, secret, planMode }: { database: string; secret: string; planMode: PlanMode },
): Promise<void> {
  const role = roleName(database)
  const name = pg.escapeIdentifier(role)
  await createRole(owner, role, 'login nosuperuser nocreatedb nocreaterole nobypassrls')
  const { rows } = await owner.query<RoleRights>(
    'select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = $1',
    [role],
  )
  const excess = Object.entries(rows[0] ?? {}).flatMap(([right, held]) => (held ? [right.slice('rol'.length)] : []))
  if (excess.length > 0) {
    throw new CannotStart(
      `The role ${role} may do more than serve (${excess.join(', ')}); take that from it, or drop it so that it is made anew.`,
    )
  }
  const verifier = scramVerifier(rolePassword(database, secret), `${secret} ${role}`)
  try {
    await owner.query(`alter role ${name} login password ${pg.escapeLiteral(verifier)}`)
    for (const [setting, value] of Object.entries(roleSettings(planMode))) {
      await owner.query(`alter role ${name} set ${setting} = ${value}`)
    }
    await owner.query(`grant ${serviceGroup} to ${name}`)
    await narrowDatabase(owner, database, role)
  } catch (error) {
    if (errorCode(error) !== notPermitted) throw error
    throw new CannotStart(
      `The role of DATABASE_URL may not look after ${role} (${error instanceof Error ? error.message : ''}); another owner made it or ${serviceGroup}. Have an administrator make a role and name it in DATABASE_SERVICE_URL.`,
    )
  }
}

/**
 * What PostgreSQL grants to public in a new database is revoked, also in a copy made from a template: a temporary
 * table could stand before a real one of the same name.
 */
export async function narrowDatabase(owner: pg.Client, database: string, role: string): Promise<void> {
  const name = pg.escapeIdentifier(database)
  await owner.query(`revoke temporary on database ${name} from public`)
  await owner.query(`grant connect on database ${name} to ${pg.escapeIdentifier(role)}`)
}

/** Which database of which server this is, whatever address led to it. */
const whereabouts = `select extract(epoch from pg_postmaster_start_time())::text as started, oid from pg_database where datname = current_database()`

/**
 * Checks a role that the database's administrator made. Asked of the role itself: the owner may not be allowed to look.
 * @param owner a connection to the database that is to be served from
 * @throws CannotStart with the statements that would make it right
 */
export async function checkGivenRole(serviceUrl: string, owner: pg.Client, planMode: PlanMode): Promise<void> {
  const client = new pg.Client({ connectionString: serviceUrl })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const places = await Promise.all([owner.query(whereabouts), client.query(whereabouts)])
    const [owned, served] = places.map(({ rows }) => JSON.stringify(rows))
    if (owned !== served) {
      throw new CannotStart(
        'DATABASE_SERVICE_URL leads to another database than DATABASE_URL; it must lead to the same.',
      )
    }
    const wanted = Object.entries(roleSettings(planMode))
    const { rows } = await client.query<{ role: string; database: string; fit: boolean }>(
      `select current_user as role, current_database() as database,
              pg_has_role($1, 'usage')
              and not exists (select from unnest($2::text[], $3::text[]) as wanted (name, setting)
                              where not exists (select from pg_settings s where (s.name, s.setting) = (wanted.name, wanted.setting)))
              and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls) as fit
         from pg_roles where rolname = current_user`,
      [serviceGroup, wanted.map(([name]) => name), wanted.map(([, value]) => value)],
    )
    const found = rows[0]
    if (found?.fit) return
    const role = pg.escapeIdentifier(found?.role ?? '')
    const inDatabase = `ALTER ROLE ${role} IN DATABASE ${pg.escapeIdentifier(found?.database ?? '')}`
    const statements = [
      `GRANT ${serviceGroup} TO ${role};`,
      ...wanted.map(([name, value]) => `${inDatabase} SET ${name} = ${value};`),
      `ALTER ROLE ${role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;`,
    ]
    throw new CannotStart(`DATABASE_SERVICE_URL: the role ${role} is not fit to serve. Run: ${statements.join(' ')}`)
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw new CannotStart(`DATABASE_SERVICE_URL: ${error instanceof Error ? error.message : String(error)}.`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Not `_service`: for a database called `fieldwork` that would be the group itself. */
export function roleName(database: string): string {
  const name = `${database}_app`
  if (Buffer.byteLength(name) <= nameBytesMax) return name
  throw new CannotStart(`The database name ${database} is too long; at most ${nameBytesMax - '_app'.length} bytes.`)
}

function rolePassword(database: string, secret: string): string {
  return createHmac('sha256', secret).update(`password of the service role of ${database}`).digest('base64url')
}

/**
 * What PostgreSQL stores of a password (RFC 5803): sent in its place, so that the password itself never stands in a
 * statement, which servers may log.
 */
function scramVerifier(password: string, saltSource: string): string {
  const iterations = 4096
  const salt = createHmac('sha256', saltSource).update('salt of the service role').digest().subarray(0, 16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyFor = (purpose: string) => createHmac('sha256', salted).update(purpose).digest()
  const storedKey = createHash('sha256').update(keyFor('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyFor('Server Key').toString('base64')}`
}

async function createRole(owner: pg.Client, role: string, rights: string): Promise<void> {
  const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [role])
  if (rowCount === 1) return
  const statement = `create role ${pg.escapeIdentifier(role)} ${rights}`
  try {
    await owner.query(statement)
  } catch (error) {
    if (madeMeanwhile.includes(errorCode(error))) return
    if (errorCode(error) !== notPermitted) throw error
    throw new CannotStart(
      `The role of DATABASE_URL may not make roles; give it CREATEROLE, or have an administrator run: ${statement};`,
    )
  }
}
