// All people and everything else here is invented. Any likeness to a firm, a company or a person is by chance.

/** The password of every person of the demo. */
export const demoPassword = 'invented for the demo 1'

export const firm = { name: 'Halden & Voss CPAs (invented)', city: 'Columbus, Ohio' } as const
export const client = {
  name: 'Northgate Ledger, Inc. (invented)',
  system: 'Northgate Ledger Cloud',
  emailDomain: 'northgate-ledger.example',
} as const

/** Who signs in: the audit firm’s people, and the client’s administrator and respondent. */
export const cast = {
  admin: { name: 'Ines Albrecht', email: 'ines.albrecht@halden-voss.example', role: 'FIRM_ADMIN' },
  partner: { name: 'Peter Halden', email: 'peter.halden@halden-voss.example', role: 'PARTNER' },
  reviewer: { name: 'Quiana Voss', email: 'quiana.voss@halden-voss.example', role: 'PARTNER' },
  manager: { name: 'Mara Lindqvist', email: 'mara.lindqvist@halden-voss.example', role: 'MANAGER' },
  senior: { name: 'Sergio Okafor', email: 'sergio.okafor@halden-voss.example', role: 'SENIOR' },
  staff: { name: 'Tess Nakamura', email: 'tess.nakamura@halden-voss.example', role: 'STAFF' },
  clientAdmin: { name: 'Claire Dubois', email: 'claire.dubois@northgate-ledger.example', role: 'CLIENT_ADMIN' },
  respondent: { name: 'Ravi Menon', email: 'ravi.menon@northgate-ledger.example', role: 'RESPONDENT' },
} as const
export type Part = keyof typeof cast

/** Of the client: who signs for management. */
export const signer = { name: cast.clientAdmin.name, title: 'Chief executive officer' } as const

/** The client’s people who own controls, by their role. */
export const owners = {
  'General Counsel': 'Beatriz Silva',
  'Head of People': 'Omar Haddad',
  'Chief Information Security Officer': 'Lena Fischer',
  'Compliance Manager': cast.respondent.name,
  'IT Manager': 'Priya Raman',
  'Office Manager': 'Nora Lindgren',
  'Head of Operations': 'Daniel Kowalski',
  'Head of Engineering': 'Jonas Aalto',
} as const
export type OwnerRole = keyof typeof owners
