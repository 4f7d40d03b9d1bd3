import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.js'

const secret = 'k3Jx-9fQ2mVb7LrTz0WcYp5NsHdGe8Ua'
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://owner:pw@db:5432/fieldwork',
  FIELDWORK_SECRET: secret,
  FIELDWORK_FILES_DIR: '/srv/files',
}

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
  return []
}

test('with nothing set, the service runs on this machine, with its own database and the demo firm', () => {
  expect(readConfig({})).toEqual({
    environment: 'development',
    host: '127.0.0.1',
    port: 4000,
    publicUrl: 'http://127.0.0.1:4000',
    trustedProxies: [],
    allowedOrigins: [],
    databaseUrl: null,
    databaseServiceUrl: null,
    databasePoolSize: 10,
    planMode: 'force_generic_plan',
    dataDir: '.data',
    files: { folder: '.data/files', bucket: null, clamd: null, byteCountMax: 5_368_709_120 },
    seed: 'demo',
    secret: null,
    accessTokenMinutes: 10,
    mailUrl: null,
    mailToken: null,
    smtp: null,
    drainSeconds: 0,
    stopSeconds: 20,
    publicSchema: true,
    answerLimits: { objects: 50_000, bytes: 10_485_760 },
    budgetPerCaller: 3_000_000,
    budgetPerFirm: 12_000_000,
    logLevel: 'info',
  })
})

test('every setting is taken over', () => {
  const environment = {
    ...production,
    HOST: '::1',
    PORT: '8080',
    FIELDWORK_PUBLIC_URL: 'https://audit.example.com/',
    DATABASE_SERVICE_URL: 'postgresql://served:pw@db/fieldwork?sslmode=require',
    DATABASE_POOL_SIZE: '25',
    FIELDWORK_PLAN_MODE: 'auto',
    FIELDWORK_DATA_DIR: '/srv/fieldwork',
    FIELDWORK_CLAMD: 'clamd.example.com:3310',
    FIELDWORK_FILE_BYTES: '1000000',
    FIELDWORK_SEED: 'none',
    FIELDWORK_MAIL_URL: 'https://mail.example.com/letters?from=fieldwork',
    FIELDWORK_TRUSTED_PROXIES: '10.0.0.1, 172.16.0.0/12,::1',
    FIELDWORK_ALLOWED_ORIGINS: 'https://portal.example.com, http://localhost:5173,http://[::1]:3000',
    FIELDWORK_MAIL_TOKEN: 'shown-to-the-mail-service',
    FIELDWORK_ACCESS_TOKEN_MINUTES: '5',
    FIELDWORK_DRAIN_SECONDS: '15',
    FIELDWORK_STOP_SECONDS: '40',
    FIELDWORK_PUBLIC_SCHEMA: 'yes',
    FIELDWORK_ANSWER_OBJECTS: '2000',
    FIELDWORK_ANSWER_BYTES: '200000',
    FIELDWORK_BUDGET_CALLER: '500000',
    FIELDWORK_BUDGET_FIRM: 'none',
    LOG_LEVEL: 'warn',
  }
  expect(readConfig(environment)).toEqual({
    environment: 'production',
    host: '::1',
    port: 8080,
    publicUrl: 'https://audit.example.com',
    trustedProxies: ['10.0.0.1', '172.16.0.0/12', '::1'],
    allowedOrigins: ['https://portal.example.com', 'http://localhost:5173', 'http://[::1]:3000'],
    databaseUrl: production.DATABASE_URL,
    databaseServiceUrl: 'postgresql://served:pw@db/fieldwork?sslmode=require',
    databasePoolSize: 25,
    planMode: 'auto',
    dataDir: '/srv/fieldwork',
    files: {
      folder: '/srv/files',
      bucket: null,
      clamd: { host: 'clamd.example.com', port: 3310 },
      byteCountMax: 1_000_000,
    },
    seed: 'none',
    secret,
    accessTokenMinutes: 5,
    mailUrl: 'https://mail.example.com/letters?from=fieldwork',
    mailToken: 'shown-to-the-mail-service',
    smtp: null,
    drainSeconds: 15,
    stopSeconds: 40,
    publicSchema: true,
    answerLimits: { objects: 2_000, bytes: 200_000 },
    budgetPerCaller: 500_000,
    budgetPerFirm: null,
    logLevel: 'warn',
  })
})

test('an empty variable is an absent one', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ', FIELDWORK_SECRET: '' })).toEqual(readConfig({}))
})

test.each([
  ['0.0.0.0', 'http://localhost:4000'],
  ['::', 'http://localhost:4000'],
  ['::1', 'http://[::1]:4000'],
  ['audit.internal', 'http://audit.internal:4000'],
])('the public address of a service on %s is %s when none is given', (host, publicUrl) => {
  expect(readConfig({ HOST: host }).publicUrl).toBe(publicUrl)
})

test('files lie in the data folder, unless a folder or a bucket is named', () => {
  expect(readConfig({ FIELDWORK_DATA_DIR: '/srv/data' }).files.folder).toBe('/srv/data/files')
  expect(readConfig({ FIELDWORK_FILES_DIR: '/srv/files' }).files).toMatchObject({ folder: '/srv/files', bucket: null })
  expect(readConfig({ FIELDWORK_S3_BUCKET: 'fieldwork-files' }).files).toMatchObject({
    folder: null,
    bucket: {
      bucket: 'fieldwork-files',
      region: 'us-east-1',
      endpoint: null,
      prefix: '',
      forcePathStyle: false,
      checksums: 'WHEN_REQUIRED',
      credentials: null,
    },
  })
})

test('a bucket is that of another server than Amazon’s where an address is set, and named in the path then', () => {
  const environment = {
    FIELDWORK_S3_BUCKET: 'files.example',
    FIELDWORK_S3_REGION: 'eu-central-1',
    FIELDWORK_S3_ENDPOINT: 'https://s3.example.com:9000',
    FIELDWORK_S3_PREFIX: 'audit/fieldwork/',
    FIELDWORK_S3_CHECKSUMS: 'WHEN_SUPPORTED',
    FIELDWORK_S3_ACCESS_KEY_ID: 'AKIAINVENTED',
    FIELDWORK_S3_SECRET_ACCESS_KEY: 'an invented secret',
  }
  const bucket = {
    bucket: 'files.example',
    region: 'eu-central-1',
    endpoint: 'https://s3.example.com:9000',
    prefix: 'audit/fieldwork/',
    forcePathStyle: true,
    checksums: 'WHEN_SUPPORTED',
    credentials: { accessKeyId: 'AKIAINVENTED', secretAccessKey: 'an invented secret' },
  }
  expect(readConfig(environment).files.bucket).toEqual(bucket)
  const inHost = { ...bucket, forcePathStyle: false }
  expect(readConfig({ ...environment, FIELDWORK_S3_PATH_STYLE: 'no' }).files.bucket).toEqual(inHost)
})

test.each([
  ['127.0.0.1:3310', { host: '127.0.0.1', port: 3310 }],
  ['[::1]:3310', { host: '::1', port: 3310 }],
])('the scanner is reached at %s', (FIELDWORK_CLAMD, clamd) => {
  expect(readConfig({ FIELDWORK_CLAMD }).files.clamd).toEqual(clamd)
})

test('files are kept in one place, and credentials come in pairs', () => {
  expect(faultsOf({ FIELDWORK_S3_BUCKET: 'files', FIELDWORK_FILES_DIR: '/srv/files' })).toEqual([
    'FIELDWORK_S3_BUCKET and FIELDWORK_FILES_DIR are both set; set one: files are kept in one place.',
  ])
  const pair = 'FIELDWORK_S3_ACCESS_KEY_ID and FIELDWORK_S3_SECRET_ACCESS_KEY belong together; set both, or neither.'
  expect(faultsOf({ FIELDWORK_S3_BUCKET: 'files', FIELDWORK_S3_ACCESS_KEY_ID: 'AKIAINVENTED' })).toEqual([pair])
  expect(faultsOf({ FIELDWORK_S3_BUCKET: 'files', FIELDWORK_S3_SECRET_ACCESS_KEY: 'hidden' })).toEqual([pair])
  expect(faultsOf({ FIELDWORK_S3_ENDPOINT: 'https://s3.example.com', FIELDWORK_S3_PREFIX: 'audit/' })).toEqual([
    'FIELDWORK_S3_ENDPOINT is set without FIELDWORK_S3_BUCKET; set the bucket, too, or files lie in a folder.',
    'FIELDWORK_S3_PREFIX is set without FIELDWORK_S3_BUCKET; set the bucket, too, or files lie in a folder.',
  ])
})

test('in production callers have time to go elsewhere when the service is to stop', () => {
  expect(readConfig(production).drainSeconds).toBe(5)
})

test.each([
  ['is', 'development', {}, true],
  ['is not', 'production', production, false],
  ['is not', 'development that says no', { FIELDWORK_PUBLIC_SCHEMA: 'no' }, false],
])('the schema %s public in %s', (_, _where, environment, publicSchema) => {
  expect(readConfig(environment as Record<string, string>).publicSchema).toBe(publicSchema)
})

test.each([
  ['development', {}, 'demo'],
  ['development on a given database', { DATABASE_URL: production.DATABASE_URL }, 'none'],
  ['production', production, 'none'],
  ['a test', { NODE_ENV: 'test' }, 'none'],
])('%s is seeded with: %s', (_, environment, seed) => {
  expect(readConfig(environment).seed).toBe(seed)
})

const numberFrom = (range: string) => `it must be a whole number from ${range}`
const databaseAddress =
  'is not an address of a PostgreSQL database; it must look like postgres://role:password@host:5432/database.'

test.each([
  ['NODE_ENV', 'prod', 'NODE_ENV is "prod"; it must be one of: development, production, test.'],
  ['HOST', 'my host', 'HOST is "my host"; it must be an address or a host name, e.g. 127.0.0.1.'],
  ['PORT', 'http', `PORT is "http"; ${numberFrom('1 to 65535')}, e.g. 4000.`],
  ['PORT', '0', `PORT is "0"; ${numberFrom('1 to 65535')}, e.g. 4000.`],
  ['PORT', '65536', `PORT is "65536"; ${numberFrom('1 to 65535')}, e.g. 4000.`],
  ['PORT', '4e3', `PORT is "4e3"; ${numberFrom('1 to 65535')}, e.g. 4000.`],
  [
    'FIELDWORK_PLAN_MODE',
    'never',
    'FIELDWORK_PLAN_MODE is "never"; it must be one of: force_generic_plan, force_custom_plan, auto.',
  ],
  ['DATABASE_POOL_SIZE', '0', `DATABASE_POOL_SIZE is "0"; ${numberFrom('1 to 200')}, e.g. 10.`],
  ...['0', '99999', '1e9', 'unlimited'].map((text) => [
    'FIELDWORK_BUDGET_CALLER',
    text,
    `FIELDWORK_BUDGET_CALLER is "${text}"; ${numberFrom('100000')}, e.g. 3000000, or none for no budget.`,
  ]),
  ['DATABASE_URL', 'mysql://a:b@c/d', `DATABASE_URL ${databaseAddress}`],
  ['DATABASE_URL', 'postgres://host/database', `DATABASE_URL ${databaseAddress}`],
  ['DATABASE_URL', 'postgres://role:pw@host', `DATABASE_URL ${databaseAddress}`],
  [
    'FIELDWORK_PUBLIC_URL',
    'audit.example.com',
    'FIELDWORK_PUBLIC_URL is "audit.example.com"; it must be an http or https address, e.g. https://audit.example.com.',
  ],
  ['FIELDWORK_SEED', 'yes', 'FIELDWORK_SEED is "yes"; it must be one of: demo, none.'],
  [
    'FIELDWORK_SECRET',
    'a short one',
    'FIELDWORK_SECRET is too short; it must have 32 characters or more, e.g. from: openssl rand -base64 48',
  ],
  ['FIELDWORK_PUBLIC_SCHEMA', 'on', 'FIELDWORK_PUBLIC_SCHEMA is "on"; it must be one of: yes, no.'],
  ['FIELDWORK_ALLOW_EMBEDDED', 'true', 'FIELDWORK_ALLOW_EMBEDDED is "true"; it must be one of: yes, no.'],
  ...['proxy.example.com', '10.0.0.0/33', '10.0.0.1,', '*'].map((list) => [
    'FIELDWORK_TRUSTED_PROXIES',
    list,
    'FIELDWORK_TRUSTED_PROXIES is not a list of addresses or networks; it must look like 10.0.0.1,172.16.0.0/12.',
  ]),
  ...[
    '*',
    'null',
    'portal.example.com',
    'https://portal.example.com/',
    'https://portal.example.com:443',
    'https://Portal.example.com',
    'https://*.example.com',
    'https://someone@portal.example.com',
    'https://portal.example.com https://other.example.com',
    'https://portal.example.com,',
    'file:///portal',
  ].map((list) => [
    'FIELDWORK_ALLOWED_ORIGINS',
    list,
    'FIELDWORK_ALLOWED_ORIGINS is not a list of origins; it must look like https://audit.example.com,https://portal.example.com:8443: scheme and host in lower case, a port that is not the usual one, no path, no slash at the end, no *.',
  ]),
  [
    'FIELDWORK_MAIL_URL',
    'mailto:post@example.com',
    'FIELDWORK_MAIL_URL is not an http or https address; it must look like https://mail.example.com/letters.',
  ],
  ...['0', '61', '1.5', 'ten'].map((minutes) => [
    'FIELDWORK_ACCESS_TOKEN_MINUTES',
    minutes,
    `FIELDWORK_ACCESS_TOKEN_MINUTES is "${minutes}"; it must be a whole number from 1 to 60, e.g. 10.`,
  ]),
  ...['mail.example.com:25', 'https://mail.example.com', 'smtp://'].map((url) => [
    'FIELDWORK_SMTP_URL',
    url,
    'FIELDWORK_SMTP_URL is not an address of a mail server; it must look like smtps://user:password@mail.example.com:465.',
  ]),
  ...['Fieldwork', 'a@b.example, c@d.example', 'Fieldwork no-reply@audit.example.com'].map((sender) => [
    'FIELDWORK_MAIL_FROM',
    sender,
    `FIELDWORK_MAIL_FROM is "${sender}"; it must be an e-mail address, with or without a name, e.g. Fieldwork <no-reply@audit.example.com>.`,
  ]),
  ['FIELDWORK_MAIL_TOKEN', 'two words', 'FIELDWORK_MAIL_TOKEN has characters that a bearer token cannot have.'],
  ...['Files', 'ab', '-files', 'files_1', 'files/of'].map((name) => [
    'FIELDWORK_S3_BUCKET',
    name,
    `FIELDWORK_S3_BUCKET is "${name}"; it must be the name of a bucket, e.g. fieldwork-files.`,
  ]),
  ['FIELDWORK_S3_REGION', 'eu central', 'FIELDWORK_S3_REGION is "eu central"; it must be a region, e.g. eu-central-1.'],
  ...['s3.example.com', 's3://files'].map((url) => [
    'FIELDWORK_S3_ENDPOINT',
    url,
    `FIELDWORK_S3_ENDPOINT is "${url}"; it must be an http or https address, e.g. https://s3.example.com.`,
  ]),
  [
    'FIELDWORK_S3_PREFIX',
    'of the firm/',
    'FIELDWORK_S3_PREFIX is "of the firm/"; it must have letters, digits, _, ., - and / alone, e.g. fieldwork/.',
  ],
  ['FIELDWORK_S3_PATH_STYLE', 'true', 'FIELDWORK_S3_PATH_STYLE is "true"; it must be one of: yes, no.'],
  [
    'FIELDWORK_S3_CHECKSUMS',
    'never',
    'FIELDWORK_S3_CHECKSUMS is "never"; it must be one of: WHEN_REQUIRED, WHEN_SUPPORTED.',
  ],
  ...['clamd', 'clamd:', ':3310', 'clamd:65536', 'tcp://clamd:3310', '::1:3310'].map((address) => [
    'FIELDWORK_CLAMD',
    address,
    `FIELDWORK_CLAMD is "${address}"; it must be a host and a port, e.g. clamd.example.com:3310.`,
  ]),
  ...['0', '999', '50000000001', '1e9', '5 GB'].map((bytes) => [
    'FIELDWORK_FILE_BYTES',
    bytes,
    `FIELDWORK_FILE_BYTES is "${bytes}"; ${numberFrom('1000 to 50000000000')}, e.g. 5368709120.`,
  ]),
  [
    'LOG_LEVEL',
    'verbose',
    'LOG_LEVEL is "verbose"; it must be one of: fatal, error, warn, info, debug, trace, silent.',
  ],
] as [string, string, string][])('%s=%s is refused in one line', (name, value, line) => {
  expect(faultsOf({ [name]: value })).toEqual([line])
})

test('each wrong setting has its line', () => {
  expect(faultsOf({ PORT: 'x', LOG_LEVEL: 'x', DATABASE_URL: 'x' }).map((line) => line.split(' ')[0])).toEqual([
    'PORT',
    'DATABASE_URL',
    'LOG_LEVEL',
  ])
})

test('a wrong value reaches the message short and without control characters', () => {
  const [line] = faultsOf({ HOST: `\u001b[31m${'x'.repeat(500)}` })
  expect(line).toBe(`HOST is "\\u001b[31m${'x'.repeat(55)}"; it must be an address or a host name, e.g. 127.0.0.1.`)
})

test('a service role needs a database of its own, and is not the owner', () => {
  const serviceUrl = 'postgres://served:pw@db/fieldwork'
  expect(faultsOf({ DATABASE_SERVICE_URL: serviceUrl })).toEqual([
    'DATABASE_SERVICE_URL is set without DATABASE_URL; set both, or neither for the embedded database.',
  ])
  expect(faultsOf({ DATABASE_URL: serviceUrl, DATABASE_SERVICE_URL: serviceUrl })).toEqual([
    'DATABASE_SERVICE_URL names the role of DATABASE_URL; it must name another one that does not own the database.',
  ])
})

test('letters go by SMTP from an address that is told, or by HTTP, and not by both', () => {
  const url = 'smtps://fieldwork:a%20secret@mail.example.com'
  const from = 'Fieldwork <no-reply@audit.example.com>'
  expect(readConfig({ FIELDWORK_SMTP_URL: url, FIELDWORK_MAIL_FROM: from }).smtp).toEqual({ url, from })
  expect(readConfig({ FIELDWORK_SMTP_URL: url, FIELDWORK_MAIL_FROM: 'a@b.example' }).smtp?.from).toBe('a@b.example')
  expect(faultsOf({ FIELDWORK_SMTP_URL: url })).toEqual([
    'FIELDWORK_SMTP_URL is set without FIELDWORK_MAIL_FROM; set the address that letters are sent from, too.',
  ])
  const both = { FIELDWORK_SMTP_URL: url, FIELDWORK_MAIL_FROM: from, FIELDWORK_MAIL_URL: 'https://mail.example.com' }
  expect(faultsOf(both)).toEqual([
    'FIELDWORK_SMTP_URL and FIELDWORK_MAIL_URL are both set; set one: letters go one way.',
  ])
})

test('production starts with a database and a secret of its own', () => {
  expect(faultsOf(production)).toEqual([])
})

test('production refuses to go on without a database and a secret', () => {
  expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
    'DATABASE_URL is not set; production needs a PostgreSQL of its own, or FIELDWORK_ALLOW_EMBEDDED=yes to use the embedded one.',
    'FIELDWORK_SECRET is not set; production needs one of its own, e.g. from: openssl rand -base64 48',
  ])
})

test('production with a database of its own refuses to keep files where they may not stay', () => {
  const { FIELDWORK_FILES_DIR: _, ...nowhere } = production
  expect(faultsOf(nowhere)).toEqual([
    'Neither FIELDWORK_FILES_DIR nor FIELDWORK_S3_BUCKET is set; production needs a place where files stay.',
  ])
  expect(faultsOf({ ...nowhere, FIELDWORK_S3_BUCKET: 'fieldwork-files' })).toEqual([])
})

test('production uses the embedded database when told so', () => {
  const environment = { NODE_ENV: 'production', FIELDWORK_SECRET: secret, FIELDWORK_ALLOW_EMBEDDED: 'yes' }
  expect(readConfig(environment)).toMatchObject({ databaseUrl: null, seed: 'none' })
})

test.each([
  'change-me-change-me-change-me-change-me',
  'an example secret of 32 characters',
  'abcabcabcabcabcabcabcabcabcabcabcabc',
])('production refuses the known secret %s', (known) => {
  expect(faultsOf({ ...production, FIELDWORK_SECRET: known })).toEqual([
    'FIELDWORK_SECRET is an example or can be guessed; production needs one of its own, e.g. from: openssl rand -base64 48',
  ])
})

test('production refuses the demo firm, whose passwords are printed', () => {
  expect(faultsOf({ ...production, FIELDWORK_SEED: 'demo' })).toEqual([
    'FIELDWORK_SEED is "demo", whose passwords are public; production takes only none.',
  ])
})
