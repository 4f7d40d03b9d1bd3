import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { SentFile } from '../../kernel/schema/sent-file.js'
import { Refusal } from '../../rules/refusal.js'
import { characterFault, characterRefused, cut, normalForm } from '../../rules/text.js'

const nameMax = 255

/** A file that came with a request, known by its content, to be read as often as need be. */
export class ReceivedFile {
  constructor(
    readonly fileName: string,
    readonly sha256: string,
    readonly open: () => Readable,
  ) {}

  /** What stands for the file in the input that an idempotency key is bound to: its content, not where it is kept. */
  toJSON(): { fileName: string; sha256: string } {
    return { fileName: this.fileName, sha256: this.sha256 }
  }
}

/**
 * Takes a sent file: reads it once for its digest. It lies in a temporary file of the request.
 * Refuses with INVALID_INPUT at `file` one that is too large, broke off on its way, or has a name that is no line of text.
 */
export async function receive(sending: Promise<SentFile>): Promise<ReceivedFile> {
  const sent = await sending.catch((error: unknown) => {
    throw unreadable(error)
  })
  const refused = characterRefused(sent.filename, 'line')
  if (refused) throw new Refusal('INVALID_INPUT', `The name of the file ${characterFault('line', refused)}.`, ['file'])
  const hash = createHash('sha256')
  try {
    for await (const chunk of sent.createReadStream()) hash.update(chunk as Buffer)
  } catch (error) {
    throw unreadable(error)
  }
  const name = cut(normalForm(sent.filename.trim(), 'line'), nameMax)
  return new ReceivedFile(name || 'unnamed', hash.digest('hex'), () => sent.createReadStream())
}

/** The transport marks what a client can correct by an HTTP status below 500; anything else is an internal error. */
function unreadable(error: unknown): unknown {
  const { status, message } = error as { status?: number; message?: string }
  if (!status || status >= 500) return error
  const what =
    status === 413 ? 'The file is too large; split the population.' : `The file could not be read: ${message}`
  return new Refusal('INVALID_INPUT', what, ['file'])
}
