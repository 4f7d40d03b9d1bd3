import { accountByEmail } from '../src/features/identity/store.js'
import { JobRunner } from '../src/jobs/runner.js'
import { readIdentity } from '../src/kernel/store/work.js'
import type { Service } from '../src/service.js'
import { fromInside } from './api.js'
import { assemble, withoutMail } from './assemble.js'
import { withDemoDice } from './dice.js'
import { performProcedures } from './fieldwork.js'
import { changeControl } from './invented/controls.js'
import { cast, demoPassword } from './invented/people.js'
import { inventedChanges } from './invented-changes.js'
import { plan } from './planning.js'
import { tellToTheReport, tellToTheResponses } from './story.js'
import type { Cast, Plan } from './walk.js'

/** Whether the invented firm is there already. */
export function isSeeded(service: Service): Promise<boolean> {
  return readIdentity(service.database, async (tx) => (await accountByEmail(tx, cast.admin.email)) !== null)
}

/**
 * Fills an empty database with the invented firm: the engagement of one year issued, that of the next in fieldwork, with
 * exceptions that the client has begun to answer. All of it goes through the API, before the service listens.
 */
export async function seedDemo(service: Service): Promise<void> {
  // The service does no jobs before it listens; these are done here, so that no letter to an invented person is ever sent.
  const jobs = new JobRunner({ ...service.queue, mailer: withoutMail })
  await jobs.start()
  try {
    const { cast, clientId } = await assemble(service.database, fromInside(service.app))
    await twoYears(service, cast, clientId)
  } finally {
    await jobs.stop()
  }
}

/** The engagement of one year, issued, and that of the next, in fieldwork. */
async function twoYears(service: Service, cast: Cast, clientId: string): Promise<void> {
  const given: Omit<Plan, 'list'> = { clientId, control: changeControl.description }
  const silent = () => {}
  const last = await plan(cast, { ...given, list: await inventedChanges(2024) }, silent)
  await tellToTheReport(last, await withDemoDice(service, () => performProcedures(last)))
  const present = await plan(cast, { ...given, list: await inventedChanges(2025) }, silent)
  await tellToTheResponses(present, await withDemoDice(service, () => performProcedures(present)))
}

/** Whom the explorer signs in as at first. */
export const exampleAccount = { email: cast.partner.email, password: demoPassword }

/** What a person who has just started the service needs to know to sign in as one of the invented people. */
export const howToSignIn = (): string[] => [
  `Sign in as (invented people, all with the password "${demoPassword}"):`,
  ...Object.values(cast).map(({ email, role, name }) => `  ${role.padEnd(14)} ${email.padEnd(38)} ${name}`),
  'Try first: the mutation signIn, then, with the header Authorization: Bearer <accessToken>,',
  '  { viewer { member { name } } engagements { nodes { id systemName state periodEnd } } }',
]
