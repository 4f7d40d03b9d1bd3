// All people and everything else here is invented. Any likeness to a firm, a company or a person is by chance.

/** The password of every person of the demo. */
export const demoPassword = 'invented for the demo 1'

export const firm = { name: 'Halden & Voss CPAs (invented)', city: 'Columbus, Ohio' } as const
export const client = {
  name: 'Northgate Ledger, Inc. (invented)',
  system: 'Northgate Ledger Cloud',
  emailDomain: 'northgate-ledger.example',
} as const

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

interface InventedControl {
  ref: string
  title: string
  description: string
  owner: string
  frequency: string
  nature: string
  type: string
  area: string
  isKey: boolean
  criteriaCodes: readonly string[]
  /** How its operation is inspected. */
  inspected: string
  shownBy: ShownBy
}

/** What shows that a control operated. */
export type ShownBy =
  /** It acts on no list of items: inspection together with inquiry; why there is no list. */
  | { noPopulation: string }
  /** One test, as long as the general controls of these references are effective. */
  | { reliesOn: readonly string[] }
  /** All that stands in the register of a periodic control; what each of it shows. */
  | { register: string }
  /** All items of a list of events: what it is a list of, where it is from, and what each item shows. */
  | { list: string; source: string; item: string; attribute: string }

/** With the control that is tested by sample (CM-01), these cover the common criteria. */
export const controls: readonly InventedControl[] = [
  {
    ref: 'CE-01',
    title: 'Code of conduct and oversight by the board',
    description:
      'A code of conduct binds every employee. The board oversees the security programme; its reporting lines are written down.',
    owner: 'General Counsel',
    frequency: 'CONTINUOUS',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: true,
    criteriaCodes: ['CC1.1', 'CC1.2', 'CC1.3'],
    inspected:
      'Inspected the code of conduct and the charter of the board, and asked employees of three departments what binds them.',
    shownBy: { noPopulation: 'The code and the structure stand; nothing is listed when they are followed.' },
  },
  {
    ref: 'HR-01',
    title: 'Hiring and training',
    description:
      'Candidates are checked before they are hired, have written duties and are trained in security within 30 days.',
    owner: 'Head of People',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC1.4', 'CC1.5'],
    inspected:
      'For each person hired, inspected the record of the check, the written duties and the training register.',
    shownBy: {
      list: 'People hired',
      source: 'Personnel system of the client',
      item: 'hire',
      attribute: 'Checked before the first day, and trained within 30 days of it.',
    },
  },
  {
    ref: 'CO-01',
    title: 'Policies and commitments are communicated',
    description:
      'Security policies are published to all staff, and commitments to customers to all customers, at all times.',
    owner: 'Chief Information Security Officer',
    frequency: 'CONTINUOUS',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC2.1', 'CC2.2', 'CC2.3', 'CC5.3'],
    inspected:
      'Inspected the published policies and commitments and their version history, and asked staff where they find them.',
    shownBy: { noPopulation: 'Policies and commitments stand published; nothing is listed when they are read.' },
  },
  {
    ref: 'RA-01',
    title: 'Annual risk assessment',
    description:
      'Management assesses risks to the system once a year, fraud and significant changes included, and decides on a treatment of each.',
    owner: 'Chief Information Security Officer',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: true,
    criteriaCodes: ['CC3.1', 'CC3.2', 'CC3.3', 'CC3.4', 'CC5.1', 'CC5.2'],
    inspected: 'Inspected the risk register, the date of its review and the decision recorded for each risk.',
    shownBy: { register: 'Each risk was reviewed and its treatment decided on.' },
  },
  {
    ref: 'MO-01',
    title: 'Quarterly control self-assessment',
    description: 'Control owners assess their controls each quarter; what is found is tracked to its correction.',
    owner: 'Compliance Manager',
    frequency: 'QUARTERLY',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC4.1', 'CC4.2'],
    inspected: 'Inspected each self-assessment and the tracking of what it found.',
    shownBy: { register: 'Every control was assessed, and what was found is tracked to its correction.' },
  },
  {
    ref: 'AC-01',
    title: 'Access is authorized and removed in time',
    description:
      'Access follows an approved request, is limited to the role and is removed within one business day of leaving.',
    owner: 'IT Manager',
    frequency: 'PER_EVENT',
    nature: 'IT_DEPENDENT_MANUAL',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: true,
    criteriaCodes: ['CC6.1', 'CC6.2', 'CC6.3'],
    inspected:
      'For each request, inspected its approval, the role that was granted and, of leavers, the day of removal.',
    shownBy: {
      list: 'Requests for access and removals',
      source: 'Directory service of the client',
      item: 'request',
      attribute:
        'Approved before access was given and limited to the role; removed within one business day of leaving.',
    },
  },
  {
    ref: 'AC-02',
    title: 'Boundaries, media and transmission are protected',
    description:
      'The offices and the network boundary are protected, data in transit are encrypted, media are wiped before disposal and endpoints run malware protection.',
    owner: 'IT Manager',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: true,
    criteriaCodes: ['CC6.4', 'CC6.5', 'CC6.6', 'CC6.7', 'CC6.8'],
    inspected: 'Inspected the configuration of the firewall, of transport encryption and of endpoint protection.',
    shownBy: { reliesOn: ['AC-01'] },
  },
  {
    ref: 'IR-01',
    title: 'Monitoring and incident response',
    description:
      'Events are monitored around the clock; incidents are recorded, evaluated, answered and reviewed; vulnerabilities are scanned weekly.',
    owner: 'Head of Operations',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'DETECTIVE',
    area: 'INCIDENT',
    isKey: true,
    criteriaCodes: ['CC7.1', 'CC7.2', 'CC7.3', 'CC7.4', 'CC7.5'],
    inspected: 'Inspected the alert rules, the incident register of the period and the record of the last exercise.',
    shownBy: { reliesOn: ['AC-01'] },
  },
  {
    ref: 'VM-01',
    title: 'Vendors and continuity are reviewed',
    description: 'Critical vendors and the continuity plan are reviewed once a year.',
    owner: 'Compliance Manager',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'VENDOR',
    isKey: false,
    criteriaCodes: ['CC9.1', 'CC9.2'],
    inspected: 'Inspected the review of vendors and the minutes of the continuity exercise.',
    shownBy: { register: 'Every critical vendor was reviewed, and the plan exercised.' },
  },
]

/** The control whose population is tested by sample. */
export const changeControl = {
  ref: 'CM-01',
  title: 'Every change is reviewed by another person before it is merged',
  description: 'Every change to the main line is reviewed by someone other than its author before it is merged.',
  owner: 'Head of Engineering',
  frequency: 'PER_EVENT',
  nature: 'IT_DEPENDENT_MANUAL',
  type: 'PREVENTIVE',
  area: 'CHANGE',
  isKey: true,
  criteriaCodes: ['CC8.1'],
} as const

/** The organization that hosts the system, carved out of the description. */
export const host = {
  name: 'Cumulus Harbor (invented)',
  service: 'hosting in its data centres',
  expects: 'Customers decide who administers their accounts, and remove those who leave.',
  evaluation:
    'Its report covers the period, is unqualified and names no exception on what is assumed of it; what it expects of its customers is among the controls tested.',
} as const

/** What the description presents beside the controls. */
export const presented = {
  commitments: [
    {
      ref: 'SC-01',
      kind: 'SERVICE_COMMITMENT',
      text: 'Customers’ records are protected against unauthorized access and change.',
      criteriaCodes: ['CC6.1', 'CC6.2', 'CC6.3', 'CC8.1'],
    },
    {
      ref: 'SR-01',
      kind: 'SYSTEM_REQUIREMENT',
      text: 'Every change of the system is recorded and reviewed.',
      criteriaCodes: ['CC8.1'],
    },
  ],
  complementary: [
    {
      ref: 'CSOC-01',
      kind: 'CSOC',
      text: 'Entry to the data centres is restricted to persons whom the host has authorized.',
      criteriaCodes: ['CC6.4'],
      complements: ['AC-02'],
    },
    {
      ref: 'CSOC-02',
      kind: 'CSOC',
      text: 'Power, cooling and media in the data centres are protected and their failures reported.',
      criteriaCodes: ['CC6.5', 'CC7.2'],
      complements: ['AC-02', 'IR-01'],
    },
    {
      ref: 'CUEC-01',
      kind: 'CUEC',
      text: 'User entities remove the accounts of their own leavers within one business day.',
      criteriaCodes: ['CC6.2', 'CC6.3'],
      complements: ['AC-01'],
    },
  ],
} as const

/** Section III, as the invented client wrote it. */
export const description: readonly (readonly [string, string])[] = [
  [
    'DC1',
    'Northgate Ledger Cloud keeps the books of small and mid-sized companies and exchanges payments with their banks.',
  ],
  [
    'DC2',
    'We commit to protect customers’ records against unauthorized access and change, and to record every change of the system.',
  ],
  [
    'DC3',
    'The system runs in one public cloud region. Its people work in engineering, operations and support; its data are ledgers, documents and payment files.',
  ],
  ['DC4', 'No incident in the period came from a control that did not work or led to a failure to meet a commitment.'],
  ['DC5', 'The controls in Section IV meet the common criteria, which are the criteria of the security category.'],
  [
    'DC6',
    'Customers decide who of theirs uses the system; our commitments cannot be met unless they remove those who leave.',
  ],
  [
    'DC7',
    'Cumulus Harbor hosts the system in its data centres. This description leaves its controls out, and names those that we assume there.',
  ],
  ['DC8', 'All criteria of the category are relevant.'],
  ['DC9', 'The system did not change significantly in the period.'],
]

const said: Record<string, string> = {
  ENGAGEMENT_LETTER:
    'Management engages the auditor to examine the system in the period, and will give what is asked for.',
  REPRESENTATION_LETTER: 'Management has told the auditor all it knows that bears on the system and its controls.',
  SUBSEQUENT_EVENTS_INQUIRY: 'Nothing has occurred since the end of the period that would change the report.',
}

/** The text of an invented document of the file, signed by management. */
export const documentText = (
  kind: string,
  datedOn: string,
  { start, end }: { start: string; end: string },
  signer: string,
): string => `${client.name}
${client.system}, ${start} to ${end}

${kind.replaceAll('_', ' ')}

${said[kind]}

${datedOn}, ${signer}
`
