import {
  astFromValue,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  print,
} from 'graphql'
import { describe, expect, it, test } from 'vitest'
import { features } from '../../src/features.js'
import { rowsBefore } from '../../src/kernel/access/field-sides.js'
import { allows } from '../../src/kernel/access/permission.js'
import { fieldClasses, policy } from '../../src/policy.js'
import { accessTable, plainSchema } from '../../src/schema.js'
import { several, typeAt } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { exampleOf } from '../support/generate.js'
import { factsFor, somebodyOfEachKind } from '../support/kinds.js'
import { type Person, world } from '../support/world.js'
import { everybody, type Kind, kindOfRole, queries, types } from './expected.js'

const w = await world()
const full = await fullWorld(w)
const { a, held } = full
const schema = await plainSchema(features)
const people = somebodyOfEachKind(full)
const engagementId = held.Engagement?.[0] as string

/** A way into a field: from an object with an id, or from a query. */
interface Way {
  /** The type of the object the way starts from, or `Query`. */
  from: string
  /** What is passed on the way, as coordinates, the field itself last; of a connection also the type of what it lists. */
  steps: readonly { parent: string; field: string; into: string; lists: string }[]
}

const nameOf = ({ steps }: Way) => {
  const last = steps.at(-1) as Way['steps'][number]
  return `${last.parent}.${last.field}`
}

/** What a connection lists; any other type is itself. */
const listedIn = (type: GraphQLNamedType): string =>
  type.name.endsWith('Connection') && isObjectType(type)
    ? getNamedType((type.getFields().nodes as GraphQLField<unknown, unknown>).type).name
    : type.name

/** The shortest way into every field that leads into a type of which something is expected, or of which itself is. */
function waysInto(): Way[] {
  const node = schema.getType('Node')
  const starts = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : []
  const reached = new Map<string, Way>([...starts, 'Query'].map((name) => [name, { from: name, steps: [] }]))
  const found: Way[] = []
  for (const [name, way] of reached) {
    const type = schema.getType(name) as GraphQLObjectType
    for (const field of Object.values(type.getFields())) {
      const into = getNamedType(field.type)
      const lists = listedIn(into)
      const steps = [...way.steps, { parent: name, field: field.name, into: into.name, lists }]
      // What `actions` says is shown with the acts.
      if (into.name === 'Action') continue
      if (known[`${name}.${field.name}`] || known[lists]) found.push({ from: way.from, steps })
      // The map grows while it is read: breadth first.
      if (isObjectType(into) && !reached.has(into.name)) reached.set(into.name, { from: way.from, steps })
    }
  }
  return found
}

const known: Readonly<Record<string, string>> = {
  ...types,
  ...Object.fromEntries(Object.entries(queries).map(([name, kinds]) => [`Query.${name}`, kinds])),
}
const ways = waysInto()
/** Types that a way leads into. Those of no object, and those before signing in, are shown with their acts and queries. */
const entered = new Set(ways.flatMap(({ from, steps }) => [from, ...steps.map(({ into }) => into)]))

/** Who passes the whole way, as expected by hand. */
const passers = ({ from, steps }: Way): string =>
  [...everybody]
    .filter((kind) => [from, ...steps.flatMap(passed)].every((coordinate) => kindsAt(coordinate).includes(kind)))
    .join('')

const passed = ({ parent, field, lists }: Way['steps'][number]) => [`${parent}.${field}`, lists]
const kindsAt = (coordinate: string) => known[coordinate] ?? everybody

const ofTheClient = 'arv'
/** The place of the first step of a way that a person does not pass, as expected by hand; -1 where they pass all. */
const endFor = ({ steps }: Way, kind: Kind): number =>
  steps.findIndex((step) => passed(step).some((coordinate) => !kindsAt(coordinate).includes(kind)))

/** Whether a way ends for a person, without a fault, at a field that none of their side reads. */
function endsInNothing(way: Way, kind: Kind): boolean {
  const side = [...everybody].filter((other) => ofTheClient.includes(other) === ofTheClient.includes(kind))
  const end = way.steps[endFor(way, kind)]
  // It cannot be nothing: its type is not null.
  if (!end || end.field === 'verifyFirmTrail') return false
  return passed(end).some((coordinate) => !side.some((other) => kindsAt(coordinate).includes(other)))
}

/** The arguments a field needs, written out. */
function given(parent: string, field: string): string {
  const args = (schema.getType(parent) as GraphQLObjectType).getFields()[field]?.args.filter(isRequiredArgument) ?? []
  const id = (path: string) => (held[typeAt(schema, { field, path })] ?? [engagementId])[0]
  const written = args.map(({ name, type }) => {
    const value = astFromValue(exampleOf(type, name, { field, id }), type)
    return `${name}: ${value ? print(value) : 'null'}`
  })
  return written.length > 0 ? `(${written.join(', ')})` : ''
}

/** The selection of a way, its end named by what everything has. */
function selected({ from, steps }: Way): string {
  const inner = steps.reduceRight((below, { parent, field }) => {
    const fields = (schema.getType(parent) as GraphQLObjectType).getFields()
    const type = getNamedType((fields[field] as GraphQLField<unknown, unknown>).type)
    const end = type.name.endsWith('Connection') ? '{ totalCount }' : '{ __typename }'
    return `{ ${field}${given(parent, field)} ${isLeafType(type) ? '' : below || end} }`
  }, '')
  return from === 'Query' ? inner.slice(1, -1).trim() : `node(id: "ID") { __typename ... on ${from} ${inner} }`
}

const isExpensive = ({ steps }: Way) =>
  /^(?:verify|previewImport)/.test(steps[0]?.field ?? '') ||
  steps.some(({ into }) => ['TrailField', 'ExportedFile', 'Stratum'].includes(into))

/** Asks for many ways at once, each by an alias of its own; answers for each the values on it, the last at its end, and the code it was denied with. */
async function walked(person: Person, asked: readonly { way: Way; id: string | undefined }[]) {
  const answers: { seen: boolean; values: unknown[]; value: unknown; code: string | undefined }[] = []
  // To verify a trail or a sample, to read a file or to write one is one operation's worth, and so is all that the entries of a trail changed.
  const sizeAt = (from: number) => (asked.slice(from, from + 25).some(({ way }) => isExpensive(way)) ? 1 : 25)
  for (let from = 0; from < asked.length; ) {
    const batch = asked.slice(from, from + sizeAt(from))
    from += batch.length
    const query = `{ ${batch.map(({ way, id }, at) => `w${at}: ${selected(way).replace('ID', id ?? '')}`).join(' ')} }`
    const { data, errors } = await person.ask(query)
    for (const [at, { way }] of batch.entries()) {
      const root = data?.[`w${at}`]
      const values: unknown[] = way.from === 'Query' ? [] : [root]
      for (const { field } of way.steps) values.push(values.length === 0 ? root : into(values.at(-1), field))
      const code = errors?.find(({ path }) => path?.[0] === `w${at}`)?.extensions.code as string | undefined
      answers.push({ seen: Boolean(root), values, value: values.at(-1), code })
    }
  }
  return answers
}

/** The value of a field; of a list, that of its first entry that has one. */
function into(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((one) => into(one, field)).find((one) => isThere(one))
  return (value as Record<string, unknown> | null | undefined)?.[field]
}
/** Whether there is something: in a list or connection, at least one. */
function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isThere)
  const { totalCount } = (value ?? {}) as { totalCount?: unknown }
  return value !== null && value !== undefined && totalCount !== 0
}

/** What belongs to the firm, and to no client of it. */
const ofFirm: Readonly<Record<string, readonly string[]>> = {
  Firm: [a.id],
  Methodology: (await w.owner.query('select id from methodology where firm_id = $1', [a.id])).rows.map(({ id }) => id),
  SamplingTable: (await w.owner.query('select id from sampling_table where firm_id = $1', [a.id])).rows.map(
    ({ id }) => id,
  ),
  CriteriaSet: held.CriteriaSet ?? [],
  FurtherCriterion: held.FurtherCriterion ?? [],
}

const candidates = (type: string): readonly (string | undefined)[] =>
  type === 'Query' ? [undefined] : (ofFirm[type] ?? held[type] ?? [])

/** Where a way leads to something, for a person who passes it. */
const places = new Map<Way, string | undefined>()
/** Types shown only to the person who signs in, brings a file or takes from the library: a mutation answers them. */
const answeredOnly = ['ControlTaken', 'MembershipChoice', 'ReviewOutcome', 'SignedIn', 'UploadTicket']
/** Ways at whose end this world has nothing: each with its reason. */
const empty: Readonly<Record<string, string>> = {
  'JudgmentAgainstFigures.acknowledgements':
    'what was acknowledged in the laid world is no judgment as it is computed; those are in tests/features/judgments',
  'ImportPreview.controls': 'the list of this world is one of items: see features/control-list.test.ts',
  'Methodology.revisedBy': 'the methodology shipped with the service was revised by nobody',
  'ManagementRefusal.retractedBy': 'the refusal of this world stands',
  'ImportPreview.sheets':
    'the list of this world is a file of text: see features/import-xlsx.test.ts, also for the next',
  'ImportPreview.notes': 'the same',
  'SubsequentEvent.exception': 'no event of this world changes a conclusion',
  'SubsequentEvent.descriptionSection': 'no event of this world is disclosed in the description',
  'Exception.correctedSection': 'papers show that it was, and no section',
  'AssertionContradiction.framework':
    'what the assertion of this world contradicts is no opinion on additional criteria',
  'Engagement.warnings': 'every engagement of this world covers a year',
  'Engagement.withdrawnReason': 'no engagement of this world was withdrawn',
  'TrailVerification.firstBroken': 'the firm’s own trail is whole in this world; the engagement’s is not',
  'OpinionReason.exceptions': 'the first reason in this world is that representations were refused, which names none',
  'OpinionPreview.changed':
    'representations were refused: it stays a disclaimer. See features/opinion-preview.test.ts, also for those below',
  'OpinionPreview.criteria': 'what the exceptions of this world bear on is not achieved already',
  'CriterionChange.criterion': 'the same',
  'PreviewedAssertion.contradictions': 'no claim contradicts a disclaimer',
  'PreviewedLetter.misstatements': 'the one misstatement of this world was corrected',
  'PreviewedMisstatement.exception': 'the same',
  'PreviewedMisstatementConnection.nodes': 'the same',
  'PreviewedMisstatementEdge.node': 'the same',
  'CriterionReason.controls': 'the first criterion of this world is proposed for a gap of coverage alone',
  'CriterionReason.exceptions': 'the same',
  'CoverageGap.deficiency': 'no design deficiency was raised in this world',
  'PopulationGap.decision': 'the first gap of this world was not decided on: see features/population-gaps.test.ts',
  'ManagementResponse.missing': 'the firm of this world needs nothing of a response',
  'Member.suspendedAt': 'no person of this world is on both sides: see features/two-sides.test.ts',
}

/** The rows that the table asks at a type or a field. */
function rowsAt(coordinate: string) {
  const [type, field] = coordinate.split('.') as [string, string?]
  return field === undefined
    ? [policy[type]]
    : rowsBefore(accessTable, schema.getType(type) as GraphQLObjectType, field)
}

test('every row of the table for a type or a field, and every field of the firm’s class, is expected by hand, and is as expected', () => {
  const rows = Object.keys(policy).filter((name) => !/^(Query|Mutation)\./.test(name))
  const ofTheFirm = Object.entries(fieldClasses).flatMap(([type, { firm }]) => firm.map((field) => `${type}.${field}`))
  const coordinates = [...new Set([...rows, ...ofTheFirm])]
  expect(Object.keys(types).sort()).toEqual(coordinates.sort())
  const differing: string[] = []
  for (const name of coordinates) {
    const told = people
      .filter(({ actor }) =>
        rowsAt(name).every((row) => row && allows(row, actor, engagementId, factsFor(actor, engagementId))),
      )
      .map(({ kind }) => kind)
    if ([...new Set(told)].join('') !== types[name])
      differing.push(`${name}: ${told.join('')}, expected ${types[name]}`)
  }
  expect(differing).toEqual([])
})

/** There are some hundred ways, and several people to try them. */
const slow = { timeout: 180_000 }

test(
  'every type is entered on some way, and a person who passes finds something at the end of each',
  slow,
  async () => {
    const missing = Object.keys(types).filter((name) => !/\.|^Action(Reason)?$/.test(name) && !entered.has(name))
    expect(missing.sort()).toEqual(answeredOnly)
    const named = { kind: 'm' as const, person: full.unconfirmed }
    const persons = [...people.filter(({ kind }) => 'PAar'.includes(kind)), named]
    await several(ways, async (way) => {
      for (const { kind, person } of persons) {
        if (!passers(way).includes(kind)) continue
        const asked = candidates(way.from).map((id) => ({ way, id }))
        const answers = await walked(person, asked)
        const at = answers.findIndex(({ value, code }) => isThere(value) && !code)
        if (at >= 0) return void places.set(way, asked[at]?.id)
      }
    })
    const nothing = ways.filter((way) => !places.has(way)).map(nameOf)
    expect(nothing.sort()).toEqual(Object.keys(empty).sort())
  },
)

describe.each(people)('$who', ({ kind, person, actor }) => {
  it('passes the ways that are theirs, and no others', async () => {
    const asked = [...places].map(([way, id]) => ({ way, id }))
    const answers = await walked(person, asked)
    const differing: string[] = []
    for (const [at, { way }] of asked.entries()) {
      const { seen, values, value, code } = answers[at] as (typeof answers)[number]
      // A query finds a person who is on another team in such a role the rows of that one.
      const passes =
        passers(way).includes(kind) ||
        (way.from === 'Query' && [...actor.team.values()].some((role) => passers(way).includes(kindOfRole[role])))
      // An object that a person does not see at all shows nothing, and says nothing.
      if (!seen && !code) continue
      // Where the wall leaves a list empty before it, nothing is left to be refused.
      const isRefused =
        !passes &&
        !endsInNothing(way, kind) &&
        (code !== undefined || isThere(values.at(endFor(way, kind) - way.steps.length - 1)))
      if (code !== (isRefused ? 'FORBIDDEN' : undefined) || (!passes && isThere(value))) {
        differing.push(`${way.from}: ${nameOf(way)} ${code} ${JSON.stringify(value)}`)
      }
    }
    expect(differing).toEqual([])
  })
})

test('a caller without a token, and one whose membership was disabled, pass no way at all', async () => {
  for (const token of [undefined, w.tokenFor(full.disabled.claims), w.tokenFor(full.signedOut.claims)]) {
    for (const [way, id] of places) {
      const { data, errors } = await w.send(`{ ${selected(way).replace('ID', id ?? '')} }`, {}, token)
      expect(data === null || Object.values(data).every((value) => value === null), nameOf(way)).toBe(true)
      expect(errors?.[0]?.extensions.code, nameOf(way)).toBe('UNAUTHENTICATED')
    }
  }
})
