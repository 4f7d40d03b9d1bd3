import type { ClientRole, FirmRole, TeamRole } from '../../rules/vocabulary.js'

/** What a verified access token says: one person, in one membership. */
export interface Claims {
  userId: string
  memberId: string
  firmId: string
  /** The client a client user belongs to; null for a member of the firm. */
  clientId: string | null
  /** The sign-in that this token comes from; ended by signing out. */
  sessionId: string
}

/** What the database says of a person in one membership. */
export interface Roles {
  name: string
  firmRole: FirmRole | null
  clientRole: ClientRole | null
  /** Engagements whose team the person is on, independence confirmed: engagement id -> role. */
  team: ReadonlyMap<string, TeamRole>
}

/** Who acts: the token names the membership, the roles are read in each transaction. */
export type Actor = Claims & Roles
