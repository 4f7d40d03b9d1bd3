import { Column, PrimaryColumn } from 'typeorm'
import { statesBegun } from '../../rules/lifecycles.js'
import type { TeamRole } from '../../rules/vocabulary.js'
import type { Actor } from '../access/actor.js'
import type { Belonging } from '../access/belonging.js'
import { type Bind, ColumnCondition, written } from './condition.js'
import { listed } from './listed.js'

/**
 * A column of another row, which says by an id that is never the same again that rows belonging to it were written: what was
 * read of them while it said the same is what they are now.
 */
export interface Mark {
  table: string
  column: string
  /** The property of the rows written that names the other row; null in one that belongs to none. */
  by: string
}

/** When a reason may rest on rows of a class (papers.ts). */
// biome-ignore lint/suspicious/noExplicitAny: each class knows its own rows
export interface Paper<R extends Row = any> {
  /** Why a reason cannot rest on a row as it is, as a sentence; null where it can. */
  faultOf: (row: R) => string | null
  /** Whether a row can be removed: a reason keeps it as it is until the act is committed. */
  isRemovable?: boolean
  /** By which rows of the class some of them are superseded: what finds these, and whether one takes the place of another. */
  superseded?: { by: (rows: readonly R[]) => Where<R>; isNewer: (newer: R, row: R) => boolean }
}

/** By the name of a constraint: what to say of a row that violates it, and the field of the input that it concerns. */
export type Violations = Readonly<Record<string, readonly [message: string, path: string]>>

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

  static readonly engagementKey: Belonging['engagementKey'] = null
  static readonly clientKey: Belonging['clientKey'] = null

  /** Whether rows of this class say who may see and do what: memberships and places on teams. */
  static readonly decidesAccess: boolean = false

  /** Columns of which the trail holds a keyed digest, not what they say: those who read the trail may not read them. */
  static readonly redactedInTrail: readonly string[] = []

  /**
   * How the trail holds what a row says: its values; one digest of them, where there may be thousands of long ones; or not at
   * all, where the row is written by statements of its own and no finding of an examination rests on it.
   */
  static readonly inTrail: 'VALUES' | 'DIGEST' | 'NOTHING' = 'VALUES'

  /**
   * In which chain acts on rows stand that belong to no engagement: the firm's own, which its administrator reads; or that of the client
   * whose rows they are, which no member of the firm reads: a row that the firm does not see has no place in what it reads, either.
   */
  static readonly trailOf: 'FIRM' | 'CLIENT' = 'FIRM'

  /** Columns that follow from other rows: the trail holds those, not these. */
  static readonly derived: readonly string[] = []

  /**
   * Columns of long texts and JSON, declared optional (`model?: string`). A read leaves them out, and they are read when a field of
   * theirs is selected (heavy-fields.ts), where a resolver needs them (`Loaders.whole`) or all of a row is asked for
   * (`FindOptions.whole`). A mutation reads all of a row: it compares, and the trail tells what was changed.
   */
  static readonly heavy: readonly string[] = []

  /** What makes rows of this class papers of an engagement, on which a reason may rest (papers.ts); null where they are none. */
  static readonly paper: Paper | null = null

  /** What is marked anew by each act that writes rows of this class. */
  static readonly marks: Mark | null = null

  /**
   * How many rows one parent has at most, by the column that names it, e.g. `{ controlId: 50 }`. Held when rows are made
   * (`WriteTx.insertMany`); lists that are no connection rest on it.
   */
  static readonly bounds: Readonly<Record<string, number>> = {}

  /** What unique constraints on rows of this class mean to people. The names stand in the migrations; no caller is shown one. */
  static readonly violations: Violations = {}

  /** The roles on the team that see rows of this class, an `EngagementRow` without a wall of its own, in the trail too; null where all do. */
  static readonly readers: readonly TeamRole[] | null = null

  /**
   * Who of the firm may see which rows, beyond what row-level security says: alternatives, of which one must hold.
   * By default a row that belongs to an engagement is seen by its team only (the ethical wall). Null: no further wall.
   */
  static wall(_actor: Actor): Record<string, unknown>[] | null {
    return null
  }
}

/** Of so many places of a member all are named and read; of more, only what a statement or a change needs. */
export const fewPlaces = 64

/**
 * Of a column that names an engagement: the actor has a place on its team, independence confirmed. Few places are named one by
 * one: that costs a statement least. For many, as years of work leave them, the database looks itself, in the form that leads
 * to the rows of the statement soonest, and is not sent thousands of ids with each.
 * @param roles those that suffice; all where they are null
 */
export function withPlaceOf(
  { firmId, memberId, team }: Actor,
  roles: readonly TeamRole[] | null = null,
): ColumnCondition {
  if (team.size <= fewPlaces) {
    const ids = [...team].flatMap(([id, role]) => (roles === null || roles.includes(role) ? id : []))
    return new ColumnCondition((column, bind) => written(column, ids, bind))
  }
  const places = (bind: Bind) =>
    `place.firm_id = ${bind(firmId)} and place.member_id = ${bind(memberId)}
     and place.independence_confirmed_at is not null and place.removed_at is null${roles === null ? '' : ` and place.role = any(${bind(roles)})`}`
  return new ColumnCondition(
    (column, bind) => `${column} = any(array(select place.engagement_id from team_member place where ${places(bind)}))`,
    {
      ofOne: (column, bind) =>
        `exists (select 1 from team_member place where ${places(bind)} and place.engagement_id = ${column})`,
      // One at most: team_member_once.
      join: (column, bind) => `join team_member place on ${places(bind)} and place.engagement_id = ${column}`,
    },
  )
}

/**
 * Of a column that names a client: the actor has a place on the team of an engagement of that client on which fieldwork began,
 * independence confirmed. One that a member sets up for themselves opens nothing of a client.
 */
export const withPlaceAtClient = ({ firmId, memberId }: Actor): ColumnCondition =>
  new ColumnCondition(
    (column, bind) =>
      `${column} = any(array(select e.client_id from team_member place
         join engagement e on e.firm_id = place.firm_id and e.id = place.engagement_id
         where place.firm_id = ${bind(firmId)} and place.member_id = ${bind(memberId)}
           and place.independence_confirmed_at is not null and place.removed_at is null
           and e.state in (${listed(statesBegun)})))`,
  )

/** A row within an engagement. */
export abstract class EngagementRow extends Row {
  static override readonly engagementKey: Belonging['engagementKey'] = 'engagementId'

  @Column({ type: 'uuid' })
  engagementId: string

  static override wall(actor: Actor): Record<string, unknown>[] | null {
    // biome-ignore lint/complexity/noThisInStatic: of the class whose rows are read, which has readers of its own
    return actor.firmRole ? [{ engagementId: withPlaceOf(actor, this.readers) }] : null
  }
}

/** A row within an engagement that concerns its client too. */
export abstract class ClientRow extends EngagementRow {
  static override readonly clientKey: Belonging['clientKey'] = 'clientId'

  @Column({ type: 'uuid' })
  clientId: string

  /** What row-level security holds for people of the client is said to the index as well: a policy with an `or` cannot. */
  static override wall(actor: Actor): Record<string, unknown>[] | null {
    return actor.clientId ? [{ clientId: actor.clientId }] : EngagementRow.wall(actor)
  }
}

export interface RowClass<R extends Row = Row> extends Belonging {
  new (): R
  /**
   * What trail entries and kept answers call rows of this class, for ever, and the schema the type of its rows. It is not the name
   * of the class, which a build may shorten and a refactoring change.
   */
  readonly typeName: string
  readonly decidesAccess: boolean
  readonly redactedInTrail: readonly string[]
  readonly inTrail: 'VALUES' | 'DIGEST' | 'NOTHING'
  readonly trailOf: 'FIRM' | 'CLIENT'
  readonly derived: readonly string[]
  readonly heavy: readonly string[]
  readonly paper: Paper | null
  readonly bounds: Readonly<Record<string, number>>
  readonly marks: Mark | null
  readonly violations: Violations
  readonly readers: readonly TeamRole[] | null
  wall(actor: Actor): Record<string, unknown>[] | null
}

/** The class of a row. */
export const classOf = <R extends Row>(row: R): RowClass<R> => row.constructor as RowClass<R>

/** What the trail, kept answers and the schema call the type of a row. */
export const typeNameOf = (row: Row): string => classOf(row).typeName

/** The names of the heavy columns that a row class declares. */
export type Heavy<R> = { [K in keyof R]-?: undefined extends R[K] ? K : never }[keyof R]

/** A row with its heavy columns. */
export type Whole<R> = R & { [K in Heavy<R>]-?: Exclude<R[K], undefined> }

/** What a caller gives to make a row: its own columns; the rest is filled in by the transaction. */
export type NewRow<R extends Row> = Partial<Omit<R, 'version' | 'createdBy' | 'createdAt' | 'firmId'>>
export type Where<R extends Row> = {
  [K in keyof R]?: R[K] | readonly NonNullable<R[K]>[] | ColumnCondition
}

/** What rows belong to, by its id, and the column by which they name it. */
export type Parent<R extends Row> = readonly [column: keyof R & string, id: string]
export type Parents<R extends Row> = readonly [column: keyof R & string, ids: readonly string[]]

export interface Order<R extends Row> {
  /** A column whose values differ within the list: the id, or a number or reference unique in its parent. */
  by: keyof R & string
  direction: 'asc' | 'desc'
}
