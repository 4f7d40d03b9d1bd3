import { expect, onTestFinished, test } from 'vitest'
import type { InvitationLetter, InvitationNotice } from '../../src/features/identity/letters.js'
import { mailerOf } from '../../src/jobs/mailer.js'
import { mailServer } from '../support/smtp-server.js'

const letter: InvitationLetter = {
  to: 'jo@example.test',
  name: 'Jo Mülle (invented)',
  firmName: 'Larch & Partners (invented)',
  clientName: null,
  token: `firm.invitation.${'s'.repeat(43)}`,
  expiresAt: new Date('2026-01-08T00:00:00Z'),
}
const notice: InvitationNotice = {
  to: 'carla@heron.example.test',
  name: 'Carla (invented)',
  firmName: 'Larch & Partners (invented)',
  clientName: 'Heron Pay (invented)',
  invitedEmail: 'jo@heron.example.test',
  invitedName: 'Jo (invented)',
  clientRole: 'RESPONDENT',
  invitedByName: 'Ada (invented)',
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

function mailer(url: string, environment: 'development' | 'production' = 'production') {
  const smtp = { url, from: 'Fieldwork <no-reply@audit.example.test>' }
  return mailerOf({ environment, publicUrl: 'https://audit.example.test', mailUrl: null, mailToken: null, smtp }, log)
}

async function server(options?: Parameters<typeof mailServer>[0]) {
  const made = await mailServer(options)
  onTestFinished(made.close)
  return made
}

test('an invitation is sent as a mail with the link, to the invited address alone', async () => {
  const { url, mails } = await server()
  await mailer(url).invite(letter)
  expect(mails).toHaveLength(1)
  const [mail] = mails
  expect(mail).toMatchObject({ from: 'no-reply@audit.example.test', to: ['jo@example.test'] })
  expect(mail?.head).toContain('From: Fieldwork <no-reply@audit.example.test>')
  expect(mail?.head).toContain('Subject: Invitation to Larch & Partners (invented)')
  expect(mail?.text).toContain(`https://audit.example.test/#invitation=${letter.token}\n`)
  expect(mail?.text).toContain('until 2026-01-08 00:00 UTC')
  expect(mail?.text).toContain('Jo Mülle (invented),')
})

test('an administrator of a client is told who was invited, as what and by whom', async () => {
  const { url, mails } = await server()
  await mailer(url).notifyOfInvitation(notice)
  expect(mails[0]).toMatchObject({ to: ['carla@heron.example.test'] })
  expect(mails[0]?.text).toContain(
    'Ada (invented) of Larch & Partners (invented) invited Jo (invented) (jo@heron.example.test) to Heron Pay (invented) in Fieldwork, as RESPONDENT.',
  )
})

test('a name that looks like addresses adds no recipient', async () => {
  const { url, mails } = await server()
  await mailer(url).invite({ ...letter, name: 'Jo <eve@example.test>, mallory@example.test' })
  expect(mails[0]?.to).toEqual(['jo@example.test'])
})

test('what the server refuses is a failure, told without its words, which repeat the address', async () => {
  const { url, mails } = await server({
    onRcptTo: ({ address }, _session, done) =>
      done(Object.assign(new Error(`5.1.1 <${address}> unknown here`), { responseCode: 550 })),
  })
  const failure = await mailer(url)
    .invite(letter)
    .catch((error: Error) => error)
  expect(failure).toMatchObject({
    name: 'JobFailure',
    message: 'The mail server did not take the letter (EENVELOPE 550).',
  })
  expect(mails).toEqual([])
})

test('a server that is away, or that does not let us in, is a failure that names no password', async () => {
  await expect(mailer('smtp://127.0.0.1:1').invite(letter)).rejects.toThrow(
    'The mail server did not take the letter (ESOCKET',
  )
  const { url } = await server({ allowInsecureAuth: true, onAuth: (_auth, _session, done) => done(new Error('no')) })
  await expect(mailer(url.replace('//', '//fieldwork:secret@')).invite(letter)).rejects.toThrow(
    'The mail server did not take the letter (EAUTH 535).',
  )
})

test('in production a server on another machine must encrypt', async () => {
  const { url, mails } = await server()
  // Another name for this machine, which is not known as one.
  const elsewhere = url.replace('127.0.0.1', '0.0.0.0')
  await expect(mailer(elsewhere).invite(letter)).rejects.toThrow('The mail server did not take the letter (ETLS')
  expect(mails).toEqual([])
  await mailer(elsewhere, 'development').invite(letter)
  expect(mails).toHaveLength(1)
})
