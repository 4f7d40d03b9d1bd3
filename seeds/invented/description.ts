/** Section III, as the invented client wrote it: a section for each description criterion, its paragraphs parted by empty lines. */
export const description: readonly (readonly [criterion: string, text: string])[] = [
  [
    'DC1',
    `Northgate Ledger, Inc. provides Northgate Ledger Cloud (“the system”), an accounting service for small and mid-sized companies. Its customers keep their general ledger in the system, send and receive invoices, and exchange payment files with their banks.

The company was founded in 2014, employs some 140 people in Columbus, Ohio and in Porto, Portugal, and serves about 3,200 companies. The system is offered in one edition; all customers use the same software, each in a ledger of its own.

The description covers the production environment of the system and the processes by which it is developed, operated and supported. It does not cover the public web site, nor the mobile reader application, which holds no customer data.`,
  ],
  [
    'DC2',
    `We state our commitments to customers in the terms of service and on the security page of our documentation. The principal service commitments are: customers’ ledgers and payment files are protected against unauthorized access and change (SC-01); incidents that affect a customer’s data are reported to that customer within 72 hours (SC-02); and customers’ data are encrypted whenever they are transmitted over public networks (SC-03).

To meet them we require of the system that every change to its code is reviewed by another person than its author (SR-01), that access to production is given on approval and removed within one business day of leaving (SR-02), that vendors that hold customers’ data are held to the same protection as we are (SR-03), that administration and production are entered with a second factor alone (SR-04), and that production is monitored around the clock and alerts are evaluated within a day (SR-05). These requirements stand in our security policies, which are approved by the chief executive officer and published to all staff.

A change of a commitment is announced to customers thirty days before it takes effect.`,
  ],
  [
    'DC3',
    `Infrastructure. The system runs on virtual machines and a managed PostgreSQL database in two regions of Cumulus Harbor, in Ohio and in Oregon. Oregon holds a copy that is minutes old and takes over where Ohio fails. Traffic enters by a load balancer; a firewall denies what is not allowed by name.

Software. The system is written in TypeScript and runs on Node.js. Its source is kept in one repository, from whose main line releases are built. Staff sign in through the company’s identity provider, Keyhouse; administration and production ask for a second factor. Endpoints are managed and run Shieldwell, a malware protection. Logs of all parts flow into the log platform Lumberyard, which raises alerts.

People. Engineering (38 people) develops the system, Operations (11) runs it, Support (24) helps customers and sees a ledger only on the customer’s invitation. The Chief Information Security Officer answers for the security program and reports to the chief executive officer. A risk committee of the board, none of whose three members is an employee, oversees it.

Procedures. Nine policies, on access, change, incidents, vendors, continuity, acceptable use, data, cryptography and people, are written, reviewed once a year and published on the intranet. Work on them is kept in the ticket system.

Data. The system holds ledgers, invoices, payment files and the names and addresses of the people who use it. All of it is the customer’s, and is treated as confidential. Data are encrypted in transit.`,
  ],
  [
    'DC4',
    `No incident in the period came from a control that was not suitably designed or did not operate, and none led to a significant failure to meet a service commitment or system requirement.

We keep a register of incidents. It holds one entry for the period, a laptop that was lost by a member of Support. Its disk was encrypted, it was erased remotely within the hour, and no customer’s data were on it.`,
  ],
  [
    'DC5',
    `The system is examined by the criteria of the security category, which are the common criteria. The controls by which we mean to meet them are those of Section IV, which are a part of this description.

Control environment. The risk committee meets each quarter on security. Everybody signs the code of conduct before the first working day, is checked before the first working day, and is trained in security within thirty days. Managers review the work of their people against written duties once a year.

Communication. Policies are reviewed once a year and published to all staff; open control tasks are reviewed each month; a change of a commitment is announced to customers.

Risk assessment and monitoring. Risks are assessed once a year, fraud and significant changes among them. Owners assess their controls each quarter, and what they find is tracked to its correction.

Logical and physical access. Access follows an approved request, is limited to the role, is removed within one business day of leaving, and is reviewed each quarter. Administration and production ask for a second factor. Offices are entered with a badge; media are erased before they are handed over. The boundary, transport and endpoints are protected by configuration.

System operations. Hosts are scanned for vulnerabilities each week. Alerts are raised around the clock, evaluated within a day and, where they are incidents, answered by the incident procedure. Recovery in the other region is exercised once a year.

Changes and vendors. Every change to code is reviewed before it is merged; a change of configuration follows an approved ticket. A vendor that is to hold customers’ data is reviewed before the contract is signed, and the SOC 2 report of our host is reviewed once a year.`,
  ],
  [
    'DC6',
    `Customers decide who of theirs uses the system and with which rights. Our commitment to protect their ledgers against unauthorized access cannot be met by us alone where a person who has left a customer keeps an account. We assume that user entities remove the accounts of their own leavers within one business day (CUEC-01).

Customers have further responsibilities, such as choosing whom they pay. Our commitments can be met without them, and they are not listed here.`,
  ],
  [
    'DC7',
    `Cumulus Harbor hosts the production environment in its data centers in Ohio and Oregon. We present it by the carve-out method: this description leaves out the controls of Cumulus Harbor. We assume that entry to the data centers is restricted to authorized persons (CSOC-01), that storage media which leave them are erased or destroyed (CSOC-02), that administrative access to the hypervisor and to the managed database service is restricted (CSOC-03), and that these are patched and changed by approved and tested changes (CSOC-04). The Compliance Manager reviews its SOC 2 report once a year (VE-02).

Keyhouse, Shieldwell and Lumberyard are vendors: our commitments can be met by our own controls over how we use them (AC-04, EP-01 and LM-01).`,
  ],
  ['DC8', 'All common criteria are relevant to the system. We have left out none.'],
  [
    'DC9',
    `The system, its people and its controls did not change significantly in the period. Its features were extended in small steps, as they are in each year.`,
  ],
]
