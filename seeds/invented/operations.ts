import type { InventedControl } from './control.js'
import { daysOver } from './days.js'

/** Which of the tickets is the incident of the period. */
const lostAt = 24

const alerts = [
  'Failed sign-ins',
  'Unusual export',
  'New region of sign-in',
  'Malware stopped',
  'Disk nearly full',
] as const

const consoles = ['Cumulus Harbor', 'Keyhouse', 'Shieldwell', 'Lumberyard'] as const

/** Controls over boundary, endpoints, monitoring, incidents and recovery. */
export const operations: readonly InventedControl[] = [
  {
    ref: 'NB-01',
    title: 'The boundary denies what is not allowed',
    description: 'The firewall of the production environment denies all traffic that no rule allows by name.',
    owner: 'Head of Operations',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: true,
    criteriaCodes: ['CC6.6'],
    walkthrough: {
      traced: 'One rule, from the approved ticket to the rule in the console.',
      seen: 'The last rule denies everything; a connection to a closed port was refused.',
    },
    tested: {
      by: 'CONFIGURATION',
      reliesOn: ['AC-01', 'CM-02'],
      steps:
        'Inspected the rules of the firewall in both regions with the Head of Operations at the screen, and their history over the period; tried to connect to a port that no rule allows.',
      screen: {
        system: 'Cumulus Harbor console',
        page: 'Firewall “production”, both regions',
        settings: [
          ['Rule 1', 'Allow 443 from anywhere to load balancer'],
          ['Rule 2', 'Allow 5432 from application to database'],
          ['Rule 3', 'Allow 22 from bastion to application'],
          ['Default', 'Deny'],
        ],
      },
    },
  },
  {
    ref: 'EN-01',
    title: 'Data are encrypted on their way',
    description: 'The load balancer accepts connections by TLS 1.2 or newer alone and turns others away.',
    owner: 'Head of Operations',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: false,
    criteriaCodes: ['CC6.7'],
    walkthrough: {
      traced: 'One connection of a customer’s browser, from the handshake to the application.',
      seen: 'A connection by plain HTTP and one by TLS 1.1 were turned away.',
    },
    tested: {
      by: 'CONFIGURATION',
      reliesOn: ['AC-01', 'CM-02'],
      steps:
        'Inspected the listener of the load balancer with the Head of Operations at the screen, its history over the period, and tried connections by HTTP and by TLS 1.0, 1.1, 1.2 and 1.3.',
      screen: {
        system: 'Cumulus Harbor console',
        page: 'Load balancer “ledger”, listeners',
        settings: [
          ['443', 'TLS, policy 1.2 or newer'],
          ['80', 'Redirect to 443'],
          ['Certificate', 'ledger.northgate-ledger.example, valid'],
        ],
      },
    },
  },
  {
    ref: 'EP-01',
    title: 'Endpoints run malware protection',
    description:
      'Shieldwell runs on every managed endpoint and host, takes new signatures each hour, and quarantines what it finds; users cannot switch it off.',
    owner: 'IT Manager',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'PREVENTIVE',
    area: 'ACCESS',
    isKey: false,
    criteriaCodes: ['CC6.8'],
    walkthrough: {
      traced: 'A harmless test file on one laptop, from its download to the quarantine.',
      seen: 'The file was quarantined in seconds, and the console showed it.',
    },
    tested: {
      by: 'CONFIGURATION',
      reliesOn: ['AC-01', 'CM-02'],
      steps:
        'Inspected the policy of Shieldwell with the IT Manager at the screen and its history over the period, compared the devices and hosts under it with the inventories of both, had a harmless test file quarantined, and tried to switch the protection off as an ordinary user.',
      screen: {
        system: 'Shieldwell',
        page: 'Policy “All devices”',
        settings: [
          ['Devices and hosts in the inventories', '217'],
          ['Devices and hosts under this policy', '217'],
          ['Signatures', 'Every hour'],
          ['On detection', 'Quarantine and report'],
          ['May be switched off by users', 'No'],
        ],
      },
    },
  },
  {
    ref: 'CM-02',
    title: 'Changes of configuration follow an approved ticket',
    description:
      'The configuration of the production environment, of the identity provider, of malware protection and of the log platform is changed on a ticket that another person than who makes the change has approved.',
    owner: 'Head of Operations',
    frequency: 'PER_EVENT',
    nature: 'IT_DEPENDENT_MANUAL',
    type: 'PREVENTIVE',
    area: 'CHANGE',
    isKey: true,
    criteriaCodes: ['CC8.1'],
    walkthrough: {
      traced: 'One change of a firewall rule, from the ticket and its approval to the history in the console.',
      seen: 'Each console keeps a history of its settings that no employee can change; the change names its ticket.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each change in the histories of the consoles, inspected its ticket, who approved it and when, and compared these with who made the change and when.',
      attributes: [
        { letter: 'A', description: 'The ticket was approved before the change, by another person than who made it.' },
        { letter: 'B', description: 'The change is the one that was approved.' },
      ],
      list: {
        title: 'Changes of configuration',
        system: 'Histories of the consoles of Cumulus Harbor, Keyhouse, Shieldwell and Lumberyard',
        query: 'Every change of a setting in the period',
        columns: ['change', 'made_on', 'console', 'ticket'],
        rows: (period) =>
          daysOver(period, 22).map((day, at) => [
            `CFG-${501 + at}`,
            day,
            consoles[at % consoles.length] as string,
            `OPS-${2101 + at}`,
          ]),
      },
    },
  },
  {
    ref: 'VU-01',
    title: 'Hosts are scanned for vulnerabilities each week',
    description:
      'Each week all hosts of the production environment are scanned; for each critical finding a ticket is opened with a day for its correction.',
    owner: 'Head of Operations',
    frequency: 'WEEKLY',
    nature: 'IT_DEPENDENT_MANUAL',
    type: 'DETECTIVE',
    area: 'VULNERABILITY',
    isKey: true,
    criteriaCodes: ['CC7.1'],
    walkthrough: {
      traced: 'One critical finding, from the report of the scan to the closed ticket.',
      seen: 'The scanner takes its hosts from the console of the host provider, so that a new host is scanned in its first week.',
    },
    tested: {
      by: 'REGISTER',
      sampled: true,
      steps:
        'For each sampled week, inspected the report of the scan, compared its hosts with the inventory of that day, and inspected the ticket of each critical finding.',
      attributes: [
        { letter: 'A', description: 'The scan covered every host of the inventory of that day.' },
        { letter: 'B', description: 'Each critical finding has a ticket with a day for its correction.' },
      ],
      record: (label) => ({
        title: `Vulnerability scan, ${label}`,
        paragraphs: ['All hosts answered.'],
        facts: [
          ['Hosts in inventory', '46'],
          ['Hosts scanned', '46'],
          ['Critical findings', '1, with a ticket'],
        ],
      }),
    },
  },
  {
    ref: 'LM-01',
    title: 'Logs are watched and raise alerts',
    description:
      'The log platform Lumberyard takes in the logs of all parts of the system and raises an alert to the person on duty where one of its rules is met.',
    owner: 'Head of Operations',
    frequency: 'CONTINUOUS',
    nature: 'AUTOMATED',
    type: 'DETECTIVE',
    area: 'INCIDENT',
    isKey: true,
    criteriaCodes: ['CC7.2'],
    walkthrough: {
      traced: 'Six failed sign-ins in a row, from the log of Keyhouse to the telephone of the person on duty.',
      seen: 'The alert arrived within two minutes.',
    },
    tested: {
      by: 'CONFIGURATION',
      reliesOn: ['AC-01', 'CM-02'],
      steps:
        'Inspected the sources and the rules of Lumberyard with the Head of Operations at the screen, and their history over the period, compared the sources with the parts of the system, and set off one rule.',
      screen: {
        system: 'Lumberyard',
        page: 'Alert rules',
        settings: [
          ['Sources connected', '9 of 9'],
          ['Rules in force', '34'],
          ['Failed sign-ins, more than 5', 'Alert the person on duty'],
          ['Source silent for 10 minutes', 'Alert the person on duty'],
          ['Rota', 'Around the clock'],
        ],
      },
    },
  },
  {
    ref: 'IR-01',
    title: 'Alerts and events are evaluated within a day and answered',
    description:
      'Each alert and each report of an event is evaluated by the person on duty within a day; one that is an incident is answered by the incident procedure and recorded in the register.',
    owner: 'Head of Operations',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'CORRECTIVE',
    area: 'INCIDENT',
    isKey: true,
    criteriaCodes: ['CC7.3', 'CC7.4'],
    walkthrough: {
      traced: 'One alert, from Lumberyard to the evaluation in the ticket.',
      seen: 'The ticket cannot be closed without an evaluation; who evaluates says whether it is an incident, and why.',
    },
    tested: {
      by: 'LIST',
      steps:
        'For each alert and each report of an event, inspected the evaluation in the ticket, its moment beside that of the alert, and what was done; for what is an incident, the entry in the register and the steps of the procedure.',
      attributes: [
        { letter: 'A', description: 'It was evaluated within a day.' },
        {
          letter: 'B',
          description:
            'It is recorded whether it is an incident and why, and what was done; an incident was answered by the procedure and stands in the register.',
        },
      ],
      list: {
        title: 'Alerts and reported events',
        system: 'Ticket system, compared with the log platform Lumberyard',
        query: 'Every ticket of the period for an alert or a reported event',
        columns: ['alert', 'raised_on', 'rule', 'evaluated_on', 'is_incident'],
        rows: (period) =>
          daysOver(period, 40).map((day, at) => [
            `AL-${901 + at}`,
            day,
            at === lostAt ? 'Lost laptop, reported' : (alerts[at % alerts.length] as string),
            day,
            at === lostAt ? 'yes' : 'no',
          ]),
      },
    },
  },
  {
    ref: 'IR-02',
    title: 'Customers are told of incidents within 72 hours',
    description:
      'The General Counsel tells each customer whose data an incident affects within 72 hours after it was discovered.',
    owner: 'General Counsel',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'CORRECTIVE',
    area: 'INCIDENT',
    isKey: false,
    criteriaCodes: ['CC7.4'],
    walkthrough: {
      traced:
        'The exercise of the incident procedure, from the scenario to the letter that customers would have received.',
      seen: 'The procedure names who drafts and who approves the letter, and the clock by which it is measured.',
    },
    tested: {
      by: 'NO_EVENT',
      checked:
        'The register of incidents holds none that affected a customer’s data. Compared with the alerts evaluated as incidents, with the minutes of the risk committee and with what Support was asked by customers.',
      list: {
        title: 'Incidents that affected a customer’s data',
        system: 'Register of incidents',
        query: 'Every incident of the period with the mark “customer’s data”',
        columns: ['incident', 'discovered_on', 'told_on'],
        rows: () => [],
      },
    },
  },
  {
    ref: 'BC-01',
    title: 'Recovery is exercised once a year',
    description:
      'Once a year the Head of Operations has the system recovered in the other region from its copy, measures the time against the aim of four hours, and records what is to be corrected.',
    owner: 'Head of Operations',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'CORRECTIVE',
    area: 'INCIDENT',
    isKey: false,
    criteriaCodes: ['CC7.5', 'CC9.1'],
    walkthrough: {
      traced: 'The plan, from the decision to move to the first customer’s request that the other region answered.',
      seen: 'The plan names who decides and in which order parts are started; the copy is minutes old.',
    },
    tested: {
      by: 'REGISTER',
      methods: ['INQUIRY', 'INSPECTION'],
      asked: 'Two operators who took part in the exercise',
      steps:
        'Inspected the record of the exercise, the measured time and the tickets of what was to be corrected; asked two people who took part.',
      attributes: [
        { letter: 'A', description: 'The system was recovered in the other region within four hours.' },
        { letter: 'B', description: 'What was to be corrected is recorded, with an owner and a date.' },
      ],
      record: (label) => ({
        title: `Exercise of recovery, ${label}`,
        paragraphs: [
          'The system was recovered in Oregon from the copy. Two points were to be corrected; both have tickets.',
        ],
        facts: [
          ['Aim', '4 h 00 min'],
          ['Measured', '2 h 40 min'],
        ],
      }),
    },
  },
  {
    ref: 'VE-01',
    title: 'Vendors are reviewed before the contract',
    description:
      'Before a contract with a vendor that is to hold customers’ data is signed, the Compliance Manager reviews the vendor’s security and records the result.',
    owner: 'Compliance Manager',
    frequency: 'PER_EVENT',
    nature: 'MANUAL',
    type: 'PREVENTIVE',
    area: 'VENDOR',
    isKey: true,
    criteriaCodes: ['CC9.2'],
    walkthrough: {
      traced: 'The vendor Lumberyard, from the review before the contract to the present day.',
      seen: 'The review before the contract is on file. Nothing in the procedure asks for the vendor’s security to be looked at again while it holds customers’ data; of three vendors under contract the latest review is three to six years old.',
    },
    tested: {
      by: 'DESIGN_ALONE',
      paper: ({ end }) => ({
        from: 'Northgate Ledger, Inc., export of the vendor file',
        title: 'Vendors that hold customers’ data',
        datedOn: end,
        paragraphs: ['The latest review of each vendor, as the vendor file holds it.'],
        facts: [
          ['Keyhouse', 'reviewed before the contract, six years ago'],
          ['Lumberyard', 'reviewed before the contract, four years ago'],
          ['Shieldwell', 'reviewed before the contract, three years ago'],
        ],
      }),
    },
  },
  {
    ref: 'VE-02',
    title: 'The report of the host is reviewed once a year',
    description:
      'Once a year the Compliance Manager reviews the SOC 2 report of the organization that hosts the system: its period, opinion and exceptions, and whether each control that it expects of its customers is answered; what is to be done is recorded.',
    owner: 'Compliance Manager',
    frequency: 'ANNUAL',
    nature: 'MANUAL',
    type: 'DETECTIVE',
    area: 'VENDOR',
    isKey: false,
    criteriaCodes: ['CC9.2'],
    walkthrough: {
      traced: 'The review before the period, from the report in the portal of the host to the recorded result.',
      seen: 'The form asks for period, opinion, exceptions and each control expected of customers, beside the control that answers it.',
    },
    tested: {
      by: 'REGISTER',
      steps:
        'Inspected the recorded review beside the report of the host, and compared each control that the report expects of customers with the control that is named for it.',
      attributes: [
        { letter: 'A', description: 'Period, opinion and exceptions of the report were considered.' },
        { letter: 'B', description: 'Each control that the report expects of customers is answered by a control.' },
      ],
      record: (label) => ({
        title: `Review of the SOC 2 report of the host, ${label}`,
        paragraphs: [
          'The report is unqualified and notes no exceptions. Each of its user entity controls is answered.',
        ],
        facts: [['User entity controls', '2 of 2 answered']],
      }),
    },
  },
]
