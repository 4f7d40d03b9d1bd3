import { workbookLimits as limits } from './limits.js'
import type { Attributes } from './xml.js'

const written = /_x([0-9a-f]{4})_/gi
const xmlSpaces = /^[ \t\r\n]+|[ \t\r\n]+$/g

/**
 * What a text of a workbook stands for: a character that XML cannot hold is written by its number, `_x000D_`, and an underscore that
 * could be taken for the begin of that, too (ECMA-376, 22.9.2.19). Half a character becomes U+FFFD.
 */
export function unescapedText(text: string): string {
  if (!text.includes('_x')) return text
  const plain = text.replace(written, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return plain === text ? text : Buffer.from(plain).toString()
}

/** Collects the text of a cell from its runs; how it is pronounced (phonetic runs) is left out. */
export class TextRuns {
  #text = ''
  #run: { text: string; keepsSpaces: boolean } | null = null
  #phonetic = 0

  open(name: string, attributes: Attributes): void {
    if (name === 'rPh') this.#phonetic++
    if (name === 't' && this.#phonetic === 0) {
      this.#run = { text: '', keepsSpaces: attributes['xml:space'] === 'preserve' }
    }
  }

  add(text: string): void {
    // What is longer is not held: that it is too long is seen by one character more.
    if (this.#run && this.#run.text.length <= limits.textChars) this.#run.text += text
  }

  close(name: string): void {
    if (name === 'rPh') this.#phonetic--
    if (name !== 't' || !this.#run) return
    const { text, keepsSpaces } = this.#run
    this.#text += keepsSpaces ? text : text.replace(xmlSpaces, '')
    if (this.#text.length > limits.textChars) this.#text = this.#text.slice(0, limits.textChars + 1)
    this.#run = null
  }

  /** The text of all runs; from here on another one is collected. */
  take(): string {
    const text = unescapedText(this.#text)
    this.#text = ''
    this.#run = null
    this.#phonetic = 0
    return text
  }
}
