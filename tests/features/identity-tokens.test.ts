import { randomUUID } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jwt from 'jsonwebtoken'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { loadSigningKeys, rotateSigningKey } from '../../src/features/identity/signing-keys.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import type { Claims } from '../../src/kernel/access/actor.js'
import { Database } from '../../src/kernel/store/database.js'
import { issuer, signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
const accessTokenSeconds = 600
const claims: Claims = {
  userId: randomUUID(),
  memberId: randomUUID(),
  firmId: randomUUID(),
  clientId: randomUUID(),
  sessionId: randomUUID(),
}
const refused = { code: 'UNAUTHENTICATED', message: 'Sign in first: send a valid access token.' }

type Parts = { header: Record<string, unknown>; payload: Record<string, unknown> }
const partsOf = (token: string): Parts => jwt.decode(token, { complete: true }) as unknown as Parts
const present = async () => (await w.tokens.jwks()).keys[0] as { kid: string; n: string; e: string }

afterEach(() => vi.useRealTimers())

describe('an access token', () => {
  test('says who it is for, and any library can check it with the published keys', async () => {
    const { token, expiresAt } = w.tokens.sign(claims)
    expect(await w.tokens.verify(token)).toEqual(claims)
    const response = await w.world.app.inject('/.well-known/jwks.json')
    expect(response.statusCode).toBe(200)
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(response.json()), {
      issuer,
      audience: 'fieldwork',
      algorithms: ['RS256'],
      typ: 'at+jwt',
    })
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: (await present()).kid })
    expect(payload).toEqual({
      sub: claims.userId,
      mid: claims.memberId,
      fid: claims.firmId,
      cid: claims.clientId,
      sid: claims.sessionId,
      iss: issuer,
      aud: 'fieldwork',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iat: expect.any(Number),
      exp: expiresAt.getTime() / 1000,
    })
    expect((payload.exp as number) - (payload.iat as number)).toBe(600)
  })

  test.each([1, 60])(
    'holds as long as is set: %i minutes, after which it is refused, and its key is forgotten',
    async (minutes) => {
      const tokens = await Tokens.open(w.world.database, { issuer, accessTokenMinutes: minutes })
      const { token, expiresAt } = tokens.sign(claims)
      const { iat, exp } = partsOf(token).payload as { iat: number; exp: number }
      expect([exp - iat, expiresAt.getTime()]).toEqual([minutes * 60, exp * 1_000])
      await tokens.rotate()
      const kids = async () => (await tokens.jwks()).keys.map(({ kid }) => kid)
      // From the end that the token names, however long the rotation took.
      const at = (seconds: number) => vi.useFakeTimers({ toFake: ['Date'], now: (exp + seconds) * 1_000 })
      at(4)
      expect(await tokens.verify(token)).toEqual(claims)
      expect(await kids()).toContain(partsOf(token).header.kid)
      at(6)
      await expect(tokens.verify(token)).rejects.toMatchObject(refused)
      at(130)
      expect(await kids()).not.toContain(partsOf(token).header.kid)
    },
  )

  test('of a member of the firm names no client', async () => {
    const { token } = w.tokens.sign({ ...claims, clientId: null })
    expect(partsOf(token).payload).not.toHaveProperty('cid')
    expect(await w.tokens.verify(token)).toEqual({ ...claims, clientId: null })
  })

  test('is published without any private part of the key', async () => {
    for (const key of (await w.tokens.jwks()).keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    }
  })
})

describe('signing keys', () => {
  const keys = async () =>
    (
      await w.world.owner.query<{ id: string; retired: boolean }>(
        'select id, retired_at is not null as retired from signing_key order by created_at',
      )
    ).rows

  test('lie sealed in the database: neither half of the private key can be read there', async () => {
    const { rows } = await w.world.owner.query<{ text: string }>(
      `select encode(sealed_private, 'escape') || public_jwk::text as text from signing_key`,
    )
    for (const { text } of rows) expect(text).not.toMatch(/PRIVATE KEY|"d"/)
  })

  test('of two services that start at once on an empty database, one makes the key and both use it', async () => {
    await w.world.owner.query('delete from signing_key')
    const [one, other] = await Promise.all([
      Tokens.open(w.world.database, { issuer }),
      Tokens.open(w.world.database, { issuer }),
    ])
    expect(await keys()).toHaveLength(1)
    expect(await other.verify(one.sign(claims).token)).toEqual(claims)
    expect(await one.verify(other.sign(claims).token)).toEqual(claims)
  })

  test('change by rotation: old tokens hold until they end, another service learns the new key by itself', async () => {
    const one = await Tokens.open(w.world.database, { issuer })
    const other = await Tokens.open(w.world.database, { issuer, unknownKeyPauseSeconds: 0 })
    const before = one.sign(claims).token
    await one.rotate()
    const after = one.sign(claims).token
    expect(partsOf(after).header.kid).not.toBe(partsOf(before).header.kid)
    expect(await one.verify(before)).toEqual(claims)
    expect(await other.verify(after)).toEqual(claims)
    expect(await other.verify(before)).toEqual(claims)
    expect((await one.jwks()).keys.map((key) => key.kid)).toEqual([
      partsOf(after).header.kid,
      partsOf(before).header.kid,
    ])
    expect((await keys()).map((key) => key.retired)).toEqual([true, false])
  })

  test('two rotations at once make one new key', async () => {
    const one = await Tokens.open(w.world.database, { issuer })
    const other = await Tokens.open(w.world.database, { issuer })
    const count = (await keys()).length
    await Promise.all([one.rotate(), other.rotate()])
    expect(await keys()).toHaveLength(count + 1)
    expect((await keys()).filter((key) => !key.retired)).toHaveLength(1)
    expect(await other.verify(one.sign(claims).token)).toEqual(claims)
  })

  test('are forgotten when the last token of theirs has ended', async () => {
    const one = await Tokens.open(w.world.database, { issuer })
    const { token } = one.sign(claims)
    const { kid } = partsOf(token).header
    await one.rotate()
    const retired = (seconds: number) =>
      w.world.owner.query("update signing_key set retired_at = now() - $2 * interval '1 second' where id = $1", [
        kid,
        seconds,
      ])
    await retired(accessTokenSeconds)
    const still = await Tokens.open(w.world.database, { issuer })
    expect(await still.verify(token)).toEqual(claims)
    await retired(accessTokenSeconds + 120)
    const later = await Tokens.open(w.world.database, { issuer })
    expect((await later.jwks()).keys.map((key) => key.kid)).not.toContain(kid)
    await expect(later.verify(token)).rejects.toMatchObject(refused)
  })

  test('are replaced when they are thirty days old', async () => {
    const { kid } = await present()
    await w.world.owner.query("update signing_key set created_at = now() - interval '29 days' where retired_at is null")
    const young = await Tokens.open(w.world.database, { issuer })
    await young.replaceOldKey()
    const youngKid = partsOf(young.sign(claims).token).header.kid
    expect(youngKid).toBe((await keys()).find((key) => !key.retired)?.id)
    await w.world.owner.query("update signing_key set created_at = now() - interval '31 days' where retired_at is null")
    const one = await Tokens.open(w.world.database, { issuer })
    expect(partsOf(one.sign(claims).token).header.kid).toBe(youngKid)
    await one.replaceOldKey()
    const newKid = partsOf(one.sign(claims).token).header.kid
    expect(newKid).not.toBe(youngKid)
    expect(newKid).not.toBe(kid)
    expect(await one.verify(young.sign(claims).token)).toEqual(claims)
  })

  test('a service with another secret does not start: it says which setting to mend', async () => {
    const stranger = await new Database({
      url: w.world.testDatabase.serviceUrl,
      poolSize: 1,
      secret: 'another secret, of another installation',
      rows: [],
    }).open()
    await expect(Tokens.open(stranger, { issuer })).rejects.toThrow(/another FIELDWORK_SECRET/)
    await stranger.close()
  })

  test('unknown names make the service look at most once in a while', async () => {
    const patient = await Tokens.open(w.world.database, { issuer, unknownKeyPauseSeconds: 3_600 })
    const eager = await Tokens.open(w.world.database, { issuer, unknownKeyPauseSeconds: 0 })
    await rotateSigningKey(w.world.database, partsOf(patient.sign(claims).token).header.kid as string)
    const { token } = (await Tokens.open(w.world.database, { issuer })).sign(claims)
    await expect(patient.verify(token)).rejects.toMatchObject(refused)
    expect(await eager.verify(token)).toEqual(claims)
  })
})

describe('a token that was verified is remembered, and', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
  /** Whether the signature is looked at when the token comes now. */
  const isVerified = async (tokens: Tokens, token: string) => {
    const verify = vi.spyOn(jwt, 'verify')
    expect(await tokens.verify(token)).toEqual(claims)
    const times = verify.mock.calls.length
    verify.mockRestore()
    return times > 0
  }
  const passing = (seconds: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1_000 })
  const remembering = async (token: string, tokens: Tokens) => {
    expect(await isVerified(tokens, token)).toBe(true)
    expect(await isVerified(tokens, token)).toBe(false)
  }

  test('holds as long as it says, and no longer', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer })
    const { token } = tokens.sign(claims)
    await remembering(token, tokens)
    passing(accessTokenSeconds)
    expect(await isVerified(tokens, token)).toBe(false)
    passing(6)
    await expect(tokens.verify(token)).rejects.toMatchObject(refused)
  })

  test('holds no longer than tokens live, nor before its time, whatever the clock did', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer })
    const [key] = await loadSigningKeys(w.world.database, 0)
    const said = partsOf(tokens.sign(claims).token)
    const saying = (more: object) =>
      jwt.sign({ ...said.payload, ...more }, key?.privateKey as never, {
        algorithm: 'RS256',
        header: said.header as never,
      })
    const now = said.payload.iat as number
    const endless = saying({ exp: now + 86_400 })
    const later = saying({ nbf: now })
    await remembering(endless, tokens)
    await remembering(later, tokens)
    passing(-60)
    await expect(tokens.verify(later)).rejects.toMatchObject(refused)
    passing(60 + accessTokenSeconds + 6)
    await expect(tokens.verify(endless)).rejects.toMatchObject(refused)
  })

  test('ends with its key, which is known for a while after it was retired', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer })
    passing(550)
    const { token } = tokens.sign(claims)
    await tokens.rotate()
    await remembering(token, tokens)
    // For the token itself there would be time until 1,150.
    passing(200)
    await expect(tokens.verify(token)).rejects.toMatchObject(refused)
  })

  test('ends when the keys are read anew and its own is not among them', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer })
    const { token } = tokens.sign(claims)
    await remembering(token, tokens)
    await tokens.rotate()
    await remembering(token, tokens)
    const { kid } = partsOf(token).header
    await w.world.owner.query("update signing_key set retired_at = now() - interval '12 minutes' where id = $1", [kid])
    await tokens.rotate()
    await expect(tokens.verify(token)).rejects.toMatchObject(refused)
  })

  test('is the only one: the same words under another signature are not', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer })
    const { token } = tokens.sign(claims)
    await remembering(token, tokens)
    const [header, payload] = token.split('.')
    const [, , signature] = tokens.sign(claims).token.split('.')
    await expect(tokens.verify(`${header}.${payload}.${signature}`)).rejects.toMatchObject(refused)
    await expect(tokens.verify(`${header}.${payload}.`)).rejects.toMatchObject(refused)
  })

  test('makes room for those that come more often', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer, rememberedMax: 2 })
    const [one, two, three] = [1, 2, 3].map(() => tokens.sign(claims).token) as [string, string, string]
    await remembering(one, tokens)
    await remembering(two, tokens)
    expect(await isVerified(tokens, one)).toBe(false)
    await remembering(three, tokens)
    expect(await isVerified(tokens, one)).toBe(false)
    expect(await isVerified(tokens, two)).toBe(true)
  })

  test('is not remembered when it was refused', async () => {
    const tokens = await Tokens.open(w.world.database, { issuer })
    const { token } = tokens.sign(claims)
    passing(-3_600)
    const ofThePast = tokens.sign(claims).token
    vi.useRealTimers()
    for (const bad of [ofThePast, `${token}x`]) {
      for (let time = 0; time < 2; time += 1) await expect(tokens.verify(bad)).rejects.toMatchObject(refused)
    }
    expect(await isVerified(tokens, token)).toBe(true)
  })
})
