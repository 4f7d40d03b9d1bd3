import { z } from 'zod'
import { contradictionsOfFiles, type FileConfig, fileConfigOf, fileSettings } from './file-settings.js'
import { type AnswerLimits, answerLimits } from './kernel/execute/answer-size.js'
import { type PlanMode, planModes } from './kernel/store/session-settings.js'
import {
  choiceSetting,
  integerSetting,
  isDatabaseUrl,
  isKnownSecret,
  isNetwork,
  isOrigin,
  isSender,
  isSmtpUrl,
  isWebAddress,
  listSetting,
  shownValue,
} from './setting-values.js'

/** What the environment settles, checked and complete. `null` means: not set, and no default is right for all. */
export interface Config {
  environment: 'development' | 'production' | 'test'
  host: string
  port: number
  /** Where people and programs reach the service: issuer of tokens, base of links. No slash at the end. */
  publicUrl: string
  /** Proxies whose word on where a request comes from is taken; attempts to sign in are counted by that address. */
  trustedProxies: readonly string[]
  /** Origins whose pages may read what the service answers (CORS). */
  allowedOrigins: readonly string[]
  /** Owner's connection to a PostgreSQL 15 or newer; `null` means the embedded one. */
  databaseUrl: string | null
  /** An unprivileged role made by the database's administrator; `null` means that the service makes its own. */
  databaseServiceUrl: string | null
  databasePoolSize: number
  planMode: PlanMode
  dataDir: string
  files: FileConfig
  seed: 'demo' | 'none'
  /** Root of every key; `null` (never in production) means: the one kept in the data folder. */
  secret: string | null
  /** How long an access token holds. */
  accessTokenMinutes: number
  /** Takes mail (invitations) and sends it; `null`: it goes to the log, except in production. */
  mailUrl: string | null
  /** Shown to it as a bearer token. */
  mailToken: string | null
  /** A server that takes mail by SMTP, and in whose name it is sent; `null`: none. */
  smtp: { url: string; from: string } | null
  /** How long after SIGTERM `/readyz` answers 503 and callers are still answered, before the service begins to stop. */
  drainSeconds: number
  /** How long stopping may take: until callers have gone elsewhere, and requests under way are answered. */
  stopSeconds: number
  /** Whether everyone may read the text of the schema. */
  publicSchema: boolean
  /** How much one operation answers at most. */
  answerLimits: AnswerLimits
  /** Points a minute that one caller may ask for (docs/limits.md); `null`: as much as they like. */
  budgetPerCaller: number | null
  /** The same of all people of a firm and its clients together. */
  budgetPerFirm: number | null
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
}

/** The settings are wrong. `lines` has one sentence for each: the variable, what is wrong, what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'))
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const secretLengthMin = 32
const poolSizeMax = 200
/** Twice what one operation may cost (kernel/execute/limits.ts). */
const budgetMin = 100_000

/** A budget that does not hold the most expensive operation would refuse it for ever. */
const budget = z
  .string()
  .refine((text) => text === 'none' || (/^\d{1,10}$/.test(text) && Number(text) >= budgetMin), {
    error: (issue) =>
      `is ${shownValue(issue.input)}; it must be a whole number from ${budgetMin}, e.g. 3000000, or none for no budget.`,
  })
  .transform((text) => (text === 'none' ? null : Number(text)))

/** The values of these never reach a message: they hold a password. */
const databaseUrl = z.string().refine(isDatabaseUrl, {
  error: 'is not an address of a PostgreSQL database; it must look like postgres://role:password@host:5432/database.',
})

const settings = z.object({
  /** `production` refuses what only a demonstration may do. */
  NODE_ENV: choiceSetting(['development', 'production', 'test']).default('development'),
  /** The address to listen on; `0.0.0.0` to be reached from other machines. */
  HOST: z
    .string()
    .regex(/^[\w.:-]{1,255}$/, {
      error: (issue) => `is ${shownValue(issue.input)}; it must be an address or a host name, e.g. 127.0.0.1.`,
    })
    .default('127.0.0.1'),
  /** The port to listen on. */
  PORT: integerSetting(1, 65_535, '4000').default(4000),
  /** The address others use, when it is not the one listened on: behind a proxy, in a container. */
  FIELDWORK_PUBLIC_URL: z
    .string()
    .refine(isWebAddress, {
      error: (issue) =>
        `is ${shownValue(issue.input)}; it must be an http or https address, e.g. https://audit.example.com.`,
    })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  /** Addresses or networks of the proxies before the service: they say where a request comes from (X-Forwarded-For). */
  FIELDWORK_TRUSTED_PROXIES: listSetting(
    isNetwork,
    'is not a list of addresses or networks; it must look like 10.0.0.1,172.16.0.0/12.',
  ),
  /** Origins whose pages may call the service from a browser (CORS), as browsers write them. Absent: none but its own. */
  FIELDWORK_ALLOWED_ORIGINS: listSetting(
    isOrigin,
    'is not a list of origins; it must look like https://audit.example.com,https://portal.example.com:8443: scheme and host in lower case, a port that is not the usual one, no path, no slash at the end, no *.',
  ),
  /** The database's owner, who may create roles. Absent: PostgreSQL 18 is started from the data folder. */
  DATABASE_URL: databaseUrl.optional(),
  /** The role the service works as, when the owner may not create one. */
  DATABASE_SERVICE_URL: databaseUrl.optional(),
  /** How many connections the service holds to the database at most. */
  DATABASE_POOL_SIZE: integerSetting(1, poolSizeMax, '10').default(10),
  /** How the database plans the statements of the service (`plan_cache_mode`, set on its role). */
  FIELDWORK_PLAN_MODE: choiceSetting(planModes).default('force_generic_plan'),
  /** The folder of the embedded database and of the secret made at the first start. */
  FIELDWORK_DATA_DIR: z.string().default('.data'),
  ...fileSettings,
  /** `demo` fills an empty database with an invented firm. */
  FIELDWORK_SEED: choiceSetting(['demo', 'none']).optional(),
  /** Seals signing keys, digests idempotency inputs, derives the service role's password. */
  FIELDWORK_SECRET: z
    .string()
    .min(secretLengthMin, {
      error: `is too short; it must have ${secretLengthMin} characters or more, e.g. from: openssl rand -base64 48`,
    })
    .optional(),
  /** How long an access token holds; what a session may do ends at once when it is ended, whatever its tokens say. */
  FIELDWORK_ACCESS_TOKEN_MINUTES: integerSetting(1, 60, '10').default(10),
  /** `yes` lets a production start use the embedded database. */
  FIELDWORK_ALLOW_EMBEDDED: choiceSetting(['yes', 'no']).default('no'),
  /** Where invitations are posted as JSON, to be sent as mail. */
  FIELDWORK_MAIL_URL: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: 'is not an http or https address; it must look like https://mail.example.com/letters.',
    })
    .optional(),
  /** Sent to FIELDWORK_MAIL_URL as a bearer token. */
  FIELDWORK_MAIL_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]+$/, { error: 'has characters that a bearer token cannot have.' })
    .optional(),
  /** A server that letters are sent to by SMTP. Holds a password: its value never reaches a message. */
  FIELDWORK_SMTP_URL: z
    .string()
    .refine(isSmtpUrl, {
      error: 'is not an address of a mail server; it must look like smtps://user:password@mail.example.com:465.',
    })
    .optional(),
  /** In whose name letters are sent by SMTP. */
  FIELDWORK_MAIL_FROM: z
    .string()
    .refine(isSender, {
      error: (issue) =>
        `is ${shownValue(issue.input)}; it must be an e-mail address, with or without a name, e.g. Fieldwork <no-reply@audit.example.com>.`,
    })
    .optional(),
  /** How long after SIGTERM `/readyz` says 503 before the service begins to stop: for balancers to notice. */
  FIELDWORK_DRAIN_SECONDS: integerSetting(0, 300, '5').optional(),
  /** How long stopping may take after that: half of it at most for callers who still come, the rest for requests under way. */
  FIELDWORK_STOP_SECONDS: integerSetting(1, 3_600, '20').default(20),
  /** `yes` serves the text of the schema to everyone; absent: outside production. */
  FIELDWORK_PUBLIC_SCHEMA: choiceSetting(['yes', 'no']).optional(),
  /** How many objects one operation answers at most. */
  FIELDWORK_ANSWER_OBJECTS: integerSetting(1_000, 1_000_000, '50000').default(answerLimits.objects),
  /** How many bytes. */
  FIELDWORK_ANSWER_BYTES: integerSetting(100_000, 100_000_000, '10485760').default(answerLimits.bytes),
  /** How many points a minute one caller may ask of this process (docs/limits.md); `none`: any number. */
  FIELDWORK_BUDGET_CALLER: budget.default(3_000_000),
  /** The same of all people of a firm and its clients together. */
  FIELDWORK_BUDGET_FIRM: budget.default(12_000_000),
  /** How much is written to the log. */
  LOG_LEVEL: choiceSetting(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

type Settings = z.infer<typeof settings>

/**
 * Reads every setting. An empty variable counts as absent.
 * @throws ConfigError with one line for each setting that is wrong
 */
export function readConfig(environment: Environment = process.env): Config {
  const present = Object.fromEntries(
    Object.keys(settings.shape).flatMap((name) =>
      environment[name]?.trim() ? [[name, environment[name].trim()]] : [],
    ),
  )
  const parsed = settings.safeParse(present)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`))
  }
  const faults = [...contradictions(parsed.data), ...(parsed.data.NODE_ENV === 'production' ? unfit(parsed.data) : [])]
  if (faults.length > 0) throw new ConfigError(faults)
  return configOf(parsed.data)
}

function configOf(given: Settings): Config {
  const demonstration = given.NODE_ENV === 'development' && given.DATABASE_URL === undefined
  return {
    environment: given.NODE_ENV,
    host: given.HOST,
    port: given.PORT,
    publicUrl: given.FIELDWORK_PUBLIC_URL ?? `http://${reachable(given.HOST)}:${given.PORT}`,
    trustedProxies: given.FIELDWORK_TRUSTED_PROXIES,
    allowedOrigins: given.FIELDWORK_ALLOWED_ORIGINS,
    databaseUrl: given.DATABASE_URL ?? null,
    databaseServiceUrl: given.DATABASE_SERVICE_URL ?? null,
    databasePoolSize: given.DATABASE_POOL_SIZE,
    planMode: given.FIELDWORK_PLAN_MODE,
    dataDir: given.FIELDWORK_DATA_DIR,
    files: fileConfigOf(given, given.FIELDWORK_DATA_DIR),
    seed: given.FIELDWORK_SEED ?? (demonstration ? 'demo' : 'none'),
    secret: given.FIELDWORK_SECRET ?? null,
    accessTokenMinutes: given.FIELDWORK_ACCESS_TOKEN_MINUTES,
    mailUrl: given.FIELDWORK_MAIL_URL ?? null,
    mailToken: given.FIELDWORK_MAIL_TOKEN ?? null,
    smtp: given.FIELDWORK_SMTP_URL ? { url: given.FIELDWORK_SMTP_URL, from: given.FIELDWORK_MAIL_FROM ?? '' } : null,
    // Only a service in production has callers that are to go elsewhere.
    drainSeconds: given.FIELDWORK_DRAIN_SECONDS ?? (given.NODE_ENV === 'production' ? 5 : 0),
    stopSeconds: given.FIELDWORK_STOP_SECONDS,
    publicSchema: (given.FIELDWORK_PUBLIC_SCHEMA ?? (given.NODE_ENV === 'production' ? 'no' : 'yes')) === 'yes',
    answerLimits: { objects: given.FIELDWORK_ANSWER_OBJECTS, bytes: given.FIELDWORK_ANSWER_BYTES },
    budgetPerCaller: given.FIELDWORK_BUDGET_CALLER,
    budgetPerFirm: given.FIELDWORK_BUDGET_FIRM,
    logLevel: given.LOG_LEVEL,
  }
}

function contradictions(given: Settings): string[] {
  const ofFiles = contradictionsOfFiles(given)
  if (ofFiles.length > 0) return ofFiles
  if (given.FIELDWORK_SMTP_URL && given.FIELDWORK_MAIL_URL)
    return ['FIELDWORK_SMTP_URL and FIELDWORK_MAIL_URL are both set; set one: letters go one way.']
  if (given.FIELDWORK_SMTP_URL && !given.FIELDWORK_MAIL_FROM)
    return ['FIELDWORK_SMTP_URL is set without FIELDWORK_MAIL_FROM; set the address that letters are sent from, too.']
  if (given.DATABASE_SERVICE_URL === undefined) return []
  if (given.DATABASE_URL === undefined) {
    return ['DATABASE_SERVICE_URL is set without DATABASE_URL; set both, or neither for the embedded database.']
  }
  if (new URL(given.DATABASE_SERVICE_URL).username === new URL(given.DATABASE_URL).username) {
    return [
      'DATABASE_SERVICE_URL names the role of DATABASE_URL; it must name another one that does not own the database.',
    ]
  }
  return []
}

/** What a production start does not do. */
function unfit(given: Settings): string[] {
  const faults: string[] = []
  if (given.DATABASE_URL === undefined && given.FIELDWORK_ALLOW_EMBEDDED !== 'yes') {
    faults.push(
      'DATABASE_URL is not set; production needs a PostgreSQL of its own, or FIELDWORK_ALLOW_EMBEDDED=yes to use the embedded one.',
    )
  }
  if (given.FIELDWORK_SECRET === undefined) {
    faults.push('FIELDWORK_SECRET is not set; production needs one of its own, e.g. from: openssl rand -base64 48')
  } else if (isKnownSecret(given.FIELDWORK_SECRET)) {
    faults.push(
      'FIELDWORK_SECRET is an example or can be guessed; production needs one of its own, e.g. from: openssl rand -base64 48',
    )
  }
  if (given.DATABASE_URL !== undefined && !given.FIELDWORK_FILES_DIR && !given.FIELDWORK_S3_BUCKET) {
    faults.push(
      'Neither FIELDWORK_FILES_DIR nor FIELDWORK_S3_BUCKET is set; production needs a place where files stay.',
    )
  }
  if (given.FIELDWORK_SEED === 'demo') {
    faults.push('FIELDWORK_SEED is "demo", whose passwords are public; production takes only none.')
  }
  return faults
}

/** A host to listen on as a host to call: "every address" is none that a browser can open. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
