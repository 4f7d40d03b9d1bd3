import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openTicket, sealTicket, type TicketContent } from '../../src/features/evidence/upload-ticket.js'
import { SecretBox } from '../../src/kernel/store/secret-box.js'
import { staffedEngagement } from '../support/engagements.js'
import { ordinary, pathOf } from '../support/files.js'
import { listening } from '../support/listening.js'
import { beginSending, comingIn, leftOfFiles, type Received, sends, talkative, until } from '../support/sending.js'
import { type Person, type World, world } from '../support/world.js'

const lines: string[] = []
const w = await world(talkative(lines))
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const engagementId = await staffedEngagement(a, client)
const { address } = await listening(w)
const { storage } = w.queue.files
/** Stands in the name of every file that is sent here. */
const mark = `zq${randomBytes(6).toString('hex')}`
const fileName = `${mark}.csv`
const content = 'id,merged\nC-1,2025-03-01\n'
const sha256 = createHash('sha256').update(content).digest('hex')
const tickets: string[] = []

/** A ticket as a person is given it. Answers the address at which the service listens. */
async function ticketOf(person: Person, said: Record<string, unknown> = {}): Promise<string> {
  const { upload } = await person.does(
    'createUpload',
    { engagementId, fileName, ...ordinary, ...said },
    'upload { url }',
  )
  return noted(upload.url)
}

function noted(url: string): string {
  const path = pathOf(url)
  tickets.push(path.slice('/uploads/'.length))
  return `${address}${path}`
}

const open = (url: string) => openTicket(w.database.secretBox, url.split('/uploads/')[1] as string) as TicketContent
const seal = (ticket: TicketContent, box: SecretBox = w.database.secretBox) =>
  noted(`http://fieldwork.test/uploads/${sealTicket(box, ticket)}`)

const json = ({ body }: Received) => JSON.parse(body.toString())
const codeOf = (answer: Received) => json(answer).errors[0].extensions.code

/** What is asked for leaves nothing behind; answers what it was answered. */
async function leavesNothing<T>(send: () => Promise<T>, world: World = w): Promise<T> {
  const before = await leftOfFiles(world)
  const answer = await send()
  await until('the file that came in is gone', async () => (await comingIn(world.queue.files.storage)).length === 0)
  expect(await leftOfFiles(world)).toEqual(before)
  return answer
}

const edge = 'the-edge'
const formHeaders = { 'content-type': `multipart/form-data; boundary=${edge}` }
const field = (name: string, text: string) =>
  `--${edge}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`
const filePart = (name: string, text: string) =>
  `--${edge}\r\ncontent-disposition: form-data; name="${name}"; filename="x"\r\ncontent-type: text/html\r\n\r\n${text}\r\n`
const end = `--${edge}--\r\n`

describe('a file', () => {
  const whole = { fileName, byteCount: content.length, mediaType: 'text/csv', sha256, state: 'AVAILABLE' }

  it('is taken by PUT, with its length or in chunks of no length said', async () => {
    const inChunks: Record<string, string | number> = { 'transfer-encoding': 'chunked' }
    for (const headers of [{ 'content-length': content.length }, inChunks]) {
      const url = await ticketOf(a.staff)
      const { request, answer } = beginSending('PUT', url, headers)
      request.write(content.slice(0, 7))
      await pause(20)
      request.end(content.slice(7))
      const got = await answer
      expect([got.status, json(got).evidence]).toEqual([201, { id: open(url).evidenceId, ...whole }])
      expect(got.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    }
  })

  it.each([
    ['before it', [field('why', 'because'), filePart('file', content)]],
    ['behind it', [filePart('other', content), field('why', 'because')]],
  ])('is taken from a form with fields %s', async (_, parts) => {
    const url = await ticketOf(a.staff)
    const got = await sends('POST', url, [...parts, end].join(''), formHeaders)
    expect([got.status, json(got).evidence]).toEqual([201, { id: open(url).evidenceId, ...whole }])
  })

  it('is asked for once it is known to be taken, where its sender waits for that', async () => {
    const { request, answer } = beginSending('PUT', await ticketOf(a.staff), {
      expect: '100-continue',
      'content-length': content.length,
    })
    let isAskedFor = false
    request.once('continue', () => {
      isAskedFor = true
      request.end(content)
    })
    expect([(await answer).status, isAskedFor]).toEqual([201, true])
  })

  it('sent twice at one time with one ticket is taken once, and both senders are told of the same', async () => {
    for (let round = 0; round < 5; round += 1) {
      const url = await ticketOf(a.staff)
      const other = `${randomUUID()}\n`
      const both = await Promise.all([sends('PUT', url, other), sends('PUT', url, other)])
      expect(both.map(({ status }) => status)).toEqual([201, 201])
      expect(json(both[0])).toEqual(json(both[1]))
      const { rows } = await w.owner.query(
        `select (select count(*)::int from evidence where id = $1) as evidence,
           (select count(*)::int from stored_file where sha256 = $2) as stored,
           (select count(*)::int from trail_entry where node_id = $1) as entries`,
        [open(url).evidenceId, json(both[0]).evidence.sha256],
      )
      expect(rows).toEqual([{ evidence: 1, stored: 1, entries: 1 }])
      await until('one is in the storage', async () => {
        const { stored, incoming } = await leftOfFiles(w)
        const same = stored.filter((key) => key.includes(json(both[0]).evidence.sha256))
        return same.length === 1 && incoming.length === 0
      })
    }
  })

  it('and another one sent at one time with one ticket: one is taken, the other is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const url = await ticketOf(a.staff)
      const both = await Promise.all(['one', 'two'].map((text) => sends('PUT', url, `${text} ${randomUUID()}`)))
      const [taken, refused] = both.sort((one, other) => one.status - other.status) as [Received, Received]
      expect([taken.status, refused.status, codeOf(refused)]).toEqual([201, 409, 'ALREADY_EXISTS'])
      const { rows } = await w.owner.query('select sha256 from evidence where id = $1', [open(url).evidenceId])
      expect(rows).toEqual([{ sha256: json(taken).evidence.sha256 }])
    }
  })
})

describe('what is refused leaves nothing behind', () => {
  it.each<[string, string[], string]>([
    ['without a file', [field('file', 'text'), end], 'The form does not bring a file.'],
    ['with two files', [filePart('a', content), filePart('b', content), end], 'A form brings one file.'],
    ['without its end', [filePart('a', content)], 'The form cannot be read: it is malformed, or breaks off.'],
    [
      'that ends within the head of a part',
      [`--${edge}\r\ncontent-disp`],
      'The form cannot be read: it is malformed, or breaks off.',
    ],
    ['of nothing', [''], 'The form cannot be read: it is malformed, or breaks off.'],
  ])('a form %s', async (_, parts, message) => {
    const got = await leavesNothing(async () => sends('POST', await ticketOf(a.staff), parts.join(''), formHeaders))
    expect([got.status, json(got)]).toEqual([400, { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] }])
  })

  it.each([
    ['no form at all', 'text/plain'],
    ['a form without a boundary', 'multipart/form-data'],
  ])('what is sent as %s, however often', async (_, type) => {
    const url = await ticketOf(a.staff)
    // More often than a member sends at a time: no place stays taken.
    for (let time = 0; time < 10; time += 1) {
      const got = await leavesNothing(() => sends('POST', url, content, { 'content-type': type }))
      expect([got.status, codeOf(got)]).toEqual([400, 'BAD_USER_INPUT'])
    }
    expect((await sends('PUT', url, content)).status).toBe(201)
  })

  it('a file whose announced length is too large, without a byte of it being asked for', async () => {
    const url = await ticketOf(a.staff, { byteCountMax: 100 })
    const got = await leavesNothing(async () => {
      const { request, answer } = beginSending('PUT', url, { expect: '100-continue', 'content-length': 101 })
      let isAskedFor = false
      request.once('continue', () => {
        isAskedFor = true
      })
      const refused = await answer
      expect(isAskedFor).toBe(false)
      return refused
    })
    expect([got.status, json(got).errors[0].message]).toEqual([413, 'The file has more than 100 bytes.'])
    expect(got.headers.connection).toBe('close')
    const asForm = await leavesNothing(
      async () => beginSending('POST', url, { ...formHeaders, 'content-length': 2_000_000 }).answer,
    )
    expect(asForm.status).toBe(413)
  })

  it.each<[string, string, string, string]>([
    ['a file', 'PUT', 'content-type: text/csv', ''],
    ['a file in a form', 'POST', `content-type: ${formHeaders['content-type']}`, filePart('file', 'x').slice(0, -3)],
  ])(
    '%s that grows too large while it comes, and a sender who reads after the last byte reads why',
    async (_, method, header, head) => {
      const url = new URL(await ticketOf(a.staff, { byteCountMax: 1_000_000 }))
      const text = await leavesNothing(async () => {
        const socket = connect(Number(url.port), '127.0.0.1')
        socket.pause()
        socket.write(`${method} ${url.pathname} HTTP/1.1\r\nhost: x\r\n${header}\r\ntransfer-encoding: chunked\r\n\r\n`)
        const chunk = (piece: string | Buffer) => {
          socket.write(`${Buffer.byteLength(piece).toString(16)}\r\n`)
          socket.write(piece)
          return socket.write('\r\n')
        }
        if (head) chunk(head)
        // More than it takes, and than the buffers between hold.
        for (let sent = 0; sent < 300; sent += 1) if (!chunk(Buffer.alloc(65_536, 'y'))) await once(socket, 'drain')
        socket.write('0\r\n\r\n')
        let read = ''
        for await (const piece of socket) read += piece
        return read
      })
      expect(text).toMatch(/^HTTP\/1.1 413 /)
      expect(text).toMatch(/\r\nconnection: close\r\n/i)
      expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toEqual({
        errors: [{ message: 'The file has more than 1,000,000 bytes.', extensions: { code: 'BAD_USER_INPUT' } }],
      })
    },
  )

  it('a file that is refused while its sender goes on for ever, and the sender is cut off', async () => {
    const url = new URL(await ticketOf(a.staff, { byteCountMax: 10 }))
    const begun = performance.now()
    const text = await leavesNothing(async () => {
      const socket = connect(Number(url.port), '127.0.0.1')
      socket.on('error', () => undefined)
      let read = ''
      socket.on('data', (piece) => {
        read += piece
      })
      socket.write(`PUT ${url.pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`)
      while (!socket.destroyed && performance.now() - begun < 20_000) {
        socket.write(content)
        await pause(20)
      }
      return read
    })
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(performance.now() - begun).toBeGreaterThan(4_000)
    expect(performance.now() - begun).toBeLessThan(9_000)
  })

  it.each<[string, 'PUT' | 'POST', Record<string, string | number>, string]>([
    ['a file', 'PUT', { 'content-length': 1_000_000 }, content],
    ['a file in chunks', 'PUT', { 'transfer-encoding': 'chunked' }, content],
    ['a form in its file', 'POST', { ...formHeaders, 'content-length': 1_000_000 }, filePart('file', content)],
    ['a form before its file', 'POST', { ...formHeaders, 'content-length': 1_000_000 }, field('why', 'so')],
  ])('%s whose sender breaks off', async (_, method, headers, sent) => {
    const url = await ticketOf(a.staff)
    for (let time = 0; time < 9; time += 1) {
      await leavesNothing(async () => {
        const { request } = beginSending(method, url, headers)
        request.write(sent)
        await until('it comes in', async () => (await comingIn(storage)).length === 1)
        request.destroy()
      })
    }
    const got = await sends('PUT', url, content)
    expect(got.status).toBe(201)
  })

  it('a file whose content contradicts its name', async () => {
    const url = await ticketOf(a.staff, { fileName: `${mark}.pdf` })
    const got = await leavesNothing(() => sends('PUT', url, content))
    expect([got.status, json(got).errors]).toMatchObject([
      422,
      [{ extensions: { code: 'INVALID_INPUT', path: ['fileName'] } }],
    ])
    expect((await sends('PUT', url, '%PDF-1.7\n%\u00ff\n1 0 obj\n')).status).toBe(201)
  })

  it('a file with a ticket of another installation, with none, and with one that has expired', async () => {
    const given = open(await ticketOf(a.staff))
    const other = seal(given, new SecretBox('the secret of another installation'))
    const answers: Received[] = []
    for (const url of [other, `${address}/uploads/${'A'.repeat(400)}`, `${address}/uploads/x`]) {
      answers.push(await leavesNothing(() => sends('PUT', url, content)))
    }
    for (const got of answers) {
      expect([got.status, got.body.toString()]).toEqual([
        404,
        '{"errors":[{"message":"This is no address of an upload: create one.","extensions":{"code":"BAD_USER_INPUT"}}]}',
      ])
    }
    const late = await leavesNothing(() => sends('PUT', seal({ ...given, expiresAt: Date.now() - 1 }), content))
    expect([late.status, json(late).errors[0].message]).toEqual([410, 'The upload has expired: create another one.'])
    expect((await sends('PUT', seal({ ...given, expiresAt: Date.now() + 60_000 }), content)).status).toBe(201)
  })

  it('a file of who may not bring it: another firm’s person, another client’s, one off the team, with a sealed ticket all the same', async () => {
    const b = await w.firm('Birch')
    const other = await a.client('Heron Payments')
    const off = await a.person('Otto Outsider', 'STAFF')
    const given = open(await ticketOf(a.staff))
    for (const person of [b.partner, other.respondent, client.viewer, off]) {
      const ticket = { ...given, evidenceId: randomUUID(), claims: person.claims }
      const got = await leavesNothing(() => sends('PUT', seal(ticket), content))
      expect([403, 404], person.name).toContain(got.status)
    }
  })
})

describe('a sender from whom nothing more comes', () => {
  it('is disconnected, and nothing is left of what came; one who goes on slowly is not', async () => {
    const hasty = await world(undefined, { pace: { fileIdle: 400 } })
    const firm = await hasty.firm('Cedar')
    const id = await staffedEngagement(firm, await firm.client('Nightjar'))
    const there = (await listening(hasty)).address
    const ticket = async () => {
      const input = { engagementId: id, fileName: 'slow.csv', ...ordinary }
      const { upload } = await firm.staff.does('createUpload', input, 'upload { url }')
      return `${there}${pathOf(upload.url)}`
    }
    for (const [method, headers, sent] of [
      ['PUT', { 'content-length': 1_000 }, content],
      ['POST', { ...formHeaders, 'content-length': 1_000 }, filePart('file', content)],
    ] as const) {
      const url = await ticket()
      const begun = performance.now()
      await leavesNothing(async () => {
        const { request, answer } = beginSending(method, url, headers)
        request.write(sent)
        await expect(answer).rejects.toThrow()
      }, hasty)
      expect(performance.now() - begun).toBeGreaterThan(350)
      expect(performance.now() - begun).toBeLessThan(4_000)
    }
    const { request, answer } = beginSending('PUT', await ticket(), { 'content-length': content.length })
    for (const letter of content) {
      request.write(letter)
      await pause(50)
    }
    request.end()
    expect((await answer).status).toBe(201)
  })
})

describe('of files that come at one time', () => {
  /** Begins uploads of one person, and waits until they come in. */
  async function hold(person: Person, count: number) {
    const before = (await comingIn(storage)).length
    const held = await Promise.all(
      Array.from({ length: count }, async () => {
        const url = await ticketOf(person)
        const { request, answer } = beginSending('PUT', url, { 'content-length': content.length })
        request.write(content.slice(0, 3))
        return { url, finish: () => request.end(content.slice(3)), breakOff: () => request.destroy(), answer }
      }),
    )
    await until(`${count} files come in`, async () => (await comingIn(storage)).length === before + count)
    return held
  }

  const refused = async (url: string) => {
    const before = await leftOfFiles(w)
    const got = await sends('PUT', url, content)
    expect([got.status, codeOf(got), got.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '5'])
    expect(await leftOfFiles(w)).toEqual(before)
  }

  it('a member sends eight, and has the place again when one has come or broken off', async () => {
    const held = await hold(a.staff, 8)
    const url = await ticketOf(a.staff)
    await refused(url)
    expect((await sends('PUT', await ticketOf(a.senior), content)).status).toBe(201)
    held[0]?.finish()
    expect((await held[0]?.answer)?.status).toBe(201)
    expect((await sends('PUT', url, content)).status).toBe(201)
    held[1]?.breakOff()
    await until('its place is free', async () => (await comingIn(storage)).length === 6)
    const more = await hold(a.staff, 2)
    await refused(url)
    for (const one of [...held.slice(2), ...more]) one.finish()
    for (const one of [...held.slice(2), ...more]) expect((await one.answer).status).toBe(201)
    expect(await comingIn(storage)).toEqual([])
  })

  it('a firm and its clients send 32, which leaves room for another firm', { timeout: 60_000 }, async () => {
    const b = await w.firm('Birch')
    const elsewhere = await staffedEngagement(b, await b.client('Heron'))
    const [last, ...senders] = [a.senior, a.partner, a.manager, client.admin, client.respondent] as [
      Person,
      ...Person[],
    ]
    const held: Awaited<ReturnType<typeof hold>> = []
    for (const person of senders) held.push(...(await hold(person, 8)))
    expect(held).toHaveLength(32)
    const url = await ticketOf(last)
    await refused(url)
    expect((await sends('PUT', await ticketOf(b.staff, { engagementId: elsewhere }), content)).status).toBe(201)
    for (const one of held) one.finish()
    for (const one of held) expect((await one.answer).status).toBe(201)
    expect((await sends('PUT', url, content)).status).toBe(201)
    expect(await comingIn(storage)).toEqual([])
  })
})

describe('the log', () => {
  it('at its most talkative has the route of every upload, and no ticket, file name or content', async () => {
    const text = lines.join('')
    expect(text).toContain('"path":"/uploads/*","status":201')
    expect(text).toContain('"path":"/uploads/*","status":413')
    expect(tickets.length).toBeGreaterThan(50)
    expect(tickets.filter((ticket) => text.includes(ticket.slice(0, 40)))).toEqual([])
    expect(text).not.toContain(mark)
    expect(text).not.toContain('C-1,2025-03-01')
    // What a caller does wrong is no fault of the service.
    expect(lines.filter((line) => JSON.parse(line).level >= 40)).toEqual([])
  })
})
