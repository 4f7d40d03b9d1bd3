import { Column, PrimaryColumn } from 'typeorm'
import type { Actor } from '../access/actor.js'
import type { Condition } from './condition.js'

/** What every tenant row carries. Columns are private until a property opts in with `@Field`. */
export abstract class Row {
  @PrimaryColumn({ type: 'uuid' })
  firmId: string

  @PrimaryColumn({ type: 'uuid' })
  id: string

  @Column({ type: 'integer' })
  version: number

  @Column({ type: 'uuid', nullable: true })
  createdBy: string | null

  @Column({ type: 'timestamptz' })
  createdAt: Date

  /** Columns of which the trail tells that they changed, not what they say: those who read the trail may not read them. */
  static readonly untold: readonly string[] = []

  /**
   * How many rows one parent has at most, by the column that names it, e.g. `{ controlId: 50 }`. Held when rows are made
   * (`WriteTx.insertMany`); lists that are no connection rest on it.
   */
  static readonly bounds: Readonly<Record<string, number>> = {}

  /**
   * Who of the firm may see which rows, beyond what row-level security says: alternatives, of which one must hold.
   * By default a row that belongs to an engagement is seen by its team only (the ethical wall). Null: no further wall.
   */
  static wall(_actor: Actor, _onTeam: readonly string[]): Record<string, unknown>[] | null {
    return null
  }
}

/** A row within an engagement. */
export abstract class EngagementRow extends Row {
  @Column({ type: 'uuid' })
  engagementId: string

  static override wall(actor: Actor, onTeam: readonly string[]): Record<string, unknown>[] | null {
    return actor.firmRole ? [{ engagementId: onTeam }] : null
  }
}

/** A row within an engagement that concerns its client too. */
export abstract class ClientRow extends EngagementRow {
  @Column({ type: 'uuid' })
  clientId: string

  /** What row-level security holds for people of the client is said to the index as well: a policy with an `or` cannot. */
  static override wall(actor: Actor, onTeam: readonly string[]): Record<string, unknown>[] | null {
    return actor.clientId ? [{ clientId: actor.clientId }] : EngagementRow.wall(actor, onTeam)
  }
}

export interface RowClass<R extends Row = Row> {
  new (): R
  readonly name: string
  readonly untold: readonly string[]
  readonly bounds: Readonly<Record<string, number>>
  wall(actor: Actor, onTeam: readonly string[]): Record<string, unknown>[] | null
}

/** What a caller gives to make a row: its own columns; the rest is filled in by the transaction. */
export type Fresh<R extends Row> = Partial<Omit<R, 'version' | 'createdBy' | 'createdAt' | 'firmId'>>
export type Where<R extends Row> = {
  [K in keyof R]?: R[K] | readonly NonNullable<R[K]>[] | Condition
}

/** What rows belong to, by its id, and the column by which they name it. */
export type Parent<R extends Row> = readonly [column: keyof R & string, id: string]
export type Parents<R extends Row> = readonly [column: keyof R & string, ids: readonly string[]]

export interface Order<R extends Row> {
  /** A column whose values differ within the list: the id, or a number or reference unique in its parent. */
  by: keyof R & string
  direction: 'asc' | 'desc'
}
