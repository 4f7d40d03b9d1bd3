import { closed } from '../../rules/text.js'

/** HTML in which every text is escaped unless it is HTML already: what `html` made is left as it is, all else is text. */
export class Html {
  constructor(readonly source: string) {}
}

type Part = Html | string | number | null | readonly Part[]

export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(literals.reduce((source, literal, at) => `${source}${render(parts[at - 1] ?? null)}${literal}`))
}

function render(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.source
  if (typeof part === 'object') return part.map(render).join('')
  return escapeHtml(String(part))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

// Control characters have no place in HTML; a reader would see nothing of them, or something else than was written.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

export function escapeHtml(text: string): string {
  return text.replace(unprintable, '\ufffd').replace(/[&<>"']/g, (char) => entities[char] as string)
}

/** A text that people of the firm or of the client wrote: it has its own direction, and turns nothing that stands beside it. */
export const foreign = (text: string): Html => html`<bdi>${closed(text)}</bdi>`

/**
 * A sentence of the service's own, in which names that are written from right to left stand as isolates (`isolated` in
 * rules/text.ts): each becomes an element of its own.
 */
export function composed(text: string): Html {
  let depth = 0
  const marked = escapeHtml(closed(text)).replace(/[\u2066-\u2069]/g, (character) => {
    if (character === '\u2069') return --depth === 0 ? '</bdi>' : character
    return depth++ === 0 ? '<bdi>' : character
  })
  return new Html(marked)
}

/** The text as a CSS string, quotation marks included: whatever is not a plain letter or digit becomes an escape. */
export function cssString(text: string): string {
  const escaped = text
    .replace(unprintable, '\ufffd')
    .replace(/[^A-Za-z0-9 ]/gu, (char) => `\\${char.codePointAt(0)?.toString(16)} `)
  return `"${escaped}"`
}
