import { createFirm } from '../../src/features/identity/firm-creation.js'
import type { InvitationLetter, InvitationNotice, Mailer } from '../../src/features/identity/letters.js'
import { Passwords } from '../../src/features/identity/passwords.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import type { AppOptions } from '../../src/http/app.js'
import { serviceLog } from '../../src/http/log.js'
import { type Answer, World, withKey } from './world.js'

export const issuer = 'https://fieldwork.example.test'
/** Of invented people. */
export const password = 'a long enough password'

/** The one address whose word is taken on where a request comes from. */
export const proxy = '198.51.100.7'

/** A world in which people are invited, sign in and hold real tokens. Passwords are hashed cheaply: they guard nothing. */
export interface SignInWorld extends Gate {
  world: World
  tokens: Tokens
  passwords: Passwords
  mailer: Mailer
  /** Invitations in the order they were sent. */
  letters: InvitationLetter[]
  /** What administrators of clients were told of invitations. */
  notices: InvitationNotice[]
  /** What the service wrote to its log. */
  lines: string[]
}

/** @param options what is put into the service in place of what this world has */
export async function signInWorld(options: Partial<AppOptions> = {}): Promise<SignInWorld> {
  const letters: InvitationLetter[] = []
  const notices: InvitationNotice[] = []
  const lines: string[] = []
  const log = serviceLog('trace', { write: (line: string) => lines.push(line) })
  const passwords = new Passwords({ memoryKib: 8, passes: 1 })
  const mailer: Mailer = {
    invite: async (letter) => void letters.push(letter),
    notifyOfInvitation: async (notice) => void notices.push(notice),
  }
  let tokens: Tokens | undefined
  const world = await World.make(async (database) => {
    const made = await Tokens.open(database, { issuer })
    tokens = made
    return {
      verify: (token) => made.verify(token),
      jwks: () => made.jwks(),
      services: { tokens: made, passwords, log },
      mailer,
      log,
      trustedProxies: [proxy],
      ...options,
    }
  })
  return { world, tokens: tokens as Tokens, passwords, mailer, letters, notices, lines, ...gate(world) }
}

/** What a mutation answered: its payload, and top-level errors if there were any. */
type Done = { payload: any; errors: Answer['errors'] }

interface Gate {
  /** Sends a mutation, without signing in when no token is given; with a fresh idempotency key when the input has none. */
  send(mutation: string, input: Record<string, unknown>, token?: string, selection?: string): Promise<Done>
  /** The code it was refused with; throws when it was not. */
  refused(mutation: string, input: Record<string, unknown>, token?: string): Promise<string>
  signIn(email: string, secret?: string): Promise<Session>
  /** Makes a firm whose first administrator has accepted. */
  firm(name: string, adminEmail: string): Promise<{ firmId: string; admin: Session }>
}

export interface Session {
  memberId: string
  accessToken: string
  refreshToken: string
}

export const sessionFields = 'session { memberId accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }'

const selections: Record<string, string> = {
  signIn: `${sessionFields} ticket memberships { memberId firmName clientName firmRole clientRole }`,
  chooseMembership: sessionFields,
  refreshSession: sessionFields,
  switchMembership: sessionFields,
  acceptInvitation: sessionFields,
}

function gate(world: World): Gate {
  const send: Gate['send'] = async (mutation, input, token, selection = selections[mutation] ?? '__typename') => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
    const { data, errors } = await world.send(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} errors { code message path } } }`,
      { input: withKey(mutation, input) },
      token,
    )
    await world.doJobs()
    return { payload: data?.[mutation] ?? null, errors }
  }
  const session = async (mutation: string, input: Record<string, unknown>): Promise<Session> => {
    const { payload, errors } = await send(mutation, input)
    if (!payload?.session) throw new Error(`${mutation}: ${JSON.stringify(errors ?? payload)}`)
    return payload.session
  }
  const signIn = (email: string, secret = password) => session('signIn', { email, password: secret })
  return {
    send,
    signIn,
    refused: async (mutation, input, token) => {
      const { payload, errors } = await send(mutation, input, token)
      const code = errors?.[0]?.extensions.code ?? payload?.errors[0]?.code
      if (!code) throw new Error(`${mutation} was not refused: ${JSON.stringify(payload)}`)
      return code
    },
    firm: async (name, adminEmail) => {
      const made = await createFirm(world.database, { name, city: 'Springfield', adminName: 'Ada', adminEmail })
      const admin = await session('acceptInvitation', { token: made.invitation.token, password })
      return { firmId: made.firmId, admin }
    },
  }
}
