import type { FastifyInstance } from 'fastify'
import { Fault } from '../kernel/access/faults.js'
import { limits } from '../kernel/execute/limits.js'

/** Takes JSON that costs no more to parse than what any caller needs: four megabytes can hold up all callers for a second. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    const fault = jsonFault(text)
    if (fault) done(new Fault('BAD_USER_INPUT', `The body ${fault}`))
    else parse(request, text, done)
  })
}

/**
 * Why a JSON text is not even parsed, or null: it has too many brackets within brackets, or values. What stands in quotes
 * is neither. A text that is no JSON is the parser's to refuse.
 * @returns what follows the name of the text in a sentence
 */
function jsonFault(text: string): string | null {
  let open = 0
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"':
        at = endOfQuoted(text, at)
        break
      case '[':
      case '{':
        open += 1
        values += 1
        if (open > limits.nesting) return `has more than ${limits.nesting} brackets within brackets.`
        break
      case ']':
      case '}':
        open -= 1
        break
      case ',':
        values += 1
    }
    if (values > limits.values) return `has more than ${limits.values} values.`
  }
  return null
}

/** Where the quote that begins at `start` ends. */
function endOfQuoted(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
