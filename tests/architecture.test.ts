import 'reflect-metadata'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import {
  type GraphQLObjectType,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql'
import { getMetadataStorage } from 'type-graphql'
import { describe, expect, it } from 'vitest'
import { declarations, features } from '../src/features.js'
import { jobTasks, schedule } from '../src/jobs/tasks.js'
import { gaps } from '../src/kernel/access/guard.js'
import { refusalCodes } from '../src/rules/refusal.js'
import * as vocabulary from '../src/rules/vocabulary.js'
import { accessTable, emittedSchema, plainSchema } from '../src/schema.js'
import { makers } from './access/expected.js'

// The compiled test lies in dist/tests; the sources it speaks of are two folders up.
const root = resolve(import.meta.dirname, '../..')
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => {
    const text = readFileSync(join(root, 'src', file), 'utf8')
    const imported = [...text.matchAll(/^(?:import|export)[^'"]*?from '(\.[^']+)'|^import '(\.[^']+)'/gms)]
    const pathsOf = (matches: readonly RegExpExecArray[]) =>
      matches
        .map((match) => (match[1] ?? match[2]) as string)
        .map((target) =>
          relative(join(root, 'src'), resolve(join(root, 'src'), dirname(file), target)).replace(/\.js$/, '.ts'),
        )
    return {
      file,
      text,
      imports: pathsOf(imported),
      valueImports: pathsOf(imported.filter(([line]) => !/^(import|export) type/.test(line))),
    }
  })

/** In the one direction of imports: a room imports rooms to its left, and itself. Within the kernel the same holds of its rooms. */
const rooms = ['rules', 'kernel', 'local-postgres', 'features', 'jobs', 'http', 'ops']
const kernelRooms = ['access', 'files', 'driver', 'store', 'schema', 'execute']
/** The place of a file in the one direction of imports; what lies directly in src (main, service ...) is outermost. */
const placeOf = (file: string, order: readonly string[], depth: number) => {
  const index = order.indexOf(file.split('/')[depth] as string)
  return index === -1 ? order.length : index
}
/** These know all features or settings by their task: the list, the policy, the settings. Rooms outside the kernel may read them. */
const outermost = new Set(['features.ts', 'policy.ts', 'config.ts', 'schema.ts'])

/** Files over 300 lines, each with what it says for itself. */
const long: Readonly<Record<string, string>> = {
  'policy.ts': 'THE TABLE: one place to read who may do what',
  'features/enums.ts': 'the enums of the schema, one for each list of words in the vocabulary',
  'rules/vocabulary.ts': 'the words of the profession in one place',
}

/** What stands behind the parentheses that open at this place of the text. */
function afterParentheses(text: string, at: number): string {
  let depth = 0
  for (let end = at; end < text.length; end++) {
    if (text[end] === '(') depth++
    if (text[end] === ')' && --depth === 0) return text.slice(end + 1, end + 80)
  }
  return ''
}

/** Features that read by hand beside their files of queries: none of them reads what is in an engagement. */
const ownStatements: Readonly<Record<string, string>> = {
  'features/identity/store.ts': 'the identity realm: accounts, sessions and invitations, before a firm is known',
  'features/identity/throttle.ts': 'attempts at passwords, counted by digests before anyone is known',
  'features/identity/service-keys.ts': 'keys of the service, which belong to no firm',
  'features/identity/checkpoint-keys.ts': 'keys of the service, which belong to no firm',
  'features/identity/sides.ts': 'people of the firm on both sides of it, by their addresses',
}

describe('the house', () => {
  it('has sources to look at', () => {
    expect(sources.length).toBeGreaterThan(50)
  })

  it('lets imports point one way: rules <- kernel <- features <- jobs, http, ops <- main', () => {
    const wrong = sources.flatMap(({ file, imports }) =>
      imports
        .filter((target) => placeOf(target, rooms, 0) > placeOf(file, rooms, 0))
        .filter((target) => !(outermost.has(target) && placeOf(file, rooms, 0) > rooms.indexOf('features')))
        .map((target) => `${file} -> ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('lets imports within the kernel point one way, those of types apart: access <- files <- driver <- store <- schema <- execute', () => {
    const wrong = sources
      .filter(({ file }) => file.startsWith('kernel/'))
      .flatMap(({ file, valueImports }) =>
        valueImports
          .filter((target) => /^kernel\/.+\//.test(target))
          .filter((target) => placeOf(target, kernelRooms, 1) > placeOf(file, kernelRooms, 1))
          .map((target) => `${file} -> ${target}`),
      )
    expect(wrong).toEqual([])
  })

  it('keeps the kernel free of the product: it speaks of no noun of an audit but the engagement, the unit of its walls', () => {
    // Those of tenancy and access: who belongs to what, and what was sent to them.
    const ofKernel = ['Engagement', 'TeamMember', 'Firm', 'Client', 'Member', 'Invitation']
    const nouns = declarations.rows.map((row) => row.typeName).filter((name) => !ofKernel.includes(name))
    // In English or of HTTP they mean something else; as names of the product they are looked for with others.
    const ambiguous = ['Exception', 'Result', 'Report', 'Control', 'Attribute', 'Opening']
    const words = nouns
      .filter((noun) => !ambiguous.includes(noun))
      .map((noun) => noun.replace(/(?<!^)([A-Z])/g, '[ _-]?$1'))
    const product = new RegExp(
      `${words.join('|')}|audit(?!s?\\b.*trail)|criteri(on|a)\\b|deviation|\\bSOC\\b|workpaper`,
      'i',
    )
    const wrong = sources
      .filter(({ file }) => file.startsWith('kernel/'))
      .flatMap(({ file, text }) =>
        text.split('\n').flatMap((line, at) => (product.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [])),
      )
    expect(wrong).toEqual([])
  })

  it('lets a feature import only features above it in THE LIST', () => {
    const place = new Map(features.map((feature, index) => [feature.name, index]))
    const nounOf = (file: string) => (/^features\/[^/]+\//.test(file) ? (file.split('/')[1] as string) : null)
    const wrong: string[] = []
    for (const { file, imports } of sources) {
      const noun = nounOf(file)
      if (!noun) continue
      for (const target of imports) {
        const other = nounOf(target)
        if (!other || other === noun) continue
        if ((place.get(other) ?? Number.POSITIVE_INFINITY) >= (place.get(noun) ?? -1))
          wrong.push(`${file} -> ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('names in comments of sources and tests only files that are there', () => {
    const folders = ['src', 'tests', 'seeds', 'bench', 'docs', 'migrations']
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `/${folder}/${file}`),
    )
    const wrong = files
      .filter((file) => /^\/(src|tests)\/.*\.ts$/.test(file))
      .flatMap((file) => {
        const comments = readFileSync(join(root, file), 'utf8').match(/\/\*[\s\S]*?\*\/|\/\/.*$/gm) ?? []
        return comments
          .flatMap((comment) => comment.match(/[\w.-]+(?:\/[\w.-]+)+\.(?:ts|md|sql)\b/g) ?? [])
          .filter((named) => !files.some((there) => there.endsWith(`/${named}`)))
          .map((named) => `${file}: ${named}`)
      })
    expect(wrong).toEqual([])
  })

  it('keeps the rules pure: no clock, no dice, no process, nothing from outside', () => {
    const wrong = sources
      .filter(({ file }) => file.startsWith('rules/'))
      .flatMap(({ file, text }) => {
        const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        const outside = [...code.matchAll(/from '([^.'][^']*)'/g)].map((match) => match[1] as string)
        return [
          ...outside
            .filter((name) => name !== 'node:crypto' && !name.startsWith('@stdlib/'))
            .map((name) => `${file}: ${name}`),
          ...(/Date\.now|new Date\(\)|Math\.random|\bprocess\b|randomBytes|randomUUID|fetch\(/.exec(code) ?? []).map(
            (found) => `${file}: ${found}`,
          ),
        ]
      })
    expect(wrong).toEqual([])
  })

  it('loads the invented people of the seeds only where they are asked for: they are in no production start', () => {
    const loaded = sources.filter(({ imports }) => imports.some((target) => target.includes('seeds/')))
    expect(loaded.map(({ file }) => file)).toEqual([])
  })

  it('keeps the embedded PostgreSQL apart: it imports nothing but the error that says why the service cannot start', () => {
    const wrong = sources
      .filter(({ file }) => file.startsWith('local-postgres/'))
      .flatMap(({ file, imports }) => imports.map((target) => ({ file, target })))
      .filter(({ target }) => !target.startsWith('local-postgres/') && target !== 'kernel/cannot-start.ts')
    expect(wrong).toEqual([])
  })

  it('has a handler for each task that an act enqueues: a job without one would wait for ever', () => {
    const declared = sources.flatMap(({ text }) =>
      [...text.matchAll(/export const (\w+) = \{\s+name: '(\w+)',[^}]*\} as const satisfies Task/g)].map(
        ([, constant, name]) => {
          expect(constant).toBe(name)
          return name as string
        },
      ),
    )
    expect(declared.length).toBeGreaterThan(0)
    // Those that the schedule adds, and no act.
    expect(Object.keys(jobTasks).sort()).toEqual([...declared, ...schedule.map(({ task }) => task)].sort())
  })

  it('reads the environment in config.ts alone', () => {
    expect(
      sources.filter(({ file, text }) => file !== 'config.ts' && text.includes('process.env')).map(({ file }) => file),
    ).toEqual([])
  })

  it('reaches rows through the store alone, and has no ORM relations', () => {
    const banned = /getRepository|\bDataSource\b|@ManyToOne|@OneToMany|@ManyToMany|@OneToOne|createQueryRunner/
    const wrong = sources
      .filter(({ file, text }) => !file.startsWith('kernel/store/') && banned.test(text))
      .map(({ file }) => file)
    expect(wrong).toEqual([])
  })

  it('takes moments as values where rows conflict: a cluster allows no function there that is not immutable', () => {
    const clauses = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/do update set[^`]*/g)].map(([clause]) => ({ file, clause })),
    )
    expect(clauses.length).toBeGreaterThan(0)
    const wrong = clauses.filter(({ clause }) => /\b(?!least\b|greatest\b|coalesce\b)\w+\(/.test(clause))
    expect(wrong).toEqual([])
  })

  it('writes statements of features by hand in their files of queries alone, or says why not', () => {
    const wrong = sources
      .filter(({ file, text }) => file.startsWith('features/') && /\.(query|prepared)\s*[<(]/.test(text))
      .map(({ file }) => file)
      .filter((file) => !file.endsWith('.queries.ts') && !ownStatements[file])
    expect(wrong).toEqual([])
  })

  it('gives each of them the scope of a permitted read first: none is of an engagement whose wall was not passed', () => {
    const wrong = sources
      .filter(({ file }) => file.endsWith('.queries.ts'))
      .flatMap(({ file, text }) => {
        const exported = [
          ...text.matchAll(
            /^export (?:async function|function|const) (\w+)(?:<[^>]*>)?(?: = (?:async )?)?\(([^)]*)\)/gm,
          ),
        ]
        return exported
          .filter(([, name]) => name !== 'lookingLikeDeviation') // a part of statements
          .filter(([, , parameters]) => !/^\s*(?:\w+|\{[^}]*\}): (?:Firm|Engagement)Scope\b/.test(parameters as string))
          .map(([, name]) => `${file}: ${name}`)
      })
    expect(wrong).toEqual([])
    expect(sources.filter(({ file }) => file.endsWith('.queries.ts')).length).toBeGreaterThan(12)
  })

  it('names the engagements of a scope in the statements that take one', () => {
    const wrong = sources
      .filter(({ file }) => file.endsWith('.queries.ts'))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/\{([^}]*)\}: EngagementScope\b/g)]
          .filter(([, taken]) => !/\bengagementIds?\b/.test(taken as string))
          .map(([parameter]) => `${file}: ${parameter}`),
      )
    expect(wrong).toEqual([])
  })

  it('types no list of states again in SQL: they come from the rules', () => {
    const typed = sources.flatMap(({ file, text }) => (/\bin \('[A-Z]/.test(text) ? [file] : []))
    expect(typed).toEqual([])
  })

  it('touches parts of pg that are not documented in one file', () => {
    const inner =
      /pg\/lib|\bpg\.(Query|Connection)\b|client\.connection\b|\{ connection(:|,| \})|NamedStatements|parsedStatements/
    const found = sources.filter(({ text }) => inner.test(text)).map(({ file }) => file)
    expect(found).toEqual(['kernel/driver/pipelined-query.ts'])
  })

  it('uses TypeORM for what the classes of rows declare, and for nothing else', () => {
    const imported = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/import (?!type)\{([^}]*)\} from 'typeorm'/g)].flatMap(([, names]) =>
        (names as string).split(',').map((name) => ({ file, name: name.trim() })),
      ),
    )
    const decorators = ['Entity', 'Column', 'PrimaryColumn']
    const others = imported.filter(({ name }) => name !== '' && !name.startsWith('type ') && !decorators.includes(name))
    expect(new Set(others.map(({ file }) => file))).toEqual(new Set(['kernel/store/entity-metadata.ts']))
  })

  it('has no files named for nothing', () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|manager|handlers?|services?\/)/i
    expect(
      sources
        .map(({ file }) => file)
        .filter((file) => banned.test(file.replace('kernel/execute/services.ts', '').replace(/^service\.ts$/, ''))),
    ).toEqual([])
  })

  it('exports one thing by one name', () => {
    const exported = sources
      // A feature's index says what belongs to it, by its name; `limits` are those of the inputs beside them.
      .filter(({ file }) => !/^features\/[^/]+\/index\.ts$/.test(file))
      .flatMap(({ file, text }) =>
        [...text.matchAll(/^export (?:abstract |async )*(class|function\*?|const|type|interface) (\w+)( = enumOf)?/gm)]
          .map(([, kind, name, isEnum]) => ({ file, name, isSchema: kind === 'class' || isEnum !== undefined }))
          .filter(({ name }) => !(name === 'limits' && file.endsWith('.inputs.ts'))),
      )
    const byName = [...new Set(exported.map(({ name }) => name))].map(
      (name) => [name, exported.filter((one) => one.name === name)] as const,
    )
    const wrong = byName.filter(([, found]) => {
      // A type of the schema has the name of the rules' type that it shows.
      const shown = found.filter(({ file, isSchema }) => isSchema && !file.startsWith('rules/'))
      const rules = found.filter(({ file }) => file.startsWith('rules/'))
      return found.length > 1 && !(found.length === 2 && shown.length === 1 && rules.length === 1)
    })
    expect(wrong.map(([name, found]) => `${name}: ${found.map(({ file }) => file).join(' ')}`)).toEqual([])
  })

  it('names a function is, can, was, has or may only where it returns a boolean, and says so: one that throws is check or assert', () => {
    const named =
      /(?:function\s+|const\s+|^ {2}(?:static |private |async |#)*)((?:is|can|was|has|may|must)[A-Z]\w*)(?: = (?:async )?)?(?=\()/gm
    const wrong = sources.flatMap(({ file, text }) =>
      [...text.matchAll(named)].flatMap(({ index, 0: head, 1: name }) => {
        const after = afterParentheses(text, index + head.length)
        const isFunction = /^(\s*=>|\s*:|\s*\{)/.test(after)
        return isFunction && !/^: (?:Promise<)?(?:boolean|\w+ is )/.test(after) ? [`${file}: ${name}`] : []
      }),
    )
    expect(wrong).toEqual([])
  })

  it('keeps files short, or says why not', () => {
    const found = sources.filter(({ text }) => text.split('\n').length > 301).map(({ file }) => file)
    expect(found.filter((file) => !long[file])).toEqual([])
  })
})

describe('the names of record', () => {
  it('are declared by each row class for itself, each once', () => {
    const without = declarations.rows.filter((row) => !Object.hasOwn(row, 'typeName'))
    expect(without).toEqual([])
    const names = declarations.rows.map((row) => row.typeName)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('are those of the types of the schema, for rows that have one', async () => {
    const { objectTypes } = getMetadataStorage()
    const ofSchema = declarations.rows.flatMap((row) => {
      const type = objectTypes.find(({ target }) => target === row)
      return type ? [[row.typeName, type.name]] : []
    })
    expect(ofSchema.length).toBeGreaterThan(20)
    expect(ofSchema.filter(([typeName, name]) => typeName !== name)).toEqual([])
  })

  it('are never taken from a class of JavaScript', () => {
    const wrong = sources
      .filter(({ file }) => /^(kernel|features)\//.test(file))
      .filter(({ text }) => /\.constructor\.name|\b(row|rowClass|classOf\(\w+\))\.name\b/.test(text))
      .map(({ file }) => file)
    expect(wrong).toEqual([])
  })

  it('and the engagement a row belongs to are asked of its class: the kernel compares no row with the name of a type', () => {
    const wrong = sources
      .filter(({ file }) => file.startsWith('kernel/'))
      .filter(({ text }) => /'(Engagement|Client|Member|TeamMember)'/.test(text))
      .map(({ file }) => file)
    expect(wrong).toEqual([])
  })
})

describe('the schema', () => {
  it('stands in schema/schema.graphql as it is served (npm run schema writes it)', async () => {
    expect(readFileSync(join(root, 'schema/schema.graphql'), 'utf8')).toBe(await emittedSchema(features))
  })

  it('has a policy row for every root field and type, and no row for nothing', async () => {
    expect(gaps(await plainSchema(features), accessTable)).toEqual([])
  })

  it('describes everything in four words at least, but for values that say themselves what they are', async () => {
    const spoken = new Set(['Cause', 'ControlArea', 'ControlFrequency', 'ProcedureOutcome'])
    const short: string[] = []
    const look = (coordinate: string, description: string | null | undefined) => {
      if ((description?.match(/\S*\w\S*/g) ?? []).length < 4) short.push(`${coordinate}: ${description}`)
    }
    for (const type of Object.values((await plainSchema(features)).getTypeMap())) {
      if (type.name.startsWith('__')) continue
      look(type.name, type.description)
      if (isEnumType(type) && !spoken.has(type.name)) {
        for (const value of type.getValues()) look(`${type.name}.${value.name}`, value.description)
      }
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field.description)
        if ('args' in field)
          for (const { name, description } of field.args) look(`${type.name}.${field.name}(${name})`, description)
      }
    }
    expect(short).toEqual([])
  })

  it('names values of one kind in one form: days end in On, moments in At, version is a number, codes are criteriaCodes', async () => {
    // Bounds of a period, and the day of a Type 1, as the profession calls them.
    const bounds = [
      'periodStart',
      'periodEnd',
      'asOf',
      'failedFrom',
      'failedTo',
      'coversFrom',
      'coversTo',
      'operatedFrom',
      'operatedTo',
      'gapFrom',
      'gapTo',
      'retainUntil',
    ]
    const forms: Record<string, (name: string) => boolean> = {
      LocalDate: (name) => name.endsWith('On') || bounds.includes(name),
      DateTime: (name) => name.endsWith('At'),
      String: (name) => name !== 'criteria' && name !== 'criterion',
    }
    const wrong = Object.values((await plainSchema(features)).getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
      .filter((type) => !type.name.startsWith('__'))
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => ({ at: `${type.name}.${field.name}`, ...field })),
      )
      .filter(({ name, type }) => {
        const kind = getNamedType(type as GraphQLType).name
        return !(forms[kind]?.(name) ?? true) || (name === 'version' && kind !== 'Int')
      })
      .map(({ at }) => at)
    expect(wrong).toEqual([])
  })

  it('has no list that is neither a connection nor bounded by a number in its description', async () => {
    const unbounded = Object.values((await plainSchema(features)).getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap((type) => Object.values((type as GraphQLObjectType).getFields()).map((field) => ({ type, field })))
      .filter(({ field }) => isListType(getNullableType(field.type)))
      // As many as `first` says.
      .filter(({ type, field }) => !(type.name.endsWith('Connection') && ['nodes', 'edges'].includes(field.name)))
      .filter(({ field }) => !/ At most [\d,]+\.(?: (?:For the|FORBIDDEN to) .*)?$/.test(field.description ?? ''))
      .map(({ type, field }) => `${type.name}.${field.name}`)
    expect(unbounded).toEqual([])
  })

  it('takes one input in every mutation, with an idempotency key but where a session begins or goes on, and answers a payload of its own with errors', async () => {
    const schema = await plainSchema(features)
    for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
      const capital = name.charAt(0).toUpperCase() + name.slice(1)
      expect(field.args.map(({ name, type }) => `${name}: ${type}`)).toEqual([`input: ${capital}Input!`])
      expect(String(field.type)).toBe(`${capital}Payload`)
      const input = schema.getType(`${capital}Input`) as { getFields(): Record<string, { type: unknown }> } | undefined
      const key = ['signIn', 'refreshSession'].includes(name) ? 'undefined' : 'String!'
      expect(String(input?.getFields().idempotencyKey?.type), name).toBe(key)
      const payload = schema.getType(`${capital}Payload`) as
        | { getFields(): Record<string, { type: unknown }> }
        | undefined
      expect(String(payload?.getFields().errors?.type), name).toBe('[UserError!]!')
    }
  })

  it('asks for the version read wherever something that exists is changed', async () => {
    const schema = await plainSchema(features)
    const changing = Object.entries(accessTable.policy).filter(
      ([coordinate, row]) => coordinate.startsWith('Mutation.') && row.on,
    )
    const without = changing
      .map(([coordinate]) => coordinate.split('.')[1] as string)
      .filter((name) => {
        const input = schema.getType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`) as {
          getFields(): Record<string, { type: unknown }>
        }
        return input.getFields().expectedVersion === undefined
      })
    // These make something new under the object they name, renew what is stale, or take a link back; nothing of it is changed by them.
    expect(without.sort()).toEqual([...makers].sort())
  })
})

describe('the vocabulary', () => {
  it('is what the database checks for, word by word', () => {
    const sql = readdirSync(join(root, 'migrations'))
      .map((file) => readFileSync(join(root, 'migrations', file), 'utf8'))
      .join('\n')
    const lists = [...sql.matchAll(/check \(\w+ (?:in \(|<@ array\[)([^)\]]+)[)\]]\)/g)].map((match) =>
      [...(match[1] as string).matchAll(/'([^']+)'/g)].map((word) => word[1] as string).join(' '),
    )
    const known = new Set(
      Object.values(vocabulary)
        .filter((value) => typeof value === 'object')
        .map((value) => Object.keys(value).join(' ')),
    )
    const unknown = lists.filter((list) => !known.has(list) && list !== 'INITIAL EXTENSION REPLACEMENT')
    expect(lists.length).toBeGreaterThan(20)
    expect(unknown).toEqual([])
  })

  it('gives every word and every refusal a meaning that ends as a sentence', () => {
    const meanings = [...Object.values(vocabulary).filter((value) => typeof value === 'object'), refusalCodes].flatMap(
      (v) => Object.values(v),
    )
    expect(meanings.filter((meaning) => !/^[A-Z“].{3,}\.$/.test(meaning as string))).toEqual([])
  })
})

describe('docs/promises.md', () => {
  it('names no test that is not there, and promises nothing without one', () => {
    const promises = readFileSync(join(root, 'docs/promises.md'), 'utf8').match(/^\| (?!promise|---).*$/gm) ?? []
    expect(promises.length).toBeGreaterThan(10)
    for (const promise of promises) {
      const named = [...promise.matchAll(/`(tests\/[\w./-]+\.test\.ts)`/g)].map(([, file]) => file as string)
      expect(named.length, promise).toBeGreaterThan(0)
      expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
    }
  })
})
