import type { InventedControl } from './control.js'
import { daysLater, daysOver } from './days.js'

const leavers = [
  'J. Ahlgren',
  'K. Mbeki',
  'L. Duarte',
  'M. Petrov',
  'N. Okada',
  'O. Silvestri',
  'P. Haas',
  'Q. Lemaire',
  'R. Vance',
  'S. Nilsen',
  'T. Costa',
  'U. Weiss',
  'V. Amaral',
  'W. Quinn',
] as const

/** How many days after leaving the access of some was removed; of all others on the day itself. */
const removedLate: Readonly<Record<string, number>> = { 'L-205': 5, 'L-211': 7 }

const roles = ['Support agent', 'Developer', 'Operator', 'Read-only analyst'] as const

/** Controls over logical and physical access. */
export const access: readonly InventedControl[] = [
  {
    ref: 'AC-01',
    title: 'Access is given on an approved request, by role',
    description:
      'Access to the system and to the tools by which it is run is given by the IT Manager on a request that the person’s manager has approved, and is limited to the role that was approved.',
    owner: 'IT Manager',
    frequency: 'PER_EVENT',
    nature: 'IT_DEPENDENT_MANUAL',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: true,
    criteriaCodes: ['CC5.2', 'CC6.1', 'CC6.2', 'CC6.3'],
    walkthrough: {
      traced: 'One request, from the ticket and its approval to the role in the identity provider Keyhouse.',
      seen: 'Keyhouse refuses an assignment without a ticket’s number; roles are defined, and single rights cannot be given.',
    },
    tested: {
      by: 'LIST',
      sampled: true,
      steps:
        'For each sampled request, inspected the approval in the ticket, its moment beside that of the assignment in Keyhouse, and the role that was assigned.',
      attributes: [
        { letter: 'A', description: 'The person’s manager approved the request before access was given.' },
        { letter: 'B', description: 'The role assigned is the one that was approved.' },
      ],
      list: {
        title: 'Assignments of access',
        system: 'Identity provider Keyhouse',
        query: 'Every assignment of a role in the period, by its ticket',
        columns: ['ticket', 'assigned_on', 'role', 'approved_on'],
        rows: (period) =>
          daysOver(period, 48).map((day, at) => [
            `REQ-${3001 + at}`,
            day,
            roles[at % roles.length] as string,
            daysLater(day, -1),
          ]),
      },
    },
  },
  {
    ref: 'AC-02',
    title: 'The access of leavers is removed within one business day',
    description:
      'The Head of People reports each leaver to the IT Manager, who disables the person’s account in the identity provider within one business day after the last working day.',
    owner: 'IT Manager',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: true,
    risk: 'HIGH',
    criteriaCodes: ['CC6.2', 'CC6.3'],
    walkthrough: {
      traced: 'The first leaver of the period, from the notice in the personnel system to the disabled account.',
      seen: 'The notice opens a ticket; disabling the account in Keyhouse ends access to every tool and to production.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each person who left in the period, compared the last working day in the personnel system with the day of the report to the IT Manager and with the moment in the log of Keyhouse at which the account was disabled.',
      attributes: [
        { letter: 'A', description: 'The account was disabled within one business day after the last working day.' },
        { letter: 'B', description: 'The Head of People reported the leaver by the last working day.' },
      ],
      deviations: Object.entries(removedLate).flatMap(([key, days]) => [
        { key, letter: 'A', note: `The account was disabled ${days} calendar days after the last working day.` },
        { key, letter: 'B', note: 'The leaver was reported after the last working day.' },
      ]),
      list: {
        title: 'People who left',
        system: 'Personnel system, joined to the log of Keyhouse by person',
        query: 'Every person whose employment ended in the period, with the moment at which the account was disabled',
        columns: ['leaver_id', 'last_day', 'name', 'disabled_on'],
        rows: (period) =>
          daysOver(period, leavers.length).map((day, at) => {
            const key = `L-${201 + at}`
            return [key, day, leavers[at] as string, daysLater(day, removedLate[key] ?? 0)]
          }),
      },
    },
  },
  {
    ref: 'AC-03',
    title: 'Rights of access are reviewed each quarter',
    description:
      'Each quarter the IT Manager draws the list of all accounts and roles from the identity provider and has the manager of each person confirm or correct it; what is corrected is changed within a week.',
    owner: 'IT Manager',
    frequency: 'QUARTERLY',
    nature: 'IT_DEPENDENT_MANUAL',
    type: 'DETECTIVE',
    area: 'ACCESS',
    isKey: true,
    risk: 'HIGH',
    criteriaCodes: ['CC6.2', 'CC6.3'],
    walkthrough: {
      traced: 'One correction of the first review, from the manager’s mark on the list to the change in Keyhouse.',
      seen: 'The list is drawn by a saved report over all accounts; its number of rows was compared with that of Keyhouse.',
    },
    tested: {
      by: 'REGISTER',
      missed: 1,
      steps:
        'For each quarter, inspected the list with the confirmations of the managers, compared its number of rows with the accounts in Keyhouse on that day, and inspected each correction in Keyhouse.',
      attributes: [
        {
          letter: 'A',
          description:
            'The list holds every account of that day, and each was confirmed or corrected by the person’s manager.',
        },
        { letter: 'B', description: 'What was corrected was changed in Keyhouse within a week.' },
      ],
      record: (label) => ({
        title: `Review of access, ${label}`,
        paragraphs: ['All managers answered. Corrections were made in Keyhouse within the week.'],
        facts: [
          ['Accounts', '163'],
          ['Confirmed', '158'],
          ['Corrected', '5'],
        ],
      }),
    },
  },
  {
    ref: 'AC-04',
    title: 'Signing in needs a second factor',
    description:
      'The identity provider requires a second factor at every sign-in to the system’s administration and to production.',
    owner: 'IT Manager',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: true,
    criteriaCodes: ['CC6.1'],
    walkthrough: {
      traced: 'One sign-in to production, with and without the second factor.',
      seen: 'Without the second factor the sign-in was refused, and the refusal stands in the log.',
    },
    tested: {
      by: 'CONFIGURATION',
      reliesOn: ['AC-01', 'CM-02'],
      steps:
        'Inspected the sign-in policy of Keyhouse with the IT Manager at the screen, the groups it applies to and its exceptions, and its history over the period; had an account without a second factor try to sign in.',
      screen: {
        system: 'Keyhouse',
        page: 'Sign-in policy “Administration and production”',
        settings: [
          ['Applies to', 'All members, all service consoles'],
          ['Second factor', 'Required at every sign-in'],
          ['Allowed factors', 'Security key, authenticator'],
          ['Exceptions', 'None'],
          ['Last change of this policy', 'Before the period'],
        ],
      },
    },
  },
  {
    ref: 'PH-01',
    title: 'Offices are entered with a badge',
    description:
      'The offices in Columbus and Porto are entered with a badge that the Office Manager issues on the request of a manager. No production system stands in them.',
    owner: 'Office Manager',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: false,
    criteriaCodes: ['CC6.4'],
    walkthrough: {
      traced: 'One badge, from the request to the entry in the door system.',
      seen: 'The doors open to known badges alone; visitors are met at the reception and accompanied.',
    },
    tested: {
      by: 'LIST',
      methods: ['INSPECTION', 'OBSERVATION'],
      steps:
        'For each badge issued in the period, inspected the request of the manager and the entry in the door system. Observed the entrances in Columbus and Porto for an hour each.',
      attributes: [{ letter: 'A', description: 'A manager requested the badge before it was issued.' }],
      list: {
        title: 'Badges issued',
        system: 'Door system of both offices',
        query: 'Every badge issued in the period',
        columns: ['badge', 'issued_on', 'office', 'requested_on'],
        rows: (period) =>
          daysOver(period, 9).map((day, at) => [
            `B-${701 + at}`,
            day,
            at % 3 === 2 ? 'Porto' : 'Columbus',
            daysLater(day, -2),
          ]),
      },
    },
  },
  {
    ref: 'MD-01',
    title: 'Media are erased before they are handed over',
    description:
      'Disks of laptops that are handed over or scrapped are erased by a contractor, whose certificate names the serial number, before they leave the company.',
    owner: 'IT Manager',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: false,
    criteriaCodes: ['CC6.5'],
    walkthrough: {
      traced: 'One laptop, from the inventory to the certificate of its erasure.',
      seen: 'The inventory keeps the serial number of the disk; a laptop is taken out of it with the certificate.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each laptop handed over or scrapped in the period, inspected the certificate of the contractor, its serial number and its day.',
      attributes: [
        {
          letter: 'A',
          description: 'The certificate names the serial number, and its day is not after that of the hand-over.',
        },
      ],
      list: {
        title: 'Laptops handed over or scrapped',
        system: 'Inventory of devices',
        query: 'Every laptop that was handed over or scrapped in the period',
        columns: ['device', 'handed_over_on', 'serial', 'erased_on'],
        rows: (period) =>
          daysOver(period, 6).map((day, at) => [`D-${441 + at}`, day, `SN-88${310 + at}`, daysLater(day, -3)]),
      },
    },
  },
]
