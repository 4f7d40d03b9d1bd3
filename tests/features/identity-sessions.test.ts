import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { password, type Session, signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
const { firmId } = await w.firm('Larch & Partners (invented)', 'ada@larch.example.test')
const works = async (token: string) =>
  (await w.world.send('{ viewer { member { id } } }', {}, token)).data?.viewer !== undefined

let session: Session
beforeEach(async () => {
  session = await w.signIn('ada@larch.example.test')
  w.lines.length = 0
})

const refresh = async (refreshToken: string) => (await w.send('refreshSession', { refreshToken })).payload
/** Puts every use of a refresh token so many seconds further back. */
const passing = (seconds: number) =>
  w.world.owner.query("update session set used_at = used_at - $1 * interval '1 second'", [seconds])
const ended = {
  session: null,
  errors: [{ code: 'SESSION_ENDED', message: 'This session is over. Sign in again.', path: [] }],
}
const said = (text: string) => w.lines.filter((line) => line.includes(text))
const reuseSaid = () => said('a refresh token was used twice').length
const graceSaid = () => said('within the time of grace').length

describe('a refresh token', () => {
  test('changes into new tokens, again and again; the access tokens before hold until they end', async () => {
    let { refreshToken } = session
    for (let round = 0; round < 3; round += 1) {
      const next = (await refresh(refreshToken)).session
      expect(next.memberId).toBe(session.memberId)
      expect(next.refreshToken).not.toBe(refreshToken)
      expect(await works(next.accessToken)).toBe(true)
      refreshToken = next.refreshToken
    }
    expect(await works(session.accessToken)).toBe(true)
  })

  test('used twice ends the whole session, at once, and the log says so', async () => {
    const next = (await refresh(session.refreshToken)).session
    await passing(31)
    expect(await refresh(session.refreshToken)).toEqual(ended)
    expect(await works(session.accessToken)).toBe(false)
    expect(await works(next.accessToken)).toBe(false)
    expect(await refresh(next.refreshToken)).toEqual(ended)
    expect(reuseSaid()).toBe(1)
    const line = w.lines.find((text) => text.includes('used twice')) as string
    expect(JSON.parse(line)).toMatchObject({ level: 40, firmId, memberId: session.memberId })
    expect(line).not.toContain(session.refreshToken.split('.')[2])
  })

  test('used twice ends that session only', async () => {
    const other = await w.signIn('ada@larch.example.test')
    await refresh(session.refreshToken)
    await passing(31)
    await refresh(session.refreshToken)
    expect(await works(session.accessToken)).toBe(false)
    expect(await works(other.accessToken)).toBe(true)
    expect((await refresh(other.refreshToken)).errors).toEqual([])
  })

  test('sent again within 30 seconds is changed into the same one, with a fresh access token, and the log says so', async () => {
    const first = (await refresh(session.refreshToken)).session
    const before = await sessions()
    await passing(0)
    const again = (await refresh(session.refreshToken)).session
    expect(again).toEqual({
      ...first,
      accessToken: again.accessToken,
      accessTokenExpiresAt: expect.any(String),
    })
    expect(again.accessToken).not.toBe(first.accessToken)
    expect(await works(again.accessToken)).toBe(true)
    expect(await works(first.accessToken)).toBe(true)
    // Nothing more is written for it: one token more is about, not two.
    expect(await sessions()).toBe(before)
    expect((await refresh(first.refreshToken)).errors).toEqual([])
    expect([reuseSaid(), graceSaid()]).toEqual([0, 1])
    const line = said('within the time of grace')[0] as string
    expect(JSON.parse(line)).toMatchObject({ level: 30, firmId, memberId: session.memberId })
    for (const { refreshToken } of [session, first]) expect(line).not.toContain(refreshToken.split('.')[2])
  })

  test('is kept nowhere that it can be made from without the token before it', async () => {
    const { refreshToken } = (await refresh(session.refreshToken)).session
    const [, id, secret] = refreshToken.split('.') as [string, string, string]
    const [, before] = session.refreshToken.split('.') as [string, string, string]
    const { rows } = await w.world.owner.query<{ row: string }>(
      'select s::text as row from session s where id = any($1)',
      [[id, before]],
    )
    expect(rows).toHaveLength(2)
    for (const { row } of rows) expect(row).not.toContain(Buffer.from(secret, 'base64url').toString('hex'))
    const made = w.world.database.secretBox.digest(`token ${id} in the place of ${before} ${'A'.repeat(43)}`)
    expect(made.toString('base64url')).not.toBe(secret)
  })

  test('sent again within 30 seconds, but after its successor was used, was copied: the session ends', async () => {
    const first = await refresh(session.refreshToken)
    const second = await refresh(first.session.refreshToken)
    expect(await refresh(session.refreshToken)).toEqual(ended)
    expect(await works(second.session.accessToken)).toBe(false)
    expect(await refresh(second.session.refreshToken)).toEqual(ended)
    expect(reuseSaid()).toBe(1)
  })

  test('sent by several tabs at one moment is used once: all have the same successor, none is signed out', async () => {
    let { refreshToken } = session
    for (let round = 0; round < 5; round += 1) {
      const tabs = await Promise.all(Array.from({ length: 4 }, () => refresh(refreshToken)))
      expect(tabs.flatMap(({ errors }) => errors)).toEqual([])
      expect(new Set(tabs.map((tab) => tab.session.refreshToken)).size).toBe(1)
      for (const tab of tabs) expect(await works(tab.session.accessToken)).toBe(true)
      refreshToken = tabs[0].session.refreshToken
    }
    expect(await works(session.accessToken)).toBe(true)
    expect([reuseSaid(), graceSaid()]).toEqual([0, 15])
  })

  test('in the time of grace is as good as its session: not after signing out, nor when the member was dismissed', async () => {
    const next = (await refresh(session.refreshToken)).session
    await w.send('signOut', {}, next.accessToken)
    expect(await refresh(session.refreshToken)).toEqual(ended)
    const other = await w.signIn('ada@larch.example.test')
    await refresh(other.refreshToken)
    await w.world.owner.query("update member set state = 'DISABLED' where id = $1", [other.memberId])
    expect(await w.refused('refreshSession', { refreshToken: other.refreshToken })).toBe('UNAUTHENTICATED')
    await w.world.owner.query("update member set state = 'ACTIVE' where id = $1", [other.memberId])
  })

  test('that is valid goes through, however many others fail at the same address', async () => {
    const { rowCount: before } = await w.world.owner.query('select 1 from throttle')
    const made = () => `${firmId}.${randomUUID()}.${'A'.repeat(43)}`
    const wrong = await Promise.all(
      Array.from({ length: 120 }, () => w.refused('refreshSession', { refreshToken: made() })),
    )
    expect(new Set(wrong)).toEqual(new Set(['SESSION_ENDED']))
    expect((await refresh(session.refreshToken)).errors).toEqual([])
    // Nor is anything kept of those who fail.
    expect((await w.world.owner.query('select 1 from throttle')).rowCount).toBe(before)
  })

  test('that is not one of ours, or too old, is refused alike, and ends nothing', async () => {
    const [firm, id, secret] = session.refreshToken.split('.') as [string, string, string]
    const flipped = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
    const before = await sessions()
    for (const token of [
      'no token',
      `${firm}.${id}.${flipped}`,
      `${firm}.${randomUUID()}.${secret}`,
      `${randomUUID()}.${id}.${secret}`,
      `${firm}.${id}.${secret}x`,
      `${firm}.${id}`,
      `${firm}'; drop table session; --.${id}.${secret}`,
    ]) {
      expect(await refresh(token), token).toEqual(ended)
    }
    expect(await sessions()).toBe(before)
    await w.world.owner.query('update session set expires_at = now() where id = $1', [id])
    expect(await refresh(session.refreshToken)).toEqual(ended)
    expect(reuseSaid()).toBe(0)
  })

  test('is not in the database, the trail or the log, nor is the password', async () => {
    const next = (await refresh(session.refreshToken)).session
    const { rows: tables } = await w.world.owner.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'fieldwork'",
    )
    const secrets = [session, next].flatMap((one) => [one.refreshToken.split('.')[2] as string, one.accessToken])
    const held = []
    for (const { name } of tables) {
      // `escape` shows bytes that are text as text.
      const { rows } = await w.world.owner.query<{ text: string }>(`select r::text as text from ${name} r`)
      held.push(...rows.map((row) => `${row.text} ${unhexed(row.text)}`))
    }
    expect(held.length).toBeGreaterThan(10)
    for (const secret of [...secrets, password]) {
      expect(held.filter((text) => text.includes(secret))).toEqual([])
      expect(w.lines.filter((line) => line.includes(secret))).toEqual([])
    }
  })
})

describe('signing out', () => {
  test('ends the session at once, its access tokens included, and no other', async () => {
    const other = await w.signIn('ada@larch.example.test')
    const next = (await refresh(session.refreshToken)).session
    const { payload } = await w.send('signOut', {}, next.accessToken, 'signedOut')
    expect(payload).toEqual({ signedOut: true, errors: [] })
    for (const token of [session.accessToken, next.accessToken]) {
      expect(await works(token)).toBe(false)
      expect(await w.refused('createClient', { name: 'Heron Pay' }, token)).toBe('UNAUTHENTICATED')
    }
    expect(await refresh(next.refreshToken)).toEqual(ended)
    expect(await works(other.accessToken)).toBe(true)
  })

  test('while a refresh is under way leaves nothing that works', async () => {
    for (let round = 0; round < 5; round += 1) {
      const one = await w.signIn('ada@larch.example.test')
      const [refreshed] = await Promise.all([refresh(one.refreshToken), w.send('signOut', {}, one.accessToken)])
      expect(await works(one.accessToken)).toBe(false)
      if (!refreshed.session) continue
      expect(await works(refreshed.session.accessToken)).toBe(false)
      expect(await refresh(refreshed.session.refreshToken)).toEqual(ended)
    }
  })

  test('needs a person who is signed in', async () => {
    expect(await w.refused('signOut', {})).toBe('UNAUTHENTICATED')
  })
})

async function sessions(): Promise<string> {
  const { rows } = await w.world.owner.query<{ state: string }>(
    `select string_agg(r::text, '|' order by r::text) as state from session r`,
  )
  return rows[0]?.state as string
}

/** What the bytea columns of a row hold, read as text. */
function unhexed(text: string): string {
  return [...text.matchAll(/\\\\x([0-9a-f]+)/g)]
    .map((match) => Buffer.from(match[1] as string, 'hex').toString())
    .join(' ')
}
