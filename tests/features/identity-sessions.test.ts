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

const refresh = async (refreshToken: string, idempotencyKey = randomUUID()) =>
  (await w.send('refreshSession', { refreshToken, idempotencyKey })).payload
const ended = {
  session: null,
  errors: [{ code: 'SESSION_ENDED', message: 'This session is over. Sign in again.', path: [] }],
}
const reuseSaid = () => w.lines.filter((line) => line.includes('a refresh token was used twice')).length

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
    await refresh(session.refreshToken)
    expect(await works(session.accessToken)).toBe(false)
    expect(await works(other.accessToken)).toBe(true)
    expect((await refresh(other.refreshToken)).errors).toEqual([])
  })

  test('sent again with the same key answers the same again: a lost answer does not end the session', async () => {
    const key = randomUUID()
    const first = await refresh(session.refreshToken, key)
    expect(await refresh(session.refreshToken, key)).toEqual(first)
    expect(await refresh(session.refreshToken, key)).toEqual(first)
    expect(await works(first.session.accessToken)).toBe(true)
    expect((await refresh(first.session.refreshToken)).errors).toEqual([])
    expect(reuseSaid()).toBe(0)
  })

  test('sent again with the same key after its successor was used was copied: the session ends', async () => {
    const key = randomUUID()
    const first = await refresh(session.refreshToken, key)
    const second = await refresh(first.session.refreshToken)
    expect(await refresh(session.refreshToken, key)).toEqual(ended)
    expect(await works(second.session.accessToken)).toBe(false)
    expect(reuseSaid()).toBe(1)
  })

  test('sent at one moment with one key is used once; with two keys the session ends', async () => {
    const key = randomUUID()
    const [one, other] = await Promise.all([refresh(session.refreshToken, key), refresh(session.refreshToken, key)])
    expect(one).toEqual(other)
    expect(one.errors).toEqual([])
    const { refreshToken } = one.session
    const both = await Promise.all([refresh(refreshToken), refresh(refreshToken)])
    expect(both.filter((answer) => answer.errors.length === 0)).toHaveLength(1)
    expect(both).toContainEqual(ended)
    expect(await works(session.accessToken)).toBe(false)
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

  test('needs somebody who is signed in', async () => {
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
