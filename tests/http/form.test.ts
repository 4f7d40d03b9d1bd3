import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { fieldwork } from '../support/fieldwork.js'
import { world } from '../support/world.js'

// Forms as no program of good will writes them (GraphQL multipart request).
const w = await world()
const firm = await w.firm('Alder')
await fieldwork(w, firm)
const boundary = 'abcdef'

const field = (name: string, text: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`
const file = (name: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="x.csv"\r\ncontent-type: text/csv\r\n\r\nid\r\n`

async function send(...parts: string[]) {
  const response = await w.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      authorization: `Bearer ${w.tokenFor(firm.staff.claims)}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'apollo-require-preflight': 'true',
    },
    payload: `${parts.join('')}--${boundary}--\r\n`,
  })
  return { status: response.statusCode, body: response.json() }
}

const operation = field(
  'operations',
  JSON.stringify({
    query: 'mutation ($i: ImportPopulationInput!) { importPopulation(input: $i) { errors { code path message } } }',
    variables: {
      i: { idempotencyKey: randomUUID(), populationId: randomUUID(), expectedVersion: 1, keyColumn: 'id', file: null },
    },
  }),
)
const map = field('map', '{ "0": ["variables.i.file"] }')

it.each<[string, string[], number, string]>([
  ['nothing', [], 400, 'The form has no field ‘operations’.'],
  ['no map', [operation], 400, 'The form has no field ‘map’.'],
  ['two operations', [operation, operation, map, file('0')], 400, 'Files must follow the field ‘map’.'],
  ['the map before the operation', [map, operation, file('0')], 400, 'The field ‘map’ must follow ‘operations’.'],
  ['the file before the map', [operation, file('0'), map], 400, 'Files must follow the field ‘map’.'],
  ['a list of operations', [field('operations', '[]'), map], 400, 'A form holds one operation, not a list.'],
  [
    'an operation that nests without end',
    [field('operations', '['.repeat(2 ** 20))],
    400,
    'The field ‘operations’ has more than 100 brackets within brackets.',
  ],
  ['an operation that is no JSON', [field('operations', '{')], 400, 'The field ‘operations’ is not JSON.'],
  ['an operation that is nothing', [field('operations', 'null')], 400, 'The field ‘operations’ is not an object.'],
  ['two files by its map', [operation, field('map', '{"0":[],"1":[]}')], 413, 'A form brings one file at most.'],
  ['a field without end', [field('x', 'x'.repeat(2 ** 22))], 413, 'A field of the form has more than 4194304 bytes.'],
])('a form of %s is refused', async (_, parts, status, message) => {
  const answer = await send(...parts)
  expect([answer.status, answer.body.errors]).toMatchObject([
    status,
    [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
  ])
})

it.each<[string, string[], string, string]>([
  ['does not come', [], 'INVALID_INPUT', 'The file could not be read: The form does not bring the file.'],
  [
    'comes by another name',
    [file('1')],
    'INVALID_INPUT',
    'The file could not be read: The form does not bring the file.',
  ],
  [
    'is one of two',
    [file('0'), file('1')],
    'INVALID_INPUT',
    'The file could not be read: A form brings one file at most.',
  ],
  ['comes, with a field after it', [file('0'), field('later', 'x')], 'NOT_FOUND', 'There is no such thing.'],
])('an act whose file %s is told what is wrong', async (_, files, code, message) => {
  const { body } = await send(operation, map, ...files)
  const told = body.data?.importPopulation.errors[0] ?? body.errors[0]
  expect([told.code ?? told.extensions.code, told.message]).toEqual([code, message])
})
