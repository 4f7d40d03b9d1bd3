import { randomUUID } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import type { Claims } from '../../src/access/actor.js'
import { Database } from '../../src/data/database.js'
import { rotateSigningKey } from '../../src/features/identity/signing-keys.js'
import { accessTokenSeconds, Tokens } from '../../src/features/identity/tokens.js'
import { issuer, signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
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
    const youngKid = partsOf(young.sign(claims).token).header.kid
    await w.world.owner.query("update signing_key set created_at = now() - interval '31 days' where retired_at is null")
    const one = await Tokens.open(w.world.database, { issuer })
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

  test('names nobody knows make the service look at most once in a while', async () => {
    const patient = await Tokens.open(w.world.database, { issuer, unknownKeyPauseSeconds: 3_600 })
    const eager = await Tokens.open(w.world.database, { issuer, unknownKeyPauseSeconds: 0 })
    await rotateSigningKey(w.world.database, partsOf(patient.sign(claims).token).header.kid as string)
    const { token } = (await Tokens.open(w.world.database, { issuer })).sign(claims)
    await expect(patient.verify(token)).rejects.toMatchObject(refused)
    expect(await eager.verify(token)).toEqual(claims)
  })
})
