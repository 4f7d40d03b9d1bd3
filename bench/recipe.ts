import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { Passwords } from '../src/features/identity/passwords.js'
import { asOwner, openPlace, type Place, root } from './place.js'

/** How much there is to look through: about 3,400 sample items to an engagement. */
export const sizes = {
  smoke: { firms: 2, clients: 2, engagements: 1 },
  small: { firms: 11, clients: 4, engagements: 2 },
  medium: { firms: 110, clients: 4, engagements: 2 },
  large: { firms: 440, clients: 4, engagements: 2 },
} as const
export type Size = keyof typeof sizes
export type Contents = Record<'firms' | 'clients' | 'engagements', number>

/** The password of all: they are invented people. */
export const password = 'a long enough password'

const seedFile = join(root, 'bench/seed.sql')

/** Opens the database of this size: filled at the first time, and again when migrations or seed have changed. */
export async function openSeeded(size: Size): Promise<Place> {
  const place = await openPlace({
    folder: join(root, '.data/bench', size),
    recipe: await recipeOf(size),
    fill: (place) => fill(place, sizes[size]),
  })
  await restore(place)
  await asOwner(place.ownerUrl, async (owner) => owner.query(await readFile(join(root, 'bench/rivals.sql'), 'utf8')))
  return place
}

/** Puts back what a run has changed. */
export async function restore({ ownerUrl }: Place): Promise<void> {
  await asOwner(ownerUrl, (owner) => runAll(owner, join(root, 'bench/restore.sql')))
}

async function recipeOf(size: Size): Promise<string> {
  const folder = join(root, 'migrations')
  const files = (await readdir(folder)).sort().map((name) => join(folder, name))
  const texts = await Promise.all([...files, seedFile].map((file) => readFile(file, 'utf8')))
  return createHash('sha256')
    .update(JSON.stringify([sizes[size], ...texts]))
    .digest('hex')
}

/** Fills an empty database with firms, each with so many clients, each with so many engagements. */
export async function fill(place: Place, { firms, clients, engagements }: Contents): Promise<void> {
  const passwordHash = await new Passwords().hash(password)
  const settings = { firms, clients, engagements, password_hash: passwordHash }
  const started = performance.now()
  await asOwner(place.ownerUrl, async (owner) => {
    for (const [name, value] of Object.entries(settings)) {
      await owner.query('select set_config($1, $2, false)', [`bench.${name}`, String(value)])
    }
    await runAll(owner, seedFile)
    await owner.query('vacuum (analyze)')
  })
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`Filled a database of ${firms * clients * engagements} engagements in ${seconds} s.`)
}

/** Statement by statement, each its own transaction. In these files a semicolon ends a line only where it ends a statement. */
async function runAll(owner: pg.Client, file: string): Promise<void> {
  const statements = (await readFile(file, 'utf8')).split(/;\n/)
  for (const statement of statements) if (statement.trim() !== '') await owner.query(statement)
}
