import { access, constants, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ConfigError } from '../config.js'
import { CannotStart, errorCode } from '../kernel/cannot-start.js'
import { Refusal } from '../rules/refusal.js'

/** An option of a command; every command also takes `--help`. */
export interface Option {
  type: 'string' | 'boolean'
  /** What its value is called in the help, e.g. FILE. */
  value?: string
  /** What it is for, in a few words. */
  about: string
  default?: string
  required?: boolean
  multiple?: boolean
}

type Options = Readonly<Record<string, Option>>

type ValueOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : O extends { required: true } | { default: string }
      ? string
      : string | undefined

/** What was given on the command line, by the name of the option. */
export type Values<O extends Options> = { [Name in keyof O]: ValueOf<O[Name]> }

export interface CommandLine<O extends Options> {
  /** As it is typed, e.g. `npm run verify`. */
  name: string
  /** What it does, in one sentence. */
  about: string
  options: O
}

/** The person who typed a command can mend what is wrong: the message is one sentence that says how. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

const shownChars = 80

/** A text as it is shown to the person who gave it: in quotation marks, shortened, without effect on their terminal. */
export function shown(text: string): string {
  const chars = [...text.slice(0, shownChars * 2)]
  const short = chars.slice(0, shownChars).join('')
  const visible = short.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`,
  )
  return `“${visible}${short.length < text.length ? '…' : ''}”`
}

/**
 * Runs a command with what was given on the command line. `--help` prints how it is used. What the person who typed it can
 * mend is said in one sentence, with exit code 1 and nothing done; any other error is a defect, and thrown.
 */
export async function command<const O extends Options>(
  line: CommandLine<O>,
  work: (values: Values<O>) => Promise<void>,
  args = process.argv.slice(2),
): Promise<void> {
  try {
    if (asksForHelp(line.options, args)) console.log(helpOf(line))
    else await work(readOptions(line, args))
  } catch (error) {
    const sentence = sentenceOf(error)
    if (sentence === null) throw error
    console.error(sentence)
    process.exitCode = 1
  }
}

const help = { type: 'boolean' } as const

function asksForHelp(options: Options, args: string[]): boolean {
  return parseArgs({ args, options: { ...settingsOf(options), help }, strict: false }).values.help === true
}

/** @throws CommandError when an option is unknown, incomplete, given twice or missing */
function readOptions<O extends Options>({ name, options }: CommandLine<O>, args: string[]): Values<O> {
  const refuse = (what: string) => new CommandError(`${what}; ${name} -- --help shows the options.`)
  const { values, tokens } = parsed(options, args, refuse)
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    if (token.value === '') throw refuse(`--${token.name} is given without a value`)
    if (seen.has(token.name) && !options[token.name]?.multiple) throw refuse(`--${token.name} is given twice`)
    seen.add(token.name)
  }
  for (const [option, { required }] of Object.entries(options)) {
    if (required && !seen.has(option)) throw refuse(`--${option} is missing`)
  }
  return values as Values<O>
}

function parsed(options: Options, args: string[], refuse: (what: string) => CommandError) {
  try {
    return parseArgs({ args, options: settingsOf(options), tokens: true })
  } catch (error) {
    if (!(error instanceof Error && errorCode(error).startsWith('ERR_PARSE_ARGS'))) throw error
    const dashed = /^Option '(.*)' argument is ambiguous/.exec(error.message)?.[1]
    if (dashed) throw refuse(`The value of ${dashed} is missing, or begins with a dash: write ${dashed}=VALUE then`)
    // Its first sentence says what is wrong; what follows speaks of what no command here takes.
    throw refuse(visibleOnly(error.message.split(/\.\s/, 1)[0] as string))
  }
}

const visibleOnly = (text: string) => shown(text).slice(1, -1)

/** As `parseArgs` takes them, each with the value it has when it is not given. */
const settingsOf = (options: Options) =>
  Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false, default: preset }]) => {
      const absent = type === 'boolean' ? false : multiple ? [] : preset
      return [name, absent === undefined ? { type } : { type, multiple, default: absent }]
    }),
  )

function helpOf({ name, about, options }: CommandLine<Options>): string {
  const lines = Object.entries(options).map(([option, { value, about, required, multiple, default: preset }]) => {
    const notes = [required && 'needed', multiple && 'may be repeated', preset && `without it: ${preset}`]
    const said = notes.filter(Boolean).join(', ')
    return [`--${option}${value ? ` ${value}` : ''}`, said ? `${about} (${said})` : about] as const
  })
  const all = [...lines, ['--help', 'shows this'] as const]
  const width = Math.max(...all.map(([option]) => option.length)) + 2
  const needed = Object.entries(options).flatMap(([option, { required, value }]) =>
    required ? [` --${option} ${value}`] : [],
  )
  const usage = `Usage: ${name}${lines.length > 0 ? ` --${needed.join('')} [options]` : ''}`
  return [usage, '', about, '', ...all.map(([option, text]) => `  ${option.padEnd(width)}${text}`)].join('\n')
}

/** @throws CommandError, or what `command` says in a sentence, when there is no file to be read at this path */
export async function checkFile(path: string): Promise<void> {
  await access(path, constants.R_OK)
  if ((await stat(path)).isDirectory()) throw new CommandError(`${shown(path)} ${fileFaults.EISDIR}.`)
}

/** What is wrong with a file, by the code of the system. */
const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'does not lie in a folder',
  EEXIST: 'is a file, not a folder',
  EROFS: 'cannot be written',
  ENAMETOOLONG: 'has too long a name',
  ENOSPC: 'finds no room',
  EDQUOT: 'finds no room',
  EFBIG: 'finds no room',
}

function sentenceOf(error: unknown): string | null {
  const known = [CommandError, ConfigError, CannotStart, Refusal]
  if (error instanceof Error && known.some((kind) => error instanceof kind)) return error.message
  const fault = fileFaults[errorCode(error)]
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null
  return fault && path !== null ? `${shown(path)} ${fault}.` : null
}
