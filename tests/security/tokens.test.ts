import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { createFirm } from '../../src/features/identity/firm-creation.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { Database } from '../../src/kernel/store/database.js'
import { testDatabase } from '../support/database.js'
import { issuer, password, signInWorld } from '../support/sign-in.js'

// Everything goes over HTTP, and says that it is for a person who is there: a token that passed would be answered.

const w = await signInWorld()
const ada = 'ada@larch.example.test'
const { admin } = await w.firm('Larch & Partners (invented)', ada)
const maple = await w.firm('Maple Audit (invented)', 'max@maple.example.test')
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

type Said = Record<string, unknown>
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decoded = (part = ''): Said => JSON.parse(Buffer.from(part, 'base64url').toString())
const [headerPart, payloadPart, signaturePart] = admin.accessToken.split('.') as [string, string, string]
const header = decoded(headerPart)
const payload = decoded(payloadPart)
const other = decoded(maple.admin.accessToken.split('.')[1])

const rs256 = (text: string, key: KeyObject) => createSign('RSA-SHA256').update(text).sign(key, 'base64url')
const signed = (change: { header?: Said; payload?: Said; key: KeyObject; sign?: typeof rs256 }) => {
  const text = `${encoded({ ...header, ...change.header })}.${encoded({ ...payload, ...change.payload })}`
  return `${text}.${(change.sign ?? rs256)(text, change.key)}`
}
const unsigned = (alg: unknown, signature = '') => `${encoded({ ...header, alg })}.${payloadPart}.${signature}`

async function present() {
  const { rows } = await w.world.owner.query<{ sealed_private: Buffer; public_jwk: JsonWebKey }>(
    'select sealed_private, public_jwk from signing_key where retired_at is null',
  )
  const [row] = rows as [(typeof rows)[number]]
  return { own: createPrivateKey(w.world.database.secretBox.open(row.sealed_private)), jwk: row.public_jwk }
}
const { own, jwk } = await present()
const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' })

const questions = {
  read: { query: '{ viewer { member { id name } firm { id name } } }' },
  write: {
    query: 'mutation ($i: CreateClientInput!) { createClient(input: $i) { client { id } errors { code } } }',
    variables: { i: { idempotencyKey: 'one key for all', name: 'Kestrel Cloud' } },
  },
}

interface Bearing {
  headers?: Record<string, string>
  url?: string
  also?: object
}
const bearing = (token: string): Bearing => ({ headers: { authorization: `Bearer ${token}` } })

/** All that the caller and the log are told: answers, headers and lines, but for what differs each time. */
async function told({ headers = {}, url = '/graphql', also = {} }: Bearing) {
  w.lines.length = 0
  const answers = []
  for (const question of Object.values(questions)) {
    const response = await w.world.app.inject({ method: 'POST', url, headers, payload: { ...question, ...also } })
    const { 'x-request-id': _, date: __, ...lasting } = response.headers
    answers.push({ status: response.statusCode, headers: lasting, body: response.json() })
  }
  const lines = w.lines.map((line) => {
    const { time: _, reqId: __, ms: ___, ...rest } = JSON.parse(line)
    return rest
  })
  return { answers, lines }
}

let nobody: Awaited<ReturnType<typeof told>>
beforeAll(async () => {
  nobody = await told({})
})

async function isNobody(...bearings: Bearing[]) {
  const before = await w.world.digest()
  for (const bearing of bearings) expect(await told(bearing)).toEqual(nobody)
  expect(await w.world.digest()).toBe(before)
}

describe('(what a valid token is answered, and what none is)', () => {
  test('the token itself, and one of the same words under our key, are answered', async () => {
    for (const token of [admin.accessToken, signed({ key: own })]) {
      const { data } = await w.world.send(questions.read.query, {}, token)
      expect(data?.viewer.member.id).toBe(admin.memberId)
    }
  })

  test('a caller without a token is asked to sign in', () => {
    expect(nobody.answers.map(({ status, body }) => [status, body.data, body.errors[0].extensions])).toEqual([
      [200, null, { code: 'UNAUTHENTICATED' }],
      [200, { createClient: null }, { code: 'UNAUTHENTICATED' }],
    ])
    expect(nobody.lines.map(({ msg }) => msg)).toEqual(['answered', 'answered'])
  })
})

describe('a token that was not signed is of no caller:', () => {
  const spellings = ['none', 'None', 'NONE', 'nOnE', ' none', 'none\u0000', '', null, undefined, 0, false, ['none'], {}]
  it.each(spellings.map((alg) => [JSON.stringify(alg) ?? 'absent', alg]))('alg %s', async (_name, alg) => {
    await isNobody(bearing(unsigned(alg)), bearing(unsigned(alg, signaturePart)))
  })

  it('the signature taken off', async () => {
    await isNobody(bearing(`${headerPart}.${payloadPart}.`), bearing(`${headerPart}.${payloadPart}`))
  })
})

describe('a token under our public key as if it were a secret is of no caller:', () => {
  const secrets: Record<string, string | Buffer> = {
    'PEM (SPKI)': publicKey.export({ type: 'spki', format: 'pem' }),
    'PEM (SPKI) without its last line end': String(publicKey.export({ type: 'spki', format: 'pem' })).trimEnd(),
    'PEM (PKCS #1)': publicKey.export({ type: 'pkcs1', format: 'pem' }),
    'DER (SPKI)': publicKey.export({ type: 'spki', format: 'der' }),
    'DER (PKCS #1)': publicKey.export({ type: 'pkcs1', format: 'der' }),
    'the JWK as it is published': JSON.stringify(jwk),
    'the JWK of key parameters alone': JSON.stringify({ e: jwk.e, kty: 'RSA', n: jwk.n }),
    'the modulus': Buffer.from(jwk.n as string, 'base64url'),
    'the name of the key': header.kid as string,
    nothing: '',
  }
  it.each(Object.entries(secrets))('%s', async (_name, secret) => {
    const methods = [
      ['HS256', 'sha256'],
      ['HS384', 'sha384'],
      ['HS512', 'sha512'],
      // A verifier that goes by the kind of key it has, and not by the name of the method.
      ['RS256', 'sha256'],
    ] as const
    const tokens = methods.map(([alg, hash]) => {
      const hmac = (text: string) => createHmac(hash, secret).update(text).digest('base64url')
      return signed({ header: { alg }, key: own, sign: hmac })
    })
    await isNobody(...tokens.map(bearing))
  })
})

describe('a token under our key by another method is of no caller:', () => {
  const pss = (text: string, key: KeyObject) =>
    sign('sha256', Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }).toString(
      'base64url',
    )
  const rs512 = (text: string, key: KeyObject) => createSign('RSA-SHA512').update(text).sign(key, 'base64url')
  it.each<[string, Said, typeof rs256]>([
    ['PS256', { alg: 'PS256' }, pss],
    ['PS256 that says RS256', { alg: 'RS256' }, pss],
    ['RS512', { alg: 'RS512' }, rs512],
    ['RS512 that says RS256', { alg: 'RS256' }, rs512],
    ['RS256 that says ES256', { alg: 'ES256' }, rs256],
    ['RS256 in small letters', { alg: 'rs256' }, rs256],
    ['RS256 in a list', { alg: ['RS256'] }, rs256],
    ['with something in it that must be understood', { crit: ['exp'], exp: 1 }, rs256],
    ['with a payload that is not encoded', { crit: ['b64'], b64: false }, rs256],
    ['of another type', { typ: 'JWT' }, rs256],
    ['of no type', { typ: undefined }, rs256],
  ])('%s', async (_name, header, sign) => {
    await isNobody(bearing(signed({ header, key: own, sign })))
  })
})

describe('a token under a key of another person is of no caller, whatever it says of the key:', () => {
  const theirs = createPublicKey(attacker).export({ format: 'jwk' })
  const headers: Record<string, Said> = {
    'our kid': {},
    'an unknown kid': { kid: 'a'.repeat(43) },
    'no kid': { kid: undefined },
    'an empty kid': { kid: '' },
    'a kid that is a path': { kid: '../../../../../../dev/null' },
    'a kid that is a file of ours': { kid: '/proc/self/environ' },
    'a kid that is an address': { kid: 'https://attacker.example/key.pem' },
    'a kid that is SQL': { kid: "x' union select public_jwk from signing_key --" },
    'a kid that is a command': { kid: '| id' },
    'a kid that every object has': { kid: '__proto__' },
    'a kid that is a list': { kid: [header.kid] },
    'a kid that is a number': { kid: 0 },
    'a kid that is enormous': { kid: 'k'.repeat(2_000) },
    'the key itself (jwk)': { jwk: { ...theirs, kid: header.kid }, kid: header.kid },
    'the key itself and no kid (jwk)': { jwk: theirs, kid: undefined },
    'where the key is (jku)': { jku: 'http://127.0.0.1:1/keys' },
    'where the certificate is (x5u)': { x5u: 'http://127.0.0.1:1/certificate' },
    'a certificate (x5c)': { x5c: [Buffer.from('certificate').toString('base64')] },
  }
  it.each(Object.entries(headers))('%s', async (_name, header) => {
    await isNobody(bearing(signed({ header, key: attacker })))
  })

  it('another installation’s, made for the same address', async () => {
    const place = await testDatabase()
    const database = new Database({
      url: place.serviceUrl,
      poolSize: 1,
      secret: 'the secret of another installation',
      rows: [],
    })
    const tokens = await Tokens.open(await database.open(), { issuer })
    const { sub, mid, fid, sid } = payload as Record<string, string>
    const claims = { userId: sub, memberId: mid, firmId: fid, clientId: null, sessionId: sid } as never
    await isNobody(bearing(tokens.sign(claims).token))
    await database.close()
  })
})

describe('a token that names another person is of no caller:', () => {
  const changes: Record<string, Said> = {
    'another membership': { mid: other.mid },
    'another firm': { fid: other.fid },
    'a client': { cid: randomUUID() },
    'another firm’s person, membership and session': { sub: other.sub, mid: other.mid, fid: other.fid, sid: other.sid },
    'a longer life': { exp: (payload.exp as number) + 86_400 },
    'an administrator': { role: 'FIRM_ADMIN', firmRole: 'FIRM_ADMIN', scope: '*' },
  }
  it.each(Object.entries(changes))('%s', async (_name, change) => {
    const changed = encoded({ ...payload, ...change })
    await isNobody(
      bearing(`${headerPart}.${changed}.${signaturePart}`),
      bearing(`${encoded({ ...header, alg: 'none' })}.${changed}.`),
      bearing(signed({ payload: change, key: attacker })),
    )
  })

  it('a membership of another firm, even under our key', async () => {
    const changes = [{ mid: other.mid }, { fid: other.fid }, { cid: randomUUID() }]
    await isNobody(...changes.map((payload) => bearing(signed({ payload, key: own }))))
  })
})

describe('a token under our key that does not say all, or not this, is of no caller:', () => {
  const now = Math.floor(Date.now() / 1000)
  const changes: Record<string, Said> = {
    'it has expired': { iat: now - 700, exp: now - 100 },
    'it is older than any token becomes, whatever it says': { iat: now - 700, exp: now + 31_536_000 },
    'it is not valid yet': { nbf: now + 60 },
    'another issuer': { iss: 'https://elsewhere.example.test' },
    'our issuer and something after it': { iss: `${issuer}.attacker.example` },
    'another audience': { aud: 'somebody-else' },
    'times that are texts': { iat: String(now), exp: String(now + 600) },
    'an end beyond all numbers': { exp: 1e300 },
    'a firm that is SQL': { fid: "'; set role fieldwork; --" },
    'a membership that is a list': { mid: [payload.mid] },
    'an empty client': { cid: '' },
    ...Object.fromEntries(Object.keys(payload).map((claim) => [`no ${claim}`, { [claim]: undefined }])),
    ...Object.fromEntries(Object.keys(payload).map((claim) => [`an empty ${claim}`, { [claim]: null }])),
  }
  it.each(Object.entries(changes))('%s', async (_name, change) => {
    await isNobody(bearing(signed({ payload: change, key: own })))
  })

  it.each(['[]', '"text"', 'null', '{', ''])('a payload that is %s', async (said) => {
    const text = `${headerPart}.${Buffer.from(said).toString('base64url')}`
    await isNobody(bearing(`${text}.${rs256(text, own)}`))
  })
})

describe('what is no access token is of no caller, where an access token belongs:', () => {
  test('the refresh token, a ticket, an invitation, a key', async () => {
    const again = await createFirm(w.world.database, {
      name: 'Willow (invented)',
      city: 'x',
      adminName: 'Ada',
      adminEmail: ada,
    })
    await isNobody(bearing(again.invitation.token))
    await w.send('acceptInvitation', { token: again.invitation.token, password })
    const { ticket } = (await w.send('signIn', { email: ada, password })).payload
    expect(ticket).toEqual(expect.any(String))
    await isNobody(...[ticket, admin.refreshToken, header.kid as string].map(bearing))
    // Nor the other way round.
    const { accessToken } = admin
    expect(await w.refused('refreshSession', { refreshToken: accessToken })).toBe('SESSION_ENDED')
    expect(await w.refused('chooseMembership', { ticket: accessToken, memberId: admin.memberId })).toBe(
      'CREDENTIALS_REFUSED',
    )
    expect(await w.refused('chooseMembership', { ticket: admin.refreshToken, memberId: admin.memberId })).toBe(
      'CREDENTIALS_REFUSED',
    )
    expect(await w.refused('acceptInvitation', { token: accessToken, password })).toBe('INVITATION_REFUSED')
    expect(await w.refused('acceptInvitation', { token: admin.refreshToken, password })).toBe('INVITATION_REFUSED')
    expect(await w.refused('refreshSession', { refreshToken: again.invitation.token })).toBe('SESSION_ENDED')
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['dots', '...'],
    ['one part', 'abc'],
    ['five parts (encrypted)', `${encoded({ alg: 'dir', enc: 'A256GCM' })}....`],
    ['a token with something after it', `${admin.accessToken}.${signaturePart}`],
    ['a token of enormous length', `${admin.accessToken}${'A'.repeat(10_000)}`],
    ['a token with enormous claims', signed({ payload: { x: 'y'.repeat(5_000) }, key: own })],
    ['a token of JSON, not in three parts', JSON.stringify({ payload: payloadPart, signature: signaturePart })],
  ])('%s', async (_name, token) => {
    await isNobody(bearing(token))
  })
})

describe('a token is taken from its own place alone, not from', () => {
  const token = admin.accessToken
  it.each<[string, Bearing]>([
    ['the address', { url: `/graphql?access_token=${token}&token=${token}&authorization=Bearer%20${token}` }],
    [
      'a cookie',
      { headers: { cookie: `token=${token}; access_token=${token}; session=${token}; authorization=Bearer ${token}` } },
    ],
    [
      'other headers',
      {
        headers: {
          'x-access-token': token,
          'x-auth-token': token,
          'x-forwarded-authorization': `Bearer ${token}`,
          'proxy-authorization': `Bearer ${token}`,
        },
      },
    ],
    ['the body', { also: { access_token: token, token, extensions: { authorization: `Bearer ${token}` } } }],
    ['another scheme', { headers: { authorization: `Basic ${Buffer.from(`token:${token}`).toString('base64')}` } }],
    ['no scheme', { headers: { authorization: token } }],
    ['a list of schemes', { headers: { authorization: `Bearer ${token}, Bearer ${token}` } }],
  ])('%s', async (_name, bearing) => {
    await isNobody(bearing)
  })
})

test('a token under a key that was retired longer ago than tokens live is of no caller, the key’s name being known or not', async () => {
  const { kid } = header
  await w.tokens.rotate()
  expect((await w.world.send(questions.read.query, {}, admin.accessToken)).data?.viewer.member.id).toBe(admin.memberId)
  await w.world.owner.query("update signing_key set retired_at = now() - interval '12 minutes' where id = $1", [kid])
  await w.tokens.rotate()
  await isNobody(bearing(admin.accessToken))
  expect(
    (await w.world.app.inject('/.well-known/jwks.json')).json().keys.map((key: JsonWebKey & Said) => key.kid),
  ).not.toContain(kid)
})
