/** One statement of a text, without the semicolon, and where in the text it begins. */
export interface SqlStatement {
  text: string
  from: number
}

/** What is read as a whole, so that a semicolon inside it ends nothing; what is never closed goes on to the end. */
const token = new RegExp(
  [
    /--[^\n]*/u, // comment to the end of the line
    /\/\*/u, // comment that may hold others: its end is looked for apart
    /e'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/u, // string with escapes
    /'(?:[^']|'')*(?:'|$)/u,
    /"(?:[^"]|"")*(?:"|$)/u,
    /(?<quote>\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)[\s\S]*?(?:\k<quote>|$)/u, // dollar quotes, with or without a tag
    /[\p{L}_][\p{L}\p{N}_$]*/u, // word: a dollar sign in it begins no quote
    /[\s\S]/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'iuy',
)

/**
 * Splits SQL into its statements, as PostgreSQL reads it with `standard_conforming_strings`. Of the bodies of functions that
 * are no strings (`begin atomic ... end`), and in brackets (`create rule`), no semicolon ends a statement. What holds nothing
 * but comments is no statement.
 */
export function statementsOf(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = []
  let from = 0
  let isEmpty = true
  let depth = 0
  let previous = ''
  const end = (to: number) => {
    if (!isEmpty) statements.push({ text: sql.slice(from, to), from })
    from = to + 1
    isEmpty = true
    depth = 0
  }
  for (let at = 0; at < sql.length; ) {
    const read = tokenAt(sql, at)
    const word = read.toLowerCase()
    if (word === ';' && depth === 0) end(at)
    else if (!/^(?:\s|--|\/\*)/.test(word)) {
      isEmpty = false
      const opens = word === '(' || (word === 'atomic' && previous === 'begin') || (word === 'case' && depth > 0)
      if (opens) depth += 1
      else if (word === ')' || (word === 'end' && depth > 0)) depth -= 1
      previous = word
    }
    at += read.length
  }
  end(sql.length)
  return statements
}

function tokenAt(sql: string, at: number): string {
  token.lastIndex = at
  const [read] = token.exec(sql) as RegExpExecArray
  return read === '/*' ? commentAt(sql, at) : read
}

/** With the comments inside it. */
function commentAt(sql: string, from: number): string {
  const bound = /\/\*|\*\//g
  bound.lastIndex = from
  let depth = 0
  do {
    const found = bound.exec(sql)
    if (!found) return sql.slice(from)
    depth += found[0] === '/*' ? 1 : -1
  } while (depth > 0)
  return sql.slice(from, bound.lastIndex)
}
