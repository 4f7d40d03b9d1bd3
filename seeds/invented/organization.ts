/** The organization that hosts the system, carved out of the description. */
export const host = {
  name: 'Cumulus Harbor (invented)',
  service: 'hosting of the production environment in its data centers in Ohio and Oregon',
  userControls: [
    {
      text: 'Customers decide who administers their accounts with the host, and remove those who leave.',
      controls: ['AC-01', 'AC-02'],
    },
    { text: 'Customers configure the network rules of their own environment.', controls: ['NB-01', 'CM-02'] },
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
      criteriaCodes: ['CC6.1', 'CC6.2', 'CC6.3', 'CC6.6', 'CC6.8', 'CC8.1'],
    },
    {
      ref: 'SC-02',
      kind: 'SERVICE_COMMITMENT',
      text: 'Incidents that affect a customer’s data are reported to the customer within 72 hours.',
      criteriaCodes: ['CC7.2', 'CC7.3', 'CC7.4'],
    },
    {
      ref: 'SC-03',
      kind: 'SERVICE_COMMITMENT',
      text: 'Customers’ data are encrypted whenever they are transmitted over public networks.',
      criteriaCodes: ['CC6.7'],
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
    {
      ref: 'SR-04',
      kind: 'SYSTEM_REQUIREMENT',
      text: 'Administration and production are entered with a second factor alone.',
      criteriaCodes: ['CC6.1'],
    },
    {
      ref: 'SR-05',
      kind: 'SYSTEM_REQUIREMENT',
      text: 'Production is monitored around the clock, and alerts are evaluated within a day.',
      criteriaCodes: ['CC7.2', 'CC7.3'],
    },
  ],
  complementary: [
    {
      ref: 'CSOC-01',
      kind: 'CSOC',
      text: 'Entry to the data centers is restricted to persons whom the host has authorized.',
      criteriaCodes: ['CC6.4'],
      complements: ['PH-01'],
    },
    {
      ref: 'CSOC-02',
      kind: 'CSOC',
      text: 'Storage media that leave the data centers are erased or destroyed.',
      criteriaCodes: ['CC6.5'],
      complements: ['MD-01'],
    },
    {
      ref: 'CSOC-03',
      kind: 'CSOC',
      text: 'Administrative access to the hypervisor and to the managed database service is restricted to authorized staff of the host.',
      criteriaCodes: ['CC6.1'],
      complements: ['AC-04'],
    },
    {
      ref: 'CSOC-04',
      kind: 'CSOC',
      text: 'The infrastructure and the managed database service are patched and changed by approved and tested changes.',
      criteriaCodes: ['CC7.1', 'CC8.1'],
      complements: ['VU-01', 'CM-02'],
    },
    {
      ref: 'CUEC-01',
      kind: 'CUEC',
      text: 'User entities remove the accounts of their own leavers in the system within one business day.',
      criteriaCodes: ['CC6.2', 'CC6.3'],
      complements: ['AC-01'],
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
    statement: 'A person who has left, or whose work has changed, still reaches customers’ ledgers.',
    threatens: 'SC-01 and SR-02',
    likelihood: 'MODERATE',
    impact: 'HIGH',
    rating: 'HIGH',
    isFraudRisk: false,
    controls: ['AC-02', 'AC-03'],
  },
  {
    ref: 'R-03',
    statement: 'The security of a vendor that holds customers’ data deteriorates after the contract is signed.',
    threatens: 'SR-03',
    likelihood: 'MODERATE',
    impact: 'MODERATE',
    rating: 'MODERATE',
    isFraudRisk: false,
    controls: ['VE-01'],
  },
  {
    ref: 'R-04',
    statement: 'An engineer with administrative rights changes the recipient of payment files for their own gain.',
    threatens: 'SC-01',
    likelihood: 'LOW',
    impact: 'HIGH',
    rating: 'MODERATE',
    isFraudRisk: true,
    controls: ['CM-01', 'CM-02', 'AC-01'],
  },
] as const

/** What management was asked of fraud, and what it said. */
export const fraudInquiry = {
  role: 'General Counsel',
  asked:
    'Whether fraud is known, suspected or alleged in the period, where in the system it could happen, and who could override a control unseen.',
  answer:
    'None is known, suspected or alleged. An administrator of the repository could suspend the review of changes; whether one did is seen in its log, which no employee can change.',
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
