import { getNamedType, isInputObjectType, isListType, isNonNullType, isScalarType } from 'graphql'
import { describe, expect, test } from 'vitest'
import { features } from '../../src/features.js'
import { allows, type PolicyRow } from '../../src/kernel/access/permission.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import { loggedWorld, neverUsed } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, exampleOf, idPlaces } from '../support/generate.js'
import { somebodyOfEachKind } from '../support/kinds.js'
import { placesIn, scalarsIn, withValue } from '../support/places.js'
import type { Answer, Person } from '../support/world.js'

// Generated from the schema: every text of every act, whatever will be added to it. Nothing has to be declared for a field to
// be a line; that it may have lines, or is a secret, is seen here.

const { w } = await loggedWorld()
const full = await fullWorld(w)
const schema = await plainSchema(features)
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {})
const kinds = somebodyOfEachKind(full)

async function send(field: string, variables: Record<string, unknown>): Promise<Answer> {
  const row = policy[`Mutation.${field}`] as PolicyRow
  const found = row.anyone ? null : kinds.find(({ actor }) => allows(row, actor, full.held.Engagement?.[0]))
  const token = found ? w.tokenFor(found.person.claims) : undefined
  // Attempts to sign in are counted: here each is the first.
  if (row.anyone) await w.owner.query('truncate throttle')
  const type = schema.getMutationType()?.getFields()[field]?.args[0]?.type
  const query = `mutation ($input: ${type}) { ${field}(input: $input) { errorCount errors { code path message } } }`
  return w.send(query, variables, token)
}

interface Refused {
  code: string
  path: string[]
  message: string
}

/** What an act says of one place of its input. */
async function refusedAt(field: string, path: string, value: unknown): Promise<Refused[]> {
  const variables = withValue(argumentsFor(schema, field, { id: neverUsed }), path, value)
  const { data } = await send(field, variables)
  const at = path.replace(/^input\./, '')
  const errors: Refused[] = data?.[field]?.errors ?? []
  return errors.filter((error) => error.path.join('.') === at)
}

const places = mutations.flatMap((field) => scalarsIn(schema, field, 'String').map((path) => ({ field, path })))
const nameOf = ({ field, path }: { field: string; path: string }) => `${field} ${path}`

/**
 * The texts that may have several lines, by the end of their path: what people write, not what they call something. Columns of a list
 * are called by what they hold.
 */
const texts =
  /(?<!\.columns)\.(description|objective|steps|rationale|reason|sizeReason|note|outcomeNote|alternativeProcedure|personsAsked|query|parameters|completenessCheck|accuracyCheck|absenceCheck|statement|text|condition|expectedOperation|potentialImpact|causeNote|evidenceNote|wording|acknowledgement|rootCause|action|responsible|preventionOfRecurrence|otherGround|ipe|ipeReliability|supersedesReason|affectedCommitment|sharedCause|failurePeriodBasis|asked|answer|threatens|vendorReason|evaluation|exceptionsNoted|seen|traced|objection|matters|assertionText|competenceAndObjectivity|oversight|performed|referenceReason|what|whatHappened|whatChanged|cause|guidance|licenceNote|addressedNote|question|conclusion)$/
/** What is typed and never shown. */
const secrets = /\.(password|currentPassword|newPassword)$/

describe('a text', () => {
  test('is a line, in which no direction is changed and nothing hidden, or may have lines and has no controls', async () => {
    // It names nothing that would have to be there: once its reference is in use, it makes nothing with a text that may stand.
    const { data } = await send('addLibraryControl', argumentsFor(schema, 'addLibraryControl', { id: neverUsed }))
    expect(data.addLibraryControl.errorCount).toBe(0)
    const before = await w.digest('throttle')
    const found: Record<'line' | 'text' | 'neither', string[]> = { line: [], text: [], neither: [] }
    for (const place of places) {
      const names = async (character: string) => {
        const refused = await refusedAt(place.field, place.path, `x${character}x`)
        const point = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
        return refused.some(({ code, message }) => code === 'INVALID_INPUT' && message.includes(point))
      }
      const lineOnly = await Promise.all(['\u202e', '\u2067', '\u200b', '\u200e', '\n'].map(names))
      const always = await names('\u0001')
      const kind = always && lineOnly.every(Boolean) ? 'line' : always && !lineOnly.some(Boolean) ? 'text' : 'neither'
      found[kind].push(nameOf(place))
    }
    expect(found.neither.filter((name) => !secrets.test(name))).toEqual([])
    expect(found.text.sort()).toEqual(
      places
        .map(nameOf)
        .filter((name) => texts.test(name))
        .sort(),
    )
    expect(found.line.length).toBeGreaterThan(100)
    expect(await w.digest('throttle')).toBe(before)
  }, 120_000)

  test('keeps Arabic, Hebrew, emoji and the joiners that belong in it', async () => {
    const { manager } = full.a
    for (const name of ['שלום בע״מ', 'شركة می\u200cخواهم', 'Rocket 👩🏽\u200d🔬', 'Łódź & Söhne']) {
      const { client } = await manager.does('createClient', { name }, 'client { name }')
      expect(client.name).toBe(name.normalize('NFC'))
    }
  })

  test('that is unique is one in whichever form of Unicode it comes, and has no second way to be written', async () => {
    const { manager } = full.a
    await manager.does('createClient', { name: 'Café Söhne' })
    const again = await manager.tryTo('createClient', { name: 'Café Söhne'.normalize('NFD') })
    expect(again.errors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    const { errors } = await manager.tryTo('createClient', { name: 'Café Söhne\u200b' })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['name'] }])
    await manager.does('createClient', { name: 'Beta \u260e' })
    for (const name of ['Café\u00a0Söhne', 'Café  Söhne', 'Café Söhne ', 'Beta \u260e\ufe0f', 'Beta \u260e\ufe0e']) {
      const { errors } = await manager.tryTo('createClient', { name })
      expect(errors, name).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['name'] }])
    }
  })

  test('of several lines is kept as it was written, its directions closed where each paragraph ends', async () => {
    const [engagementId] = full.held.Engagement as string[]
    const written = 'We \u202etoos\n\nand \u2067\u05d0 stay\nplain'
    const { rows } = await w.owner.query(
      `select version from description_section where engagement_id = $1 and criterion = 'DC1'`,
      [engagementId],
    )
    const { descriptionSection } = await full.one.admin.does(
      'writeDescriptionSection',
      { engagementId, criterion: 'DC1', text: written, expectedVersion: rows[0]?.version ?? null },
      'descriptionSection { text }',
    )
    expect(descriptionSection.text).toBe('We \u202etoos\u202c\n\nand \u2067\u05d0 stay\u2069\nplain')
  })
})

test('a filter of a list takes no text either that no name can have', async () => {
  const within = (list: string) => `{ engagement(id: "${full.held.Engagement?.[0]}") { ${list} { __typename } } }`
  const ofSet = (list: string) =>
    `{ node(id: "${full.held.CriteriaSet?.[0]}") { ... on CriteriaSet { ${list} { __typename } } } }`
  const filters: Record<string, (value: string) => string> = {
    'ControlFilter.criterionCode': (value) => within(`controls(filter: { criterionCode: ${value} })`),
    'ControlFilter.ref': (value) => within(`controls(filter: { ref: ${value} })`),
    'CriterionFilter.series': (value) => `{ criteria(filter: { series: [${value}] }) { __typename } }`,
    'ExceptionFilter.criterionCode': (value) => `{ exceptions(filter: { criterionCode: ${value} }) { __typename } }`,
    'LibraryControlFilter.criterionCode': (value) =>
      `{ viewer { firm { libraryControls(filter: { criterionCode: ${value} }) { __typename } } } }`,
    'FurtherCriterionFilter.code': (value) => ofSet(`criteria(filter: { code: ${value} })`),
    'FurtherCriterionFilter.section': (value) => ofSet(`criteria(filter: { section: ${value} })`),
    'ProcedureFilter.ref': (value) => `{ procedures(filter: { ref: ${value} }) { __typename } }`,
  }
  const known = Object.values(schema.getTypeMap()).flatMap((type) =>
    isInputObjectType(type) && type.name.endsWith('Filter')
      ? Object.values(type.getFields()).flatMap((field) =>
          getNamedType(field.type).name === 'String' ? [`${type.name}.${field.name}`] : [],
        )
      : [],
  )
  expect(known.sort()).toEqual(Object.keys(filters).sort())
  for (const query of Object.values(filters)) {
    expect((await full.a.manager.ask(query('"CC8.1"'))).errors).toBeUndefined()
    for (const value of ['"CC8.1\\u202e"', '"\\u0000"']) {
      const { errors } = await full.a.manager.ask(query(value))
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' }, message: /U\+(202E|0000)/ }])
    }
  }
})

describe('a list', () => {
  const lists = mutations.flatMap((field) =>
    placesIn(schema, field).flatMap(({ path, type }) => (isListType(type) ? [{ field, path, of: type.ofType }] : [])),
  )
  const named = (type: unknown) => (isNonNullType(type as never) ? (type as { ofType: unknown }).ofType : type)

  test('says of an entry that is at fault where it stands, counted from 0, and a code', async () => {
    const silent: string[] = []
    const ofIds: string[] = []
    const ofWords: string[] = []
    for (const { field, path, of } of lists) {
      const entry = named(of) as never
      const example = () => exampleOf(entry, `${path}.0`, { field, id: neverUsed })
      const textField = isInputObjectType(entry)
        ? Object.values((entry as { getFields(): Record<string, { name: string; type: unknown }> }).getFields()).find(
            (inner) => (named(inner.type) as { name?: string }).name === 'String',
          )
        : undefined
      if (isScalarType(entry) && (entry as { name: string }).name === 'ID') ofIds.push(`${field} ${path}`)
      else if (isScalarType(entry) || textField) {
        const at = textField ? `${path}.1.${textField.name}` : `${path}.1`
        const variables = withValue(argumentsFor(schema, field, { id: neverUsed }), path, [example(), example()])
        const { data } = await send(field, withValue(variables, at, 'x\u0001'))
        const wanted = at.replace(/^input\./, '')
        const errors: Refused[] = data?.[field]?.errors ?? []
        if (!errors.some((one) => one.code === 'INVALID_INPUT' && one.path.join('.') === wanted)) {
          silent.push(`${field} ${at}: ${JSON.stringify(data)}`)
        }
      } else ofWords.push(`${field} ${path}`)
    }
    expect(silent).toEqual([])
    // Each of these is asked about an id that is not there in tests/tenancy/roots.test.ts.
    const asked = idPlaces(schema).map((place) => `${place.field} ${place.path}`)
    expect(ofIds.filter((name) => !asked.includes(name.replaceAll('.0.', '.')))).toEqual([])
    // Entries without a text are refused by rules: the next test; procedure, occurrence, stages, methodology and library.test.ts and review.test.ts in
    // tests/features; and tests/rules/opinion.test.ts.
    expect(ofWords.sort()).toEqual([
      'addLibraryControl input.procedures.0.aspects',
      'addLibraryControl input.procedures.0.methods',
      'changeClientCalendar input.weekendDays',
      'changeEngagementCalendar input.weekendDays',
      'createEngagement input.categories',
      'createEngagement input.team',
      'decideOpinion input.conclusions',
      'drawSample input.stages',
      'planProcedure input.aspects',
      'planProcedure input.methods',
      'reviewProcedures input.procedures',
      'reviseLibraryControl input.procedures.0.aspects',
      'reviseLibraryControl input.procedures.0.methods',
      'reviseMethodology input.responseElements',
      'reviseMethodology input.rows',
      'reviseOpinion input.conclusions',
      'updateEngagement input.categories',
      'updateProcedure input.aspects',
      'updateProcedure input.methods',
    ])
    expect(lists.length - ofIds.length - ofWords.length).toBeGreaterThan(12)
  })

  test('of words alone does so too, of each entry', async () => {
    const { manager, partner, senior } = full.a
    const engagement = { clientId: full.one.id, kind: 'SOC2_TYPE_2', systemName: 'Kestrel Cloud' }
    const time = { periodStart: '2025-01-01', periodEnd: '2025-12-31' }
    const categories = ['PRIVACY', 'SECURITY', 'PRIVACY', 'SECURITY']
    const twice = await manager.tryTo('createEngagement', { ...engagement, ...time, categories })
    expect(twice.errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['categories', '2'] },
      { code: 'INVALID_INPUT', path: ['categories', '3'] },
    ])
    expect(twice.errorCount).toBe(2)
    const place = (person: Person, role: string) => ({ memberId: person.memberId, role })
    const team = [
      place(partner, 'ENGAGEMENT_PARTNER'),
      place(senior, 'SENIOR'),
      place(partner, 'STAFF'),
      place(manager, 'ENGAGEMENT_PARTNER'),
    ]
    const named = await manager.tryTo('createEngagement', { ...engagement, ...time, categories: ['SECURITY'], team })
    expect(named.errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['team', '2', 'memberId'] },
      { code: 'INVALID_INPUT', path: ['team', '3', 'role'] },
    ])
  })

  test('tells the first hundred faults and counts all', async () => {
    const results = Array.from({ length: 700 }, () => ({
      sampleItemId: neverUsed(),
      attribute: 'a',
      outcome: 'DEVIATION',
      note: '\u0001',
    }))
    const { errors, errorCount } = await full.a.staff.tryTo('recordResults', {
      procedureId: full.held.Procedure?.[0],
      results,
    })
    expect(errors).toHaveLength(100)
    expect(errorCount).toBe(1_400)
    expect(errors[0].path).toEqual(['results', '0', 'attribute'])
  })
})
