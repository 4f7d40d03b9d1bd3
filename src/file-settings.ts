import { z } from 'zod'
import { choiceSetting, isWebAddress, shownValue } from './setting-values.js'

/** Where files are kept, and who looks for malware in them. */
export interface FileConfig {
  /** A folder; null where they are kept in a bucket. */
  folder: string | null
  bucket: BucketConfig | null
  /** Of the malware scanner (clamd by TCP); null: files are not scanned. */
  clamd: { host: string; port: number } | null
  /** The most bytes that one file has. */
  byteCountMax: number
}

export interface BucketConfig {
  bucket: string
  region: string
  /** Of a server that is not Amazon's. */
  endpoint: string | null
  /** Before every key. */
  prefix: string
  forcePathStyle: boolean
  checksums: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED'
  /** Null where the machine gives the service its credentials. */
  credentials: { accessKeyId: string; secretAccessKey: string } | null
}

const address = /^([\w.-]+|\[[\da-f:]+\]):(\d{1,5})$/i
/** One file of the largest setting takes an hour and a half at a hundred megabits a second. */
const byteCountLimit = 50_000_000_000

/** The settings of files, by the names of their variables. */
export const fileSettings = {
  /** The folder in which files are kept; absent: `files` in the data folder. */
  FIELDWORK_FILES_DIR: z.string().optional(),
  /** The bucket of an S3 server in which files are kept instead. */
  FIELDWORK_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
      error: (issue) => `is ${shownValue(issue.input)}; it must be the name of a bucket, e.g. fieldwork-files.`,
    })
    .optional(),
  FIELDWORK_S3_REGION: z
    .string()
    .regex(/^[\w-]{1,50}$/, {
      error: (issue) => `is ${shownValue(issue.input)}; it must be a region, e.g. eu-central-1.`,
    })
    .default('us-east-1'),
  /** The address of an S3 server that is not Amazon’s. */
  FIELDWORK_S3_ENDPOINT: z
    .string()
    .refine(isWebAddress, {
      error: (issue) =>
        `is ${shownValue(issue.input)}; it must be an http or https address, e.g. https://s3.example.com.`,
    })
    .optional(),
  /** What stands before every key, for a bucket that holds other things, too. */
  FIELDWORK_S3_PREFIX: z
    .string()
    .regex(/^[\w./-]{0,200}$/, {
      error: (issue) =>
        `is ${shownValue(issue.input)}; it must have letters, digits, _, ., - and / alone, e.g. fieldwork/.`,
    })
    .default(''),
  /** `yes` names the bucket in the path rather than in the host; absent: where an endpoint is set. */
  FIELDWORK_S3_PATH_STYLE: choiceSetting(['yes', 'no']).optional(),
  /** Whether checksums are sent that not every server understands. */
  FIELDWORK_S3_CHECKSUMS: choiceSetting(['WHEN_REQUIRED', 'WHEN_SUPPORTED']).default('WHEN_REQUIRED'),
  FIELDWORK_S3_ACCESS_KEY_ID: z.string().optional(),
  /** Its value never reaches a message. */
  FIELDWORK_S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** Host and port of clamd, which scans every file before it can be read; absent: files are not scanned. */
  FIELDWORK_CLAMD: z
    .string()
    .refine((text) => address.test(text) && Number(address.exec(text)?.[2]) <= 65_535, {
      error: (issue) => `is ${shownValue(issue.input)}; it must be a host and a port, e.g. clamd.example.com:3310.`,
    })
    .optional(),
  /** The most bytes that one file has. */
  FIELDWORK_FILE_BYTES: z
    .string()
    .refine((text) => /^\d{1,11}$/.test(text) && Number(text) >= 1_000 && Number(text) <= byteCountLimit, {
      error: (issue) =>
        `is ${shownValue(issue.input)}; it must be a whole number from 1000 to ${byteCountLimit}, e.g. 5368709120.`,
    })
    .transform(Number)
    .default(5_368_709_120),
}

const shape = z.object(fileSettings)
type Given = z.infer<typeof shape>

/** @param dataDir of the service */
export function fileConfigOf(given: Given, dataDir: string): FileConfig {
  const [, host = '', port = ''] = address.exec(given.FIELDWORK_CLAMD ?? '') ?? []
  const { FIELDWORK_S3_BUCKET: bucket, FIELDWORK_S3_ENDPOINT: endpoint } = given
  const { FIELDWORK_S3_ACCESS_KEY_ID: accessKeyId, FIELDWORK_S3_SECRET_ACCESS_KEY: secretAccessKey } = given
  return {
    folder: bucket ? null : (given.FIELDWORK_FILES_DIR ?? `${dataDir}/files`),
    bucket: bucket
      ? {
          bucket,
          region: given.FIELDWORK_S3_REGION,
          endpoint: endpoint ?? null,
          prefix: given.FIELDWORK_S3_PREFIX,
          forcePathStyle: (given.FIELDWORK_S3_PATH_STYLE ?? (endpoint ? 'yes' : 'no')) === 'yes',
          checksums: given.FIELDWORK_S3_CHECKSUMS,
          credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : null,
        }
      : null,
    clamd: host ? { host: host.replace(/^\[|\]$/g, ''), port: Number(port) } : null,
    byteCountMax: given.FIELDWORK_FILE_BYTES,
  }
}

/** Settings of files that contradict each other. */
export function contradictionsOfFiles(given: Given): string[] {
  const faults: string[] = []
  if (given.FIELDWORK_S3_BUCKET && given.FIELDWORK_FILES_DIR)
    faults.push('FIELDWORK_S3_BUCKET and FIELDWORK_FILES_DIR are both set; set one: files are kept in one place.')
  if (!given.FIELDWORK_S3_ACCESS_KEY_ID !== !given.FIELDWORK_S3_SECRET_ACCESS_KEY)
    faults.push('FIELDWORK_S3_ACCESS_KEY_ID and FIELDWORK_S3_SECRET_ACCESS_KEY belong together; set both, or neither.')
  for (const name of ['FIELDWORK_S3_ENDPOINT', 'FIELDWORK_S3_PREFIX'] as const) {
    if (given[name] && !given.FIELDWORK_S3_BUCKET)
      faults.push(`${name} is set without FIELDWORK_S3_BUCKET; set the bucket, too, or files lie in a folder.`)
  }
  return faults
}
