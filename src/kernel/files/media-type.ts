import { fileTypeFromBuffer } from 'file-type'
import { isEncodedText, kindOfProgram } from './content.js'
import { knownExtensions, programExtensions } from './extensions.js'

export type MediaType = { mediaType: string } | { mismatch: string }

const unknownType = 'application/octet-stream'
const plainText = 'text/plain'

/** What text itself may be recognised as; any other kind is recognised in it by chance, from two or three letters. */
const kindsOfText = new Set(['pdf', 'xml', 'rtf', 'ps', 'eps', 'ics', 'vcf', 'vtt', 'pgp', 'reg'])

/** Those of them that are binary or a form of their own: under the name of a text they are a mismatch. */
const notPlain = new Set(['pdf', 'rtf', 'ps', 'eps'])

/**
 * Tells a file's media type from its name and its content, which must not contradict each other.
 * @param head the first bytes
 * @param isText whether all of it is text
 * @returns the media type, or one sentence that says what the content is and what the name says
 */
export async function mediaTypeOf({
  fileName,
  head,
  isText,
}: {
  fileName: string
  head: Buffer
  isText: boolean
}): Promise<MediaType> {
  const extension = /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
  const known = knownExtensions.get(extension)
  if (head.length === 0) return { mediaType: known?.isText ? known.mediaType : unknownType }
  const program = isText ? null : kindOfProgram(head)
  if (program) {
    const isNamedSo = programExtensions[program.kind].has(extension)
    return isNamedSo ? { mediaType: program.mediaType } : mismatch(program.kind, extension)
  }
  const recognised = await recognisedIn(head, isText)
  if (!known) return { mediaType: recognised?.mime ?? (isText ? plainText : unknownType) }
  const fits = known.isText
    ? (isText || isEncodedText(head)) &&
      !(recognised && notPlain.has(recognised.ext) && !known.content.has(recognised.ext))
    : known.content.has(recognised?.ext ?? '')
  return fits ? { mediaType: known.mediaType } : mismatch(spoken(recognised, isText), extension)
}

/** Null where nothing is recognised, or the parser fails on it. It sees the head alone, which bounds what it can read. */
async function recognisedIn(head: Buffer, isText: boolean): Promise<{ ext: string; mime: string } | null> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  if (found && (!isText || kindsOfText.has(found.ext))) return found
  // Its readers, and so its writers, allow something before the mark.
  return head.subarray(0, 1024).includes('%PDF-') && !isText ? { ext: 'pdf', mime: 'application/pdf' } : null
}

const mismatch = (content: string, extension: string): MediaType => ({
  mismatch: `The content is ${content}, but the name says ${extension === '' ? 'nothing of that' : `.${extension}`}.`,
})

function spoken(recognised: { ext: string; mime: string } | null, isText: boolean): string {
  if (recognised) return `of the type ${recognised.mime}`
  return isText ? 'text' : 'binary, of no type that is known'
}
