import { randomUUID } from 'node:crypto'
import { type GraphQLInputObjectType, getNamedType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeOpaqueToken } from '../../src/features/identity/opaque-token.js'
import { features } from '../../src/features.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import { acts, beforeSignIn, type Kind } from '../access/expected.js'
import { loggedWorld, neverUsed, picked, typeAt, versionsOf } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, idPlaces } from '../support/generate.js'
import type { Answer, Person } from '../support/world.js'

// One act that commits beside one that fails, in one operation, in both orders, over all mutations and all kinds of failure:
// what was committed is answered in full, and what failed leaves nothing.

const { w, lines } = await loggedWorld()
const full = await fullWorld(w)
const { a, crew, held } = full
const schema = await plainSchema(features)
const versions = await versionsOf(w, held)
const places = idPlaces(schema)
// The one that commits is beside every other one, and beside itself.
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {})
const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const inputOf = (name: string) => schema.getType(`${capital(name)}Input`) as GraphQLInputObjectType

interface Asked {
  answer: Answer
  status: number
  name: string
}

/** Sends both acts as one operation. */
async function beside(person: Person, mutation: string, input: object, order: 'before' | 'after'): Promise<Asked> {
  const name = `Heron ${randomUUID()}`
  const committing = 'a: createClient(input: $a) { client { id name } errors { code } }'
  const failing = `b: ${mutation}(input: $b) { __typename errors { code path } }`
  const acts = order === 'before' ? [committing, failing] : [failing, committing]
  const query = `mutation ($a: CreateClientInput!, $b: ${capital(mutation)}Input!) { ${acts.join(' ')} }`
  const variables = { a: { idempotencyKey: `commits-${randomUUID()}`, name }, b: input }
  const token = w.tokenFor(person.claims)
  const response = await w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { authorization: `Bearer ${token}` },
    payload: { query, variables },
  })
  return { answer: response.json() as Answer, status: response.statusCode, name }
}

/** An input filled to the brim, with ids of the stage or never used ones. */
function filled(mutation: string, ids: 'real' | 'never used', change: Record<string, unknown> = {}): object {
  const [first] = places.filter(({ field }) => field === mutation)
  const id = (path: string) => {
    if (ids === 'never used') return neverUsed()
    const type = typeAt(schema, { field: mutation, path })
    // Of what is computed, as a judgment against the figures, no row is laid.
    return picked(held, type === 'Node' ? 'Procedure' : type, { stage: 2, at: 0 }) ?? neverUsed()
  }
  const version = first ? versions.get(id(first.path) as string) : undefined
  const { input } = argumentsFor(schema, mutation, { id, ...(version ? { version } : {}) }) as { input: object }
  const token = mutation === 'refreshSession' ? { refreshToken: makeOpaqueToken(a.id).token } : {}
  return { ...input, ...token, ...change }
}

/** The first text of an input, longer than any may be. */
function tooLong(mutation: string): Record<string, unknown> {
  const texts = Object.values(inputOf(mutation).getFields()).filter(
    (field) => getNamedType(field.type).name === 'String',
  )
  return { [(texts[0] as { name: string }).name]: 'x'.repeat(200_001) }
}

const has = (mutation: string, field: string) => inputOf(mutation).getFields()[field] !== undefined
const hasIds = (mutation: string) => places.some(({ field }) => field === mutation)
/** Whether one kind of people may do an act, by the table written by hand. */
const may = (kind: Kind, mutation: string) => acts[mutation]?.includes(kind) ?? false
/** Acts on what belongs to an engagement. */
const isOfEngagement = (mutation: string) => {
  const on = policy[`Mutation.${mutation}`]?.on
  return on !== undefined && !['Client', 'Member', 'Firm', 'LibraryControl', 'CriteriaSet'].includes(on)
}

/** No rule refuses a legal hold, whatever the state of the engagement. */
const inEveryState = ['placeLegalHold', 'releaseLegalHold']

/** What happens to every act but the one that commits, in the database, at its first statement. */
const broken = (how: string) => `
  create function broken() returns trigger language plpgsql security definer as $$ begin ${how} return new; end $$;
  create trigger broken before insert on idempotency for each row
    when (new.key not like 'commits-%') execute function broken();
  alter table session rename token_hash to token_away;
  alter table user_account rename password_hash to password_away`
const whole = `drop function broken cascade;
  alter table session rename token_away to token_hash; alter table user_account rename password_away to password_hash`

interface Failure {
  what: string
  codes: readonly string[]
  isData: boolean
  person: Person
  of: (mutation: string) => object | null
  before?: string
  after?: string
}

const failures: Failure[] = [
  {
    what: 'is not well formed',
    codes: ['INVALID_INPUT', 'CREDENTIALS_REFUSED'],
    isData: true,
    person: crew.partner,
    of: (mutation) => filled(mutation, 'never used', tooLong(mutation)),
  },
  {
    what: 'names what is not there',
    codes: ['NOT_FOUND'],
    isData: true,
    person: crew.partner,
    of: (mutation) => (hasIds(mutation) && may('P', mutation) ? filled(mutation, 'never used') : null),
  },
  {
    what: 'was read at another version',
    // Of a result and a sample it is looked at once the procedure may be worked on.
    codes: ['VERSION_CONFLICT', 'ENGAGEMENT_STATE'],
    isData: true,
    person: crew.partner,
    of: (mutation) =>
      has(mutation, 'expectedVersion') && may('P', mutation)
        ? filled(mutation, 'real', { expectedVersion: 4_711 })
        : null,
  },
  {
    what: 'is refused by a rule',
    codes: ['ENGAGEMENT_STATE', 'INVALID_TRANSITION', 'NOT_READY', 'INVALID_INPUT'],
    isData: true,
    person: crew.partner,
    of: (mutation) =>
      isOfEngagement(mutation) && may('P', mutation) && !inEveryState.includes(mutation)
        ? filled(mutation, 'real')
        : null,
  },
  {
    what: 'the role forbids for what it names',
    codes: ['FORBIDDEN', 'NOT_FOUND'],
    isData: true,
    person: full.otherCrew.partner,
    of: (mutation) => (isOfEngagement(mutation) && may('P', mutation) ? filled(mutation, 'real') : null),
  },
  {
    what: 'the role alone forbids',
    codes: ['FORBIDDEN'],
    isData: false,
    person: a.admin,
    of: (mutation) => (may('A', mutation) || beforeSignIn.includes(mutation) ? null : filled(mutation, 'real')),
  },
  ...(
    [
      ['met a fault of ours', 'INTERNAL', "raise exception 'broken';"],
      ['took too long', 'TIMED_OUT', "raise exception 'too long' using errcode = '57014';"],
      ['lost the database', 'UNAVAILABLE', 'perform pg_terminate_backend(pg_backend_pid());'],
    ] as const
  ).map(
    ([what, code, how]): Failure => ({
      what,
      codes: [code],
      isData: false,
      person: crew.partner,
      of: (mutation) => (may('P', mutation) || beforeSignIn.includes(mutation) ? filled(mutation, 'real') : null),
      before: broken(how),
      after: whole,
    }),
  ),
]

/** How many rows of a kind there are: what is committed makes one client and one entry of the trail, and nothing else. */
const count = async (table: string) => Number((await w.owner.query(`select count(*) as n from ${table}`)).rows[0].n)
/** What counts attempts is not a change that an act made; what the committed acts make is counted apart. */
const stand = () => w.digest('client', 'trail_entry', 'trail_head', 'throttle')

describe.each(failures)(
  'an act that commits, beside one that $what,',
  ({ codes, isData, person, of, before, after }) => {
    const asked: (Asked & { mutation: string; order: string })[] = []
    let [clients, entries, digest] = [0, 0, '']

    beforeAll(async () => {
      await w.owner.query('delete from throttle')
      ;[clients, entries, digest] = [await count('client'), await count('trail_entry'), await stand()]
      if (before) await w.owner.query(before)
      for (const mutation of mutations) {
        for (const order of ['before', 'after'] as const) {
          const input = of(mutation)
          if (input) asked.push({ mutation, order, ...(await beside(person, mutation, input, order)) })
        }
      }
      if (after) await w.owner.query(after)
    }, 120_000)

    it('is answered in full, whichever comes first', () => {
      expect(asked.length).toBeGreaterThan(60)
      for (const { answer, status, name, mutation, order } of asked) {
        const place = `${mutation}, ${order}`
        expect(status, place).toBe(200)
        expect(answer.data?.a, `${place}: ${JSON.stringify(answer).slice(0, 500)}`).toEqual({
          client: { id: expect.any(String), name },
          errors: [],
        })
      }
    })

    it('and the other says why it failed', () => {
      // Those look at the account before their act: there it is the same fault every time.
      const early = before ? ['signIn', 'changePassword', 'refreshSession'] : []
      const otherwise = asked.flatMap(({ answer: { data, errors = [] }, mutation, order }) => {
        const code = isData ? data?.b?.errors[0]?.code : errors[0]?.extensions.code
        const isRight = isData ? errors.length === 0 : data?.b === null && errors[0]?.path?.join() === 'b'
        return isRight && (codes.includes(code) || (code === 'INTERNAL' && early.includes(mutation)))
          ? []
          : [`${mutation}, ${order}: ${JSON.stringify({ b: data?.b, errors })}`]
      })
      expect(otherwise).toEqual([])
    })

    it('is in the database, and of the other there is nothing', async () => {
      const ids = asked.map(({ answer }) => answer.data.a.client.id)
      const { rows } = await w.owner.query('select id, name from client where id = any($1)', [ids])
      const names = new Map(rows.map(({ id, name }) => [id, name]))
      for (const { answer, name } of asked) expect(names.get(answer.data.a.client.id)).toBe(name)
      expect([await count('client'), await count('trail_entry')]).toEqual([
        clients + asked.length,
        entries + asked.length,
      ])
      expect(await stand()).toBe(digest)
    })
  },
)

it('every mutation was beside one that commits, failing in one way at least', () => {
  const without = mutations.filter((mutation) => failures.every(({ of }) => of(mutation) === null))
  expect(without).toEqual([])
})

describe('an act that commits and whose own answer cannot be read', () => {
  const committed = async (selection: string) => {
    const [one, two] = [`Plover ${randomUUID()}`, `Plover ${randomUUID()}`]
    const query = `mutation ($a: CreateClientInput!, $b: CreateClientInput!) {
      a: createClient(input: $a) { client ${selection} errors { code } }
      b: createClient(input: $b) { client { name } errors { code } } }`
    const input = (name: string) => ({ idempotencyKey: randomUUID(), name })
    const { data, errors } = await crew.partner.ask(query, { a: input(one), b: input(two) })
    const { rows } = await w.owner.query('select name from client where name = any($1)', [[one, two]])
    expect(rows).toHaveLength(2)
    expect(data.b).toEqual({ client: { name: two }, errors: [] })
    return { a: data.a, codes: errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]) }
  }

  it('loses the object alone, for a list that is asked for wrongly', async () => {
    expect(await committed('{ name engagements(first: 1000) { totalCount } }')).toEqual({
      a: { client: null, errors: [] },
      codes: [['a.client.engagements', 'BAD_USER_INPUT']],
    })
  })

  it('loses the object alone, where the database fails while it is read', async () => {
    await w.owner.query('alter table engagement rename system_name to system_away')
    try {
      expect(await committed('{ name engagements { nodes { systemName } } }')).toEqual({
        a: { client: null, errors: [] },
        codes: [['a.client.engagements', 'INTERNAL']],
      })
    } finally {
      await w.owner.query('alter table engagement rename system_away to system_name')
    }
  })
})

afterAll(() => {
  expect(lines.length).toBeGreaterThan(0)
})
