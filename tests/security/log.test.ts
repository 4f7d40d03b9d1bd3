import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { createFirm } from '../../src/features/identity/firm-creation.js'
import { password, type Session, signInWorld } from '../support/sign-in.js'

// A day in the life of the service, with the log as talkative as it gets. Whatever is secret in it is gathered on the way;
// at its end nothing of it may stand in the log, nor may the answers to failures say it back.

const w = await signInWorld()
const { app, owner, database } = w.world
const ada = 'ada@larch.example.test'
const larch = await w.firm('Larch & Partners (invented)', ada)
const everything: string[] = []
const answers: string[] = []
/** What it is -> the text that must not be found. */
const secrets = new Map<string, string>([['the password', password]])

const keep = (what: string, session: Session) => {
  secrets.set(`the access token of ${what}`, session.accessToken)
  secrets.set(`the signature of the access token of ${what}`, session.accessToken.split('.')[2] as string)
  secrets.set(`the secret of the refresh token of ${what}`, session.refreshToken.split('.')[2] as string)
  return session
}

/** Sends an operation as it stands; its answer must give nothing back. */
async function fails(payload: object | string, headers: Record<string, string> = {}, url = '/graphql'): Promise<void> {
  const response = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
  answers.push(response.body)
}

async function signsIn(): Promise<void> {
  keep('the first session', larch.admin)
  const session = keep('a sign-in', await w.signIn(ada))
  const refreshed = (await w.send('refreshSession', { refreshToken: session.refreshToken })).payload.session
  keep('a refresh', refreshed)
  // Used a second time: the service notes it at first, and warns of it later.
  await w.send('refreshSession', { refreshToken: session.refreshToken })
  await owner.query("update session set used_at = used_at - interval '31 seconds'")
  await w.send('refreshSession', { refreshToken: session.refreshToken })
  await w.send('signOut', {}, larch.admin.accessToken)
  larch.admin = keep('another sign-in', await w.signIn(ada))
}

async function failsToSignIn(): Promise<void> {
  secrets.set('a wrong password', 'a guess that is wrong')
  await w.send('signIn', { email: ada, password: 'a guess that is wrong' })
  await w.send('signIn', { email: 'nobody@larch.example.test', password: 'a guess that is wrong' })
  secrets.set('a made-up refresh token', `made-up-${'s'.repeat(35)}`)
  await w.send('refreshSession', { refreshToken: `${larch.firmId}.${randomUUID()}.made-up-${'s'.repeat(35)}` })
  const token = larch.admin.accessToken
  await fails({ query: '{ viewer { firm { name } } }' }, { authorization: `Bearer ${token.slice(0, -4)}AAAA` })
  await fails({ query: '{ viewer { firm { name } } }' }, { authorization: token })
  for (let n = 0; n < 12; n += 1) await w.send('signIn', { email: ada, password: 'a guess that is wrong' })
  await owner.query('delete from throttle')
}

async function invitesAndAccepts(): Promise<void> {
  const invite = async (email: string) => {
    await w.send('inviteMember', { email, name: 'Invited', firmRole: 'STAFF' }, larch.admin.accessToken)
    const token = w.letters.at(-1)?.token as string
    secrets.set(`the secret of the invitation of ${email}`, token.split('.')[2] as string)
    return token
  }
  const token = await invite('new@larch.example.test')
  secrets.set('a password too short', 'sh0rt-one')
  await w.send('acceptInvitation', { token, password: 'sh0rt-one' })
  keep('an acceptance', (await w.send('acceptInvitation', { token, password })).payload.session)
  await invite('never@larch.example.test')
  const again = await createFirm(database, { name: 'Willow (invented)', city: 'x', adminName: 'Ada', adminEmail: ada })
  secrets.set('the secret of the invitation of a firm', again.invitation.token.split('.')[2] as string)
  await w.send('acceptInvitation', { token: again.invitation.token, password })
  const { ticket, memberships } = (await w.send('signIn', { email: ada, password })).payload
  secrets.set('a ticket', ticket)
  keep('a choice', (await w.send('chooseMembership', { ticket, memberId: memberships[0].memberId })).payload.session)
  const { memberId } = memberships[1]
  keep('a switch', (await w.send('switchMembership', { memberId }, larch.admin.accessToken)).payload.session)
}

async function changesThePassword(): Promise<void> {
  const { firmId: _, admin } = await w.firm('Maple Audit (invented)', 'max@maple.example.test')
  keep('Max', admin)
  const newPassword = 'an altogether new password'
  secrets.set('a new password', newPassword)
  await w.send('changePassword', { currentPassword: 'a guess that is wrong', newPassword }, admin.accessToken)
  await w.send('changePassword', { currentPassword: password, newPassword }, admin.accessToken)
}

/** The database fails in the midst of an act; its message repeats what it was sent. */
async function faultsOfOurs(): Promise<void> {
  const confidential = 'Larch suspects fraud at Kestrel'
  secrets.set('a name in a statement that failed', confidential)
  await owner.query(`
    create function planted() returns trigger language plpgsql as $$ begin raise exception 'not this one: %', new.name; end $$;
    create trigger planted before insert on client for each row execute function planted()`)
  await w.send('createClient', { name: confidential }, larch.admin.accessToken)
  await owner.query('drop function planted cascade')
  await owner.query('alter table user_account rename to account_away')
  await w.send('signIn', { email: ada, password })
  await owner.query('alter table account_away rename to user_account')
  const mailer = w.mailer.invite
  w.mailer.invite = async ({ token }) => Promise.reject(Object.assign(new Error('the mail service is away'), { token }))
  await w.send(
    'inviteMember',
    { email: 'lost@larch.example.test', name: 'x', firmRole: 'STAFF' },
    larch.admin.accessToken,
  )
  w.mailer.invite = mailer
}

async function brokenRequests(): Promise<void> {
  const secret = 'written where it does not belong'
  secrets.set('a secret in a place of its own', secret)
  secrets.set('the same in an address', encodeURIComponent(secret))
  const input = `{ email: "${ada}", password: "${secret}" }`
  const query = `mutation { signIn(input: ${input}) { errors { code } } }`
  const headers = { 'apollo-require-preflight': 'x' }
  for (const url of [
    `/graphql?query=${encodeURIComponent(query)}`,
    `/nowhere?token=${encodeURIComponent(secret)}`,
    `/%zz?${encodeURIComponent(secret)}`,
  ]) {
    const response = await app.inject({ url, headers })
    answers.push(response.body)
  }
  await fails(`{"query":"mutation { signIn(input: { password: \\"${secret}`)
  await fails({ query: query.replace('}) {', '}} {') })
  await fails(
    { query },
    { 'content-type': 'multipart/form-data; boundary=x', authorization: `Bearer ${larch.admin.accessToken}` },
  )
  await fails({ query }, { 'content-length': '1' })
  const { port } = app.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1', () =>
    socket.end(`POST /graphql HTTP/9.9\r\nauthorization: Bearer ${secret}\r\n\r\n`),
  )
  for await (const chunk of socket) answers.push(String(chunk))
}

beforeAll(async () => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const part of [signsIn, failsToSignIn, invitesAndAccepts, changesThePassword, faultsOfOurs, brokenRequests])
    await part()
  everything.push(...w.lines)
  const { rows: hashes } = await owner.query<{ hash: string }>('select password_hash as hash from user_account')
  for (const { hash } of hashes) secrets.set(`a hash ${hash.slice(-6)}`, hash)
  const { rows: keys } = await owner.query<{ sealed_private: Buffer }>('select sealed_private from signing_key')
  for (const { sealed_private } of keys) {
    const pem = database.secretBox.open(sealed_private)
    secrets.set('the key that signs', pem.split('\n')[3] as string)
    secrets.set('the key that signs, sealed', sealed_private.toString('hex').slice(0, 64))
  }
}, 30_000)

test('(much was said, faults of ours among it)', () => {
  const lines = everything.map((line) => JSON.parse(line))
  expect(lines.filter(({ msg }) => msg === 'answered').length).toBeGreaterThan(30)
  expect(lines.filter(({ msg }) => msg === 'fault').map(({ err }) => err.code)).toEqual(['P0001', '42P01'])
  expect(lines.filter(({ msg }) => msg === 'an invitation could not be sent')).toHaveLength(1)
  expect(lines.filter(({ msg }) => msg.includes('used twice'))).toHaveLength(1)
  expect(lines.filter(({ msg }) => msg.includes('within the time of grace'))).toHaveLength(1)
  expect(secrets.size).toBeGreaterThan(30)
})

describe('at its most talkative level, the log', () => {
  it('holds no password, token, ticket, hash or key, nor what a failed statement was sent with', () => {
    for (const [what, secret] of secrets)
      expect(
        everything.filter((line) => line.includes(secret)),
        what,
      ).toEqual([])
  })

  it('holds no person’s e-mail address', () => {
    expect(everything.filter((line) => line.includes('example.test'))).toEqual([])
  })

  it('holds of an address the route alone', () => {
    const paths = everything
      .map((line) => JSON.parse(line))
      .flatMap(({ path }) => (typeof path === 'string' ? [path] : []))
    expect(new Set(paths)).toEqual(new Set(['/graphql']))
    expect(everything.filter((line) => line.includes('?'))).toEqual([])
  })
})

test('what failed does not say a secret back', () => {
  expect(answers.length).toBeGreaterThan(8)
  for (const [what, secret] of secrets)
    expect(
      answers.filter((answer) => answer.includes(secret)),
      what,
    ).toEqual([])
})

test('the embedded database logs no statement, no value and no detail of an error', async () => {
  const { rows } = await owner.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name in ('log_statement', 'log_min_duration_statement', 'log_error_verbosity', 'log_min_error_statement', 'log_parameter_max_length_on_error')`,
  )
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
    log_statement: 'none',
    log_min_duration_statement: '-1',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
  })
})
