import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { InvitationLetter, InvitationNotice } from '../../src/features/identity/letters.js'
import { type MailerSettings, mailerOf } from '../../src/jobs/mailer.js'
import type { Journal } from '../../src/kernel/execute/services.js'

const letter: InvitationLetter = {
  to: 'jo@example.test',
  name: 'Jo (invented)',
  firmName: 'Larch & Partners (invented)',
  clientName: null,
  token: 'firm.invitation.the-secret-of-it',
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
const settings: MailerSettings = {
  environment: 'development',
  publicUrl: 'https://audit.example.test',
  mailUrl: null,
  mailToken: null,
  smtp: null,
}

function journal(): Journal & { said: string[] } {
  const said: string[] = []
  const write = (level: string) => (facts: object, message: string) =>
    void said.push(JSON.stringify({ level, message, ...facts }))
  return { said, info: write('info'), warn: write('warn'), error: write('error') }
}

test('in development the link is written to the log, to be delivered by hand', async () => {
  const log = journal()
  await mailerOf(settings, log).invite(letter)
  expect(log.said.map((line) => JSON.parse(line))).toEqual([
    {
      level: 'info',
      message: 'an invitation, to be delivered by hand',
      to: 'jo@example.test',
      expiresAt: '2026-01-08T00:00:00.000Z',
      link: 'https://audit.example.test/#invitation=firm.invitation.the-secret-of-it',
    },
  ])
})

test('in production without a mail service one line says so at the start, and no link is written anywhere', async () => {
  const log = journal()
  const mailer = mailerOf({ ...settings, environment: 'production' }, log)
  expect(log.said).toHaveLength(1)
  expect(log.said[0]).toContain('FIELDWORK_MAIL_URL is not set')
  // Who invites logs it, by the membership: neither link nor address stands in the log.
  await expect(mailer.invite(letter)).rejects.toThrow('FIELDWORK_MAIL_URL is not set')
  expect(log.said).toHaveLength(1)
})

test('a mail service gets each letter as JSON, with the token that opens it to us', async () => {
  const { url, requests } = await mailService(204)
  const log = journal()
  await mailerOf({ ...settings, mailUrl: url, mailToken: 'known-to-both' }, log).invite(letter)
  expect(requests).toEqual([
    {
      authorization: 'Bearer known-to-both',
      body: {
        ...letter,
        kind: 'invitation',
        expiresAt: '2026-01-08T00:00:00.000Z',
        link: 'https://audit.example.test/#invitation=firm.invitation.the-secret-of-it',
      },
    },
  ])
  expect(log.said).toEqual([])
})

test('what an administrator of a client is told goes the same ways', async () => {
  const { url, requests } = await mailService(204)
  await mailerOf({ ...settings, mailUrl: url, mailToken: 'known-to-both' }, journal()).notifyOfInvitation(notice)
  expect(requests).toEqual([{ authorization: 'Bearer known-to-both', body: { ...notice, kind: 'invitation-notice' } }])
  const development = journal()
  await mailerOf(settings, development).notifyOfInvitation(notice)
  expect(JSON.parse(development.said[0] as string)).toMatchObject({ level: 'info', ...notice })
  const production = journal()
  const undelivered = mailerOf({ ...settings, environment: 'production' }, production).notifyOfInvitation(notice)
  await expect(undelivered).rejects.toThrow('FIELDWORK_MAIL_URL is not set')
  expect(production.said.join()).not.toContain('@')
})

test.each([500, 404, 302])('a mail service that answers %i has not delivered', async (status) => {
  const { url } = await mailService(status)
  await expect(mailerOf({ ...settings, mailUrl: url }, journal()).invite(letter)).rejects.toThrow()
  await expect(mailerOf({ ...settings, mailUrl: url }, journal()).notifyOfInvitation(notice)).rejects.toThrow()
})

test('a mail service that is away has not delivered', async () => {
  await expect(mailerOf({ ...settings, mailUrl: 'http://127.0.0.1:1/' }, journal()).invite(letter)).rejects.toThrow()
})

async function mailService(status: number) {
  const requests: { authorization: string | undefined; body: unknown }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    requests.push({ authorization: request.headers.authorization, body: JSON.parse(text) })
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/letters`, requests }
}
