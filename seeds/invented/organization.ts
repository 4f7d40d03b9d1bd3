/** The organization that hosts the system, carved out of the description. */
export const host = {
  name: 'Cumulus Harbor (invented)',
  service: 'hosting of the production environment in its data centres in Ohio and Oregon',
  userControls: [
    {
      text: 'Customers decide who administers their accounts with the host, and remove those who leave.',
      controls: ['AC-01', 'AC-02'],
    },
    { text: 'Customers configure the network rules of their own environment.', controls: ['NB-01'] },
  ],
  evaluation:
    'Its SOC 2 Type 2 report covers the whole period, is unqualified, and notes no exception on the controls that are assumed of it. What it expects of its customers is answered by controls that were tested here.',
} as const

/** What the description presents beside the controls. */
export const presented = {
  commitments: [
    {
      ref: 'SC-01',
      kind: 'SERVICE_COMMITMENT',
      text: 'Customers’ ledgers and payment files are protected against unauthorized access and change.',
      criteriaCodes: ['CC6.1', 'CC6.2', 'CC6.3', 'CC6.6', 'CC6.7', 'CC6.8', 'CC8.1'],
    },
    {
      ref: 'SC-02',
      kind: 'SERVICE_COMMITMENT',
      text: 'Incidents that affect a customer’s data are reported to the customer within 72 hours.',
      criteriaCodes: ['CC7.2', 'CC7.3', 'CC7.4'],
    },
    {
      ref: 'SR-01',
      kind: 'SYSTEM_REQUIREMENT',
      text: 'Every change to the code of the system is reviewed by another person than its author.',
      criteriaCodes: ['CC8.1'],
    },
    {
      ref: 'SR-02',
      kind: 'SYSTEM_REQUIREMENT',
      text: 'Access to production is given on approval and removed within one business day of leaving.',
      criteriaCodes: ['CC6.1', 'CC6.2', 'CC6.3'],
    },
    {
      ref: 'SR-03',
      kind: 'SYSTEM_REQUIREMENT',
      text: 'Vendors that hold customers’ data are held to the same protection as Northgate Ledger itself.',
      criteriaCodes: ['CC9.2'],
    },
  ],
  complementary: [
    {
      ref: 'CSOC-01',
      kind: 'CSOC',
      text: 'Entry to the data centres is restricted to persons whom the host has authorized.',
      criteriaCodes: ['CC6.4'],
      complements: ['PH-01'],
    },
    {
      ref: 'CSOC-02',
      kind: 'CSOC',
      text: 'Storage media that leave the data centres are erased or destroyed.',
      criteriaCodes: ['CC6.5'],
      complements: ['MD-01'],
    },
    {
      ref: 'CSOC-03',
      kind: 'CSOC',
      text: 'Power, cooling and fire protection of the data centres are monitored, and failures reported to customers.',
      criteriaCodes: ['CC7.2'],
      complements: ['LM-01'],
    },
    {
      ref: 'CUEC-01',
      kind: 'CUEC',
      text: 'User entities remove the accounts of their own leavers in the system within one business day.',
      criteriaCodes: ['CC6.2', 'CC6.3'],
      complements: ['AC-02'],
    },
  ],
} as const

/** What could go wrong, and which controls answer it. */
export const risks = [
  {
    ref: 'R-01',
    statement: 'A faulty or malicious change of code reaches production unseen.',
    threatens: 'SC-01 and SR-01',
    likelihood: 'MODERATE',
    impact: 'HIGH',
    rating: 'MODERATE',
    isFraudRisk: false,
    controls: ['CM-01'],
  },
  {
    ref: 'R-02',
    statement: 'Somebody who has left, or whose work has changed, still reaches customers’ ledgers.',
    threatens: 'SC-01 and SR-02',
    likelihood: 'MODERATE',
    impact: 'HIGH',
    rating: 'HIGH',
    isFraudRisk: false,
    controls: ['AC-02', 'AC-03'],
  },
  {
    ref: 'R-03',
    statement: 'A vendor that holds customers’ data lets its protection slip after the contract is signed.',
    threatens: 'SR-03',
    likelihood: 'MODERATE',
    impact: 'MODERATE',
    rating: 'MODERATE',
    isFraudRisk: false,
    controls: ['VE-01'],
  },
  {
    ref: 'R-04',
    statement: 'An engineer with the right to merge changes a payment file’s recipient for their own gain.',
    threatens: 'SC-01',
    likelihood: 'LOW',
    impact: 'HIGH',
    rating: 'MODERATE',
    isFraudRisk: true,
    controls: ['CM-01', 'AC-01'],
  },
] as const

/** What management was asked of fraud, and what it said. */
export const fraudInquiry = {
  role: 'General Counsel',
  asked:
    'Whether fraud is known, suspected or alleged in the period, where in the system it could happen, and who could override a control unseen.',
  answer:
    'None is known, suspected or alleged. Maintainers of the repository could merge their own change; whether they did is seen in its log, which nobody of the company can change.',
} as const

/** The entry of the client’s register of incidents, and what the auditor finds of it. */
export const lostLaptop = {
  said: {
    title: 'A laptop was lost on a train',
    whatHappened:
      'A member of Support lost a laptop on a train and reported it within half an hour. Its disk was encrypted; it was erased remotely within the hour. No customer’s data were on it.',
    cause: 'It was left behind.',
  },
  evaluation:
    'Compared with the ticket, the log of the erasure and the inventory of devices: no control failed and no commitment was touched. The description tells of it under DC4 as it was.',
} as const
