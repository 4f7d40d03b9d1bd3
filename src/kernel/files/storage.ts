import type { Readable } from 'node:stream'

/** Where encrypted files are kept, by a key such as `<firm>/<sha256>/<id>`. What lies there is never changed. */
export interface FileStorage {
  /** A folder of this machine in which a file is written before it is put. */
  readonly incoming: string
  /**
   * Takes the file at `path` (in `incoming`), which is gone from there afterwards, however it ends. Durable once it resolves;
   * nothing is left under the key where it rejects. A key that is taken is not given again.
   */
  put(key: string, path: string, bytes: number): Promise<void>
  /**
   * @param range first and last byte, both included; what is asked for beyond the end is left out
   * @throws FileMissing
   */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Its length in bytes; null where there is none. */
  size(key: string): Promise<number | null>
  /** Removes it; no matter if it is gone already. */
  remove(key: string): Promise<void>
  /** All keys, with length and when they were put. What has no key of this form is not ours, and left out. */
  list(): AsyncIterable<{ key: string; bytes: number; putAt: Date }>
  /**
   * Removes what interrupted uploads left, older than `olderThanMs`: files in `incoming`, parts of multipart uploads. Answers
   * how many.
   */
  removeAbandoned(olderThanMs: number): Promise<number>
  /** Whether files can be written and read now. @throws with a reason without secrets */
  check(): Promise<void>
  close(): Promise<void>
}

export class FileMissing extends Error {
  override readonly name = 'FileMissing'
  constructor(readonly key: string) {
    super(`There is no file under the key ${key}.`)
  }
}

/** The file that was to be put has another length than the one announced, or the storage has kept another length. */
export class FileLengthWrong extends Error {
  override readonly name = 'FileLengthWrong'
  constructor(key: string, expected: number, found: number | null) {
    super(`The file for the key ${key} has ${found ?? 'no'} bytes instead of ${expected}.`)
  }
}

/** The key is taken: what lies under it stays as it is. */
export class FileExists extends Error {
  override readonly name = 'FileExists'
  constructor(key: string) {
    super(`There is a file under the key ${key} already.`)
  }
}

const segment = /^[0-9a-f][0-9a-f-]{0,63}$/

/** Whether it is made of UUIDs and hexadecimal digests alone: no name in it can lead out of the folder or the prefix. */
export const isKey = (key: string): boolean => {
  const segments = key.split('/')
  return segments.length <= 4 && segments.every((one) => segment.test(one))
}

/** @throws Error where it is no key */
export function checkKey(key: string): void {
  if (!isKey(key))
    throw new Error('A key of a file is made of UUIDs and hexadecimal digests, with a slash between them.')
}
