import type { InventedControl, Listed } from './control.js'
import { daysLater, daysOver } from './days.js'

/** The people who joined, in the order of their first days. */
const joiners = [
  'A. Brandt',
  'C. Osei',
  'D. Marques',
  'E. Lindholm',
  'F. Tanaka',
  'G. Rossi',
  'H. Novak',
  'I. Ferreira',
]

const hires = (columns: readonly string[], more: (firstDay: string) => string[]): Listed => ({
  title: 'People hired',
  system: 'Personnel system',
  query: 'Every person whose employment began in the period',
  columns: ['person_id', 'first_day', 'name', ...columns],
  rows: (period) =>
    daysOver(period, joiners.length).map((day, at) => [`H-${101 + at}`, day, joiners[at] as string, ...more(day)]),
})

/** Controls of the control environment, of communication, risk assessment and monitoring. */
export const governance: readonly InventedControl[] = [
  {
    ref: 'GV-01',
    title: 'The board oversees security each quarter',
    description:
      'The risk committee of the board, whose three members are not employees, meets each quarter, receives the security report of the Chief Information Security Officer and decides on what it asks for. Minutes record attendance and decisions.',
    owner: 'General Counsel',
    frequency: 'QUARTERLY',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: true,
    criteriaCodes: ['CC1.2'],
    walkthrough: {
      traced: 'The first meeting of the period, from the invitation and the security report to the signed minutes.',
      seen: 'The charter names three members who hold no office in the company; the report was sent a week before the meeting, and each of its requests is decided on in the minutes.',
    },
    tested: {
      by: 'REGISTER',
      steps:
        'For each meeting of the period, inspected the signed minutes for attendance, the security report and the decisions.',
      attributes: [
        { letter: 'A', description: 'A majority of the members attended, none of whom is an employee.' },
        { letter: 'B', description: 'The security report was received, and what it asks for was decided on.' },
      ],
      record: (label) => ({
        title: `Minutes of the risk committee, ${label}`,
        paragraphs: [
          'Present: M. Castellan, R. Adeyemi, S. Holm (members); L. Fischer (report); B. Silva (minutes).',
          'The committee received the security report of the quarter and took note of open findings and their dates. It approved what the report asks for.',
        ],
      }),
    },
  },
  {
    ref: 'GV-02',
    title: 'The code of conduct is signed before the first day',
    description:
      'Each person hired signs the code of conduct before the first working day; the Head of People keeps the signed copy.',
    owner: 'Head of People',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC1.1'],
    walkthrough: {
      traced: 'The first person hired in the period, from the offer to the signed copy in the personnel file.',
      seen: 'The contract is not countersigned before the code is; the file holds the signed copy with its day.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each person hired in the period, inspected the signed code of conduct and compared its day with the first working day.',
      attributes: [{ letter: 'A', description: 'The code of conduct was signed before the first working day.' }],
      list: hires(['code_signed_on'], (day) => [daysLater(day, -6)]),
    },
  },
  {
    ref: 'GV-03',
    title: 'Structure and authority for security are laid down',
    description:
      'The organization chart and the security charter state who answers for security, to whom, and with what authority. The Chief Information Security Officer reports to the chief executive officer, not to engineering.',
    owner: 'General Counsel',
    frequency: 'CONTINUOUS',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC1.3'],
    walkthrough: {
      traced:
        'A request of the Chief Information Security Officer to delay a release, from the request to the decision.',
      seen: 'The charter gives the officer the right to stop a release; the release was delayed by two days, over the objection of engineering.',
    },
    tested: {
      by: 'STANDING',
      noPopulation: 'The structure stands as it is laid down: nothing is listed when it is followed.',
      asked: 'A member each of Engineering, Operations and Support',
      steps:
        'Inspected the organization chart and the security charter in force at the start and at the end of the period, and asked a member each of Engineering, Operations and Support to whom they turn in matters of security.',
      papers: () => [
        {
          from: 'Northgate Ledger, Inc.',
          title: 'Security charter',
          datedOn: '2017-06-01',
          paragraphs: [
            'The Chief Information Security Officer answers for the security programme, reports to the chief executive officer and once a quarter to the risk committee of the board.',
            'The officer may stop a release, revoke access and call in outside help without asking first.',
          ],
          signedBy: ['Claire Dubois, Chief executive officer'],
        },
      ],
    },
  },
  {
    ref: 'HR-01',
    title: 'People are checked before the first day, and trained',
    description:
      'Each person’s identity, education and employment are checked before the first working day. Each completes the security training within 30 days after it.',
    owner: 'Head of People',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC1.4'],
    walkthrough: {
      traced: 'The second person hired in the period, from the order of the check to the certificate of the training.',
      seen: 'The check was complete before the contract was countersigned; the learning platform reminds after 14 and 25 days.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each person hired in the period, inspected the report of the check and the certificate of the training, and compared their days with the first working day.',
      attributes: [
        { letter: 'A', description: 'Identity, education and employment were checked before the first working day.' },
        { letter: 'B', description: 'The security training was completed within 30 days after it.' },
      ],
      list: hires(['checked_on', 'trained_on'], (day) => [daysLater(day, -12), daysLater(day, 17)]),
    },
  },
  {
    ref: 'HR-02',
    title: 'Work is reviewed against written duties',
    description:
      'Once a year each manager reviews the work of their people against their written duties, those for controls among them. The Head of People reports to the chief executive officer that every employee was reviewed.',
    owner: 'Head of People',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC1.5'],
    walkthrough: {
      traced: 'The review of one owner of a control, from the written duties to the report of the Head of People.',
      seen: 'The form asks for each written duty by itself; the report names every employee and the day of the review.',
    },
    tested: {
      by: 'REGISTER',
      steps:
        'Inspected the report of the Head of People, compared the people in it with the personnel system on the day of the report, and inspected the reviews of five owners of controls.',
      attributes: [
        {
          letter: 'A',
          description: 'The report names everybody who was employed on its day, with the day of the review.',
        },
        { letter: 'B', description: 'The reviews of owners of controls speak of their duties for these.' },
      ],
      record: (label) => ({
        title: `Report on performance reviews, ${label}`,
        paragraphs: [
          'Every employee was reviewed against their written duties. The list of names and days is attached.',
        ],
        facts: [
          ['Employed on the day of the report', '141'],
          ['Reviewed', '141'],
        ],
      }),
    },
  },
  {
    ref: 'CO-01',
    title: 'Policies are reviewed and published once a year',
    description:
      'The Chief Information Security Officer reviews the nine security policies once a year, has the chief executive officer approve them and publishes them to all staff on the intranet.',
    owner: 'Chief Information Security Officer',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC2.2', 'CC5.3'],
    walkthrough: {
      traced: 'The access policy, from the comments of its readers to its page on the intranet.',
      seen: 'The page shows version, approval and day; older versions are kept and cannot be changed.',
    },
    tested: {
      by: 'REGISTER',
      steps:
        'Inspected the approval of each of the nine policies after the review, and the page of each on the intranet as an ordinary employee sees it.',
      attributes: [
        {
          letter: 'A',
          description:
            'Each of the nine policies was reviewed by the Chief Information Security Officer, and approved by the chief executive officer after the review.',
        },
        { letter: 'B', description: 'Each is published to all staff in the approved version.' },
      ],
      record: (label) => ({
        title: `Approval of the security policies, ${label}`,
        paragraphs: ['Access, change, incidents, vendors, continuity, acceptable use, data, cryptography, people.'],
        facts: [['Policies approved', '9 of 9']],
      }),
    },
  },
  {
    ref: 'CO-02',
    title: 'Open control tasks are reviewed each month',
    description:
      'Each month the Compliance Manager draws the list of open control tasks from the ticket system, reviews it, and records for each overdue task who answers for it and a new day.',
    owner: 'Compliance Manager',
    frequency: 'MONTHLY',
    nature: 'IT_DEPENDENT_MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC2.1'],
    walkthrough: {
      traced: 'The review of the first month, from the query of the ticket system to the new days in it.',
      seen: 'The query takes in all tasks with the label of controls; its rows were compared with the ticket system.',
    },
    tested: {
      by: 'REGISTER',
      sampled: true,
      methods: ['INSPECTION', 'REPERFORMANCE'],
      steps:
        'For each sampled month, inspected the reviewed list, ran its query again as of that day and compared the rows, and inspected what is recorded for each overdue task.',
      attributes: [
        { letter: 'A', description: 'The list holds every open control task of that day.' },
        { letter: 'B', description: 'For each overdue task it is recorded who answers for it, and a new day.' },
      ],
      record: (label) => ({
        title: `Open control tasks, reviewed for ${label}`,
        paragraphs: ['Every overdue task has a person and a new day.'],
        facts: [
          ['Open', '14'],
          ['Overdue', '2'],
        ],
      }),
    },
  },
  {
    ref: 'CO-03',
    title: 'Changes of commitments are announced',
    description: 'Each change of a commitment to customers is announced to them 30 days before it takes effect.',
    owner: 'General Counsel',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC2.3'],
    walkthrough: {
      traced: 'The first change of the period, from its approval to the letter that customers received.',
      seen: 'The terms of service show each version with the day on which it took effect; the letter names what changes.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each change of the terms of service and of the security page, inspected the letter to customers and compared its day with the day on which the change took effect.',
      attributes: [
        {
          letter: 'A',
          description: 'The change was announced to customers 30 days before it took effect, or earlier.',
        },
      ],
      list: {
        title: 'Changes of commitments',
        system: 'Document history of the terms of service and the security page',
        query: 'Every version that took effect in the period',
        columns: ['version', 'in_effect_on', 'announced_on', 'what'],
        rows: (period) =>
          daysOver(period, 2).map((day, at) => [
            `TOS-${11 + at}`,
            day,
            daysLater(day, -34),
            at === 0 ? 'Named support hours' : 'Reworded how data are deleted',
          ]),
      },
    },
  },
  {
    ref: 'RA-01',
    title: 'Risks are assessed once a year',
    description:
      'Once a year the Chief Information Security Officer assesses, with the owners of the controls, the risks to the service commitments and system requirements, those of fraud and of significant changes among them, and management decides on the treatment of each and on the control that answers it.',
    owner: 'Chief Information Security Officer',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: true,
    criteriaCodes: ['CC3.1', 'CC3.2', 'CC3.3', 'CC3.4', 'CC5.1'],
    walkthrough: {
      traced: 'One risk of the register, from the workshop in which it was found to the control that answers it.',
      seen: 'The register begins with the commitments; each risk has a rating, a treatment, and the controls by their references.',
    },
    tested: {
      by: 'REGISTER',
      steps: 'Inspected the register of risks after the assessment, and the decision of management on each risk.',
      attributes: [
        {
          letter: 'A',
          description: 'The risks are risks to the service commitments and system requirements as they are stated.',
        },
        { letter: 'B', description: 'Risks of fraud and of significant changes were assessed.' },
        {
          letter: 'C',
          description: 'Each risk has a treatment that management decided on, and the control that answers it.',
        },
      ],
      record: (label) => ({
        title: `Assessment of risks, ${label}`,
        paragraphs: ['The register holds 27 risks. Management decided on the treatment of each.'],
        facts: [
          ['Of fraud', '4'],
          ['Of significant changes', '3'],
        ],
      }),
    },
  },
  {
    ref: 'MO-01',
    title: 'Owners assess their controls each quarter',
    description:
      'Each quarter every owner of a control assesses it; the Compliance Manager tracks what is found to its correction.',
    owner: 'Compliance Manager',
    frequency: 'QUARTERLY',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'OTHER',
    isKey: false,
    criteriaCodes: ['CC4.1', 'CC4.2'],
    walkthrough: {
      traced:
        'One finding of the first quarter’s search of the repository’s log, from the form of the owner to its closing.',
      seen: 'The form asks for the evidence that was looked at; a finding is closed by another person than its owner.',
    },
    tested: {
      by: 'REGISTER',
      steps: 'For each quarter, inspected the assessment of every control and the tracking of each finding.',
      attributes: [
        { letter: 'A', description: 'Every control was assessed by its owner.' },
        { letter: 'B', description: 'Each finding has a person and a day, and was tracked to its correction.' },
      ],
      record: (label, at) => ({
        title: `Self-assessment of controls, ${label}`,
        paragraphs: [
          'Every owner answered. Findings are tracked in the ticket system.',
          at === 1
            ? 'AC-03: the review of access for this quarter was not held. AC-02: an account was disabled late. Both are tracked.'
            : 'CM-01: the log of the repository is searched for merges without a review; what is found is tracked.',
        ],
        facts: [['Controls assessed', '28 of 28']],
      }),
    },
  },
]
