import { randomUUID } from 'node:crypto'
import type { LaidRow } from './canaries.js'
import { type Account, type DoneMutation, type Ground, password, rowsFor, ticketFor } from './cross-tenant-access.js'
import { maySee, type Reader } from './sight.js'
import type { Secret, Whose } from './values.js'
import type { Supply } from './wording.js'

const malformed = ['', 'x', '1', 'null', "' or true --", '00000000-0000-0000-0000-00000000000g', 'a'.repeat(2_000)]
const rowsOf = new WeakMap<Reader, Map<string, Record<string, LaidRow[]>>>()

/** Fills one operation for a person, and remembers what was put in that is not theirs. */
export class Supplies implements Supply {
  /** Ids of rows that exist and are hidden from who asks, where an id goes in. */
  readonly hiddenIds = new Set<string>()
  /** Keys under which another person did an act. */
  readonly othersKeys = new Set<string>()
  /** Whose password or token was sent: their account, or their membership. */
  readonly proven = new Set<string>()
  /** Whether anything was put in that is not the own. */
  stranger = false
  #engagementId: string | null = null

  constructor(
    private readonly ground: Ground,
    private readonly reader: Reader,
  ) {}

  id(of: string, whose: Whose, nth: number): string {
    if (whose === 'malformed') return this.#strange(malformed[nth % malformed.length] as string)
    const row = this.#row(of, whose, nth)
    if (!row) return this.#strange(`0190a000-0000-7000-8000-0000000000${String(nth).padStart(2, '0')}`)
    if (whose !== 'own') this.hiddenIds.add(this.#strange(row.id as string))
    return row.id as string
  }

  version(id: string): number | undefined {
    return this.ground.canaries.byId(id)?.values.version as number | undefined
  }

  key(whose: 'new' | 'used by another', nth: number): string {
    if (whose === 'new') return randomUUID()
    const others = this.ground.mutations.filter(({ by }) => by.memberId !== this.reader.person?.memberId)
    const key = others[nth % others.length]?.input.idempotencyKey as string
    this.othersKeys.add(this.#strange(key))
    return key
  }

  text(whose: Whose, nth: number): string {
    const cells = this.ground.canaries.cells.filter(({ text }) => text.length < 200)
    const those = cells.filter(({ row, column }) => {
      if (whose === 'own') return maySee(this.reader, row, column, this.proven)
      const elsewhere = row.firmId !== this.reader.person?.claims.firmId
      return !maySee(this.reader, row, column, this.proven) && elsewhere === (whose === 'of another firm')
    })
    // A prime step: neighbours stand in the same column.
    const text = those[(nth * 97) % those.length]?.text ?? 'Text of no person'
    return whose === 'own' ? text : this.#strange(text)
  }

  place(of: 'id' | 'text', whose: Whose, nth: number): string | null {
    if (of === 'text') return this.text(whose, nth)
    const row = this.#row('Node', whose, nth * 31)
    return whose === 'own' ? (row?.id ?? null) : this.#strange(row?.id ?? 'x')
  }

  /** An act is sent again, with the key it was done under. */
  replays({ by, input }: DoneMutation): void {
    if (by.memberId !== this.reader.person?.memberId) this.othersKeys.add(this.#strange(input.idempotencyKey))
  }

  secret(what: Secret, nth: number): string {
    const { accounts, invitation } = this.ground
    const own = accounts.find(({ userId }) => userId === this.reader.person?.claims.userId)
    const account = (nth % 2 === 0 && own) || (accounts[nth % accounts.length] as Account)
    if (what === 'token') {
      this.proven.add(invitation.memberId)
      return invitation.token
    }
    this.proven.add(account.userId)
    if (account !== own) this.stranger = true
    if (what === 'email') return account.email
    if (what === 'ticket') return ticketFor(this.ground, account)
    return what === 'refreshToken' ? account.refreshToken : password
  }

  #strange(text: string): string {
    this.stranger = true
    return text
  }

  #row(of: string, whose: Whose, nth: number): LaidRow | undefined {
    const kinds = this.#kinds(of)
    const all = kinds[whose] ?? []
    const [other, further] = ['hidden in the firm', 'of another firm'].filter((kind) => kind !== whose)
    // Where there is none of the one kind there may be of the other.
    const some = whose === 'own' || all.length > 0 ? all : (kinds[other as string] ?? kinds[further as string] ?? [])
    if (whose !== 'own') return some[nth % some.length]
    // What is a person's own is mostly of one engagement: else hardly any act would fit together.
    const near = some.filter(({ engagementId }) => engagementId === this.#engagementId)
    const found = near.length > 0 ? near[nth % near.length] : some[nth % some.length]
    this.#engagementId ??= found?.engagementId ?? null
    return found
  }

  #kinds(of: string): Record<string, LaidRow[]> {
    const known = rowsOf.get(this.reader) ?? new Map<string, Record<string, LaidRow[]>>()
    rowsOf.set(this.reader, known)
    const { database } = this.ground.w
    const classes = of === 'Node' ? database.rows : [database.rowClass(of)]
    const tables = classes.flatMap((row) => (row ? [database.table(row).name] : []))
    const kinds = known.get(of) ?? rowsFor(this.ground, this.reader, tables)
    known.set(of, kinds)
    return kinds
  }
}
