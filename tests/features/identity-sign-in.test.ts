import { expect, test } from 'vitest'
import { signInWorld } from '../support/sign-in.js'

const w = await signInWorld()
const viewer = '{ viewer { member { name email firmRole state } firm { name } } }'

test('a firm is made, its first administrator accepts, signs in and is who they are', async () => {
  const { admin } = await w.firm('Larch & Partners (invented)', 'Ada@Larch.example.test')
  const expected = {
    viewer: {
      member: { name: 'Ada', email: 'ada@larch.example.test', firmRole: 'FIRM_ADMIN', state: 'ACTIVE' },
      firm: { name: 'Larch & Partners (invented)' },
    },
  }
  expect((await w.world.send(viewer, {}, admin.accessToken)).data).toEqual(expected)
  const again = await w.signIn(' ADA@larch.example.test')
  expect((await w.world.send(viewer, {}, again.accessToken)).data).toEqual(expected)
  expect(again.accessToken).not.toBe(admin.accessToken)
  const { payload } = await w.send('refreshSession', { refreshToken: again.refreshToken })
  expect((await w.world.send(viewer, {}, payload.session.accessToken)).data).toEqual(expected)
})
