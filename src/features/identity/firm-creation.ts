import { v7 as newId } from 'uuid'
import type { Database } from '../../kernel/store/database.js'
import { write } from '../../kernel/store/work.js'
import { checkDomains, domainOf } from '../../rules/email-domains.js'
import { retentionBounds } from '../../rules/evidence.js'
import { normalEmail, peopleLimits } from '../../rules/people.js'
import { Refusal } from '../../rules/refusal.js'
import { normalForm, textFault } from '../../rules/text.js'
import { Firm } from '../firm/firm.js'
import { Member } from '../firm/member.js'
import { startMethodology } from '../methodology/versions.js'
import { invite } from './invitations.js'
import type { InvitationLetter } from './letters.js'

const limits = { name: 200, city: 100 } as const

type Names = [name: string, city: string, adminName: string]

export interface NewFirm {
  name: string
  /** Where the firm signs its reports. */
  city: string
  adminName: string
  adminEmail: string
  /** The firm's e-mail domains beside that of the first administrator. */
  emailDomains?: readonly string[]
}

export interface CreatedFirm {
  firmId: string
  adminMemberId: string
  /** What the first administrator needs to accept; given once, here. */
  invitation: InvitationLetter
}

/**
 * Makes a firm and invites its first administrator. No request can: only who runs the service.
 * @throws Refusal INVALID_INPUT
 */
export async function createFirm(database: Database, given: NewFirm): Promise<CreatedFirm> {
  const texts = [
    ['name', given.name, limits.name],
    ['city', given.city, limits.city],
    ['adminName', given.adminName, peopleLimits.name],
  ] as const
  for (const [property, text, max] of texts) {
    const fault = textFault(text, 'line', max)
    if (fault) throw new Refusal('INVALID_INPUT', `${property} ${fault}.`, [property])
  }
  const email = normalEmail(given.adminEmail)
  if (!email) throw new Refusal('INVALID_INPUT', 'adminEmail must be an e-mail address.', ['adminEmail'])
  const domain = domainOf(email)
  const emailDomains = checkDomains([...(domain ? [domain] : []), ...(given.emailDomains ?? [])])
  return write(database, null, 'createFirm', async (tx) => {
    const firmId = newId()
    const [name, city, adminName] = [given.name, given.city, given.adminName].map((text) =>
      normalForm(text, 'line'),
    ) as Names
    await tx.enter(firmId)
    const firm = await tx.insert(Firm, {
      id: firmId,
      name,
      city,
      emailDomains,
      lastReportNumber: 0,
      retentionYears: retentionBounds.usual,
    })
    await startMethodology(tx)
    const admin = await tx.insert(Member, { name: adminName, email, firmRole: 'FIRM_ADMIN', state: 'INVITED' })
    const { token, expiresAt } = await invite(tx, admin, null)
    await tx.appendTrail('createFirm', firm)
    const invitation = { to: email, name: adminName, firmName: firm.name, clientName: null, token, expiresAt }
    return { firmId, adminMemberId: admin.id, invitation }
  })
}
