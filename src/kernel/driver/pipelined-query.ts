import type { Duplex } from 'node:stream'
import pg from 'pg'
import { prepareValue } from 'pg/lib/utils.js'

// The only file that touches parts of pg that are not documented (docs/adr/0004-pg-and-typeorm.md says what for). Written for
// pg 8.23.1. What it relies on in them is named one by one in tests/driver/pg-internals.test.ts: where another version of pg
// fails there, look here.

// Dates stay the text they are (no time zone shifts them); counts are numbers.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** The driver’s end of a connection, as far as a statement needs it. */
interface Wire {
  stream: Duplex
  /** Statements the server knows by name, and those that are on their way to it. */
  parsedStatements: Record<string, string>
  submittedNamedStatements: Record<string, string>
  query(text: string): void
  parse(statement: { name: string; text: string; types: undefined }): void
  bind(bound: { statement: string; values: readonly unknown[] }): void
  describe(portal: { type: 'P' }): void
}

interface Described {
  name: string
  dataTypeID: number
}

interface Column {
  name: string
  /** What makes a value of its text; null where the text is the value. */
  read: ((text: string) => unknown) | null
}

// The driver takes for its own what extends its query. What that one does is all done anew: it copies what it is given and
// every row, and tells of each event.
const Query = pg.Query as unknown as new (text: string) => object

/**
 * A statement that is sent, and what came of it. One that has a name is parsed and described once on each connection: from
 * then on the server is told its values only, and answers with rows alone.
 */
export class PipelinedQuery extends Query {
  /** Is kept when the server has answered. */
  readonly answered: Promise<this>
  /** The rows, each as the list of its columns. */
  readonly lines: unknown[][] = []
  /** What the last statement of the text was, e.g. `COMMIT`, and how many rows it was about. */
  command = ''
  count = 0
  #columns: readonly Column[] = []
  #wire: Wire | null = null
  #wrong: unknown
  #resolve!: (answered: this) => void
  #reject!: (error: unknown) => void

  /** @param name under which a connection keeps the statement; empty for one that is not sent again */
  constructor(
    readonly text: string,
    readonly values: readonly unknown[],
    readonly name: string,
  ) {
    super(text)
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** The rows, each as an object of its columns. */
  get objects(): Record<string, unknown>[] {
    return this.lines.map((line) => Object.fromEntries(this.#columns.map(({ name }, at) => [name, line[at]])))
  }

  /** Sends it, in one packet with what else is sent on this connection in the same tick. */
  sendOn(client: pg.ClientBase): Promise<this> {
    hold(wireOf(client).stream)
    client.query(this)
    return this.answered
  }

  // What follows is called by the driver.

  /** @returns why it cannot be sent: the driver then says so by `handleError` */
  submit(connection: pg.Connection): unknown {
    const wire = connection as unknown as Wire
    const { name, text } = this
    if (!name && this.values.length === 0) {
      wire.query(text)
      return null
    }
    let values: unknown[]
    try {
      values = this.values.map(bound)
    } catch (error) {
      return error
    }
    this.#wire = wire
    if (!name || !(name in wire.parsedStatements || name in wire.submittedNamedStatements)) {
      wire.parse({ name, text, types: undefined })
      if (name) wire.submittedNamedStatements[name] = text
    }
    wire.bind({ statement: name, values })
    const columns = name && described.get(wire)?.get(name)
    if (columns) this.#columns = columns
    else wire.describe({ type: 'P' })
    wire.stream.write(executeAndSync)
    return null
  }

  handleRowDescription({ fields }: { fields: readonly Described[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => {
      const read = pg.types.getTypeParser(dataTypeID, 'text') as (text: string) => unknown
      return { name, read: read === asItIs ? null : read }
    })
  }

  handleDataRow({ fields }: { fields: unknown[] }): void {
    try {
      for (let at = 0; at < fields.length; at += 1) {
        const read = this.#columns[at]?.read
        if (read && fields[at] !== null) fields[at] = read(fields[at] as string)
      }
      this.lines.push(fields)
    } catch (error) {
      this.#wrong = error
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const parts = text.split(' ')
    this.command = parts[0] as string
    this.count = Number(parts.at(-1)) || 0
  }

  handleReadyForQuery(): void {
    this.#rememberColumns()
    if (this.#wrong) this.#reject(this.#wrong)
    else this.#resolve(this)
  }

  handleError(error: unknown): void {
    this.#reject(error)
  }

  /** None of a statement that answers without rows: that is known of it, too. */
  #rememberColumns(): void {
    if (!this.#wire || !this.name) return
    const ofWire = described.get(this.#wire) ?? new Map<string, readonly Column[]>()
    described.set(this.#wire, ofWire.set(this.name, this.#columns))
  }
}

const wireOf = (client: pg.ClientBase): Wire => (client as unknown as { connection: Wire }).connection

const held = new WeakSet<Duplex>()

/** What is sent in one tick goes out together: to tell the system to send costs as much as the statement. */
function hold(stream: Duplex): void {
  if (held.has(stream)) return
  stream.cork()
  held.add(stream)
  process.nextTick(() => {
    held.delete(stream)
    stream.uncork()
  })
}

/** Ends the connection at once, without a word to the server; statements that wait for an answer fail with this error. */
export function cutOff(client: pg.ClientBase, error: Error): void {
  wireOf(client).stream.destroy(error)
}

/** How the rows of named statements look, by the connection they were prepared on. */
const described = new WeakMap<Wire, Map<string, readonly Column[]>>()

/** The driver’s parser of types that have none, such as text and uuid. */
const asItIs = pg.types.getTypeParser(pg.types.builtins.UUID, 'text')

/** `Execute` of all rows, and `Sync`: the end of each statement. */
const executeAndSync = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4])

/** Lists are nearly always of ids, which need no quotes. */
const bound = (value: unknown): unknown =>
  Array.isArray(value) && value.every(isId) ? `{${value.join(',')}}` : prepareValue(value)

const id = /^[0-9a-f-]{36}$/
const isId = (value: unknown): boolean => typeof value === 'string' && id.test(value)
