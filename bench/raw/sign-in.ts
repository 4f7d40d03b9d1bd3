import { createHash, createHmac, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import jwt from 'jsonwebtoken'
import type pg from 'pg'

interface SignInInput {
  email: string
  password: string
}

interface Account {
  user_id: string
  password_hash: string
  firm_id: string
  member_id: string
  client_id: string | null
}

const accessTokenSeconds = 600
/** The service's own keys are its secret; these are as long. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const digestKey = randomBytes(32)
const digest = (text: string) => createHmac('sha256', digestKey).update(text).digest()

/** Signs a person in who has one membership: two round trips, with the password's hash between them. */
export async function signIn(pool: pg.Pool, issuer: string, body: string, address: string): Promise<string> {
  const { input }: { input: SignInInput } = JSON.parse(body)
  const pair = `${input.email} from ${address}`
  const subjects = [pair, input.email, address, `known: ${pair}`].map(digest)
  const { rows } = await pool.query<Account>({
    name: 'begin sign-in',
    text: 'select * from bench.begin_sign_in($1, $2, $3, $4, $5)',
    values: [...subjects, input.email.trim().toLowerCase()],
  })
  const [account] = rows
  if (!account || !(await verify(account.password_hash, input.password.normalize('NFKC')))) {
    return '{"data":{"signIn":{"errors":[{"code":"CREDENTIALS_REFUSED"}],"session":null}}}'
  }
  const { user_id, password_hash, firm_id, member_id } = account
  const [sessionId, family, secret] = [randomUUID(), randomUUID(), randomBytes(32).toString('base64url')]
  const session = {
    accessToken: accessTokenOf(account, family, issuer),
    refreshToken: `${firm_id}.${sessionId}.${secret}`,
  }
  const answer = JSON.stringify({ data: { signIn: { errors: [], session } } })
  const hash = createHash('sha256').update(secret).digest()
  const written = [sessionId, family, hash]
  await pool.query({
    name: 'end sign-in',
    text: 'select bench.end_sign_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    values: [...subjects, user_id, password_hash, firm_id, member_id, ...written],
  })
  return answer
}

const accessTokenOf = ({ user_id, member_id, firm_id, client_id }: Account, family: string, issuer: string): string =>
  jwt.sign(
    {
      sub: user_id,
      mid: member_id,
      fid: firm_id,
      ...(client_id ? { cid: client_id } : {}),
      sid: family,
      jti: randomUUID(),
    },
    privateKey,
    {
      algorithm: 'RS256',
      issuer,
      audience: 'fieldwork',
      expiresIn: accessTokenSeconds,
      header: { alg: 'RS256', typ: 'at+jwt' },
    },
  )
