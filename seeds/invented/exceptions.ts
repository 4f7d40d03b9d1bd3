/** What an exception says of what was found, save its figures, which the service counts. */
export interface InventedException {
  kind: 'OPERATING_DEVIATION' | 'DESIGN_DEFICIENCY'
  category: string
  cause: string
  title: string
  condition: string
  potentialImpact: string
  causeNote: string
  evidenceNote: string
  /** Why the control is concluded as it is. */
  rationale: string
  weighed: Weighed
  answered: Answered
}

/** How the exception is weighed by itself. */
export interface Weighed {
  material: boolean
  rationale: string
  factors: readonly { factor: string; note: string }[]
}

/** How management answers, and what it says first where that is returned. */
export interface Answered {
  position: 'AGREE' | 'PARTLY_AGREE'
  acknowledgement: string
  /** What management says first, and why the auditor returns it. */
  first?: { position: 'DISAGREE'; acknowledgement: string; returnedAs: string; returned: string }
  rootCauseCategory: string
  rootCause: string
  remediation: readonly { action: string; owner: string; dueInDays: number }[]
  responsible: string
  preventionOfRecurrence: string
}

/** Changes that were merged without a review. */
export const unreviewedChanges: InventedException = {
  kind: 'OPERATING_DEVIATION',
  category: 'OPERATING_INEFFECTIVENESS',
  cause: 'HUMAN_ERROR',
  title: 'Changes merged without review by another person',
  condition: 'Changes were merged to the main line without a recorded review by someone other than the author.',
  potentialImpact: 'A faulty or malicious change could reach the system unseen.',
  causeNote: 'The protection of the main line was suspended for urgent changes, and they were not reviewed afterwards.',
  evidenceNote: 'Extract of changes, the rows of the results.',
  rationale: 'Changes reached the main line without review by another person.',
  weighed: {
    material: true,
    rationale:
      'The control is the only one over changes to code. It is confined to change management, so not pervasive.',
    factors: [
      { factor: 'RATE_AGAINST_TOLERABLE', note: 'The table accepts no deviation in a sample of this size.' },
      { factor: 'IMPORTANCE_OF_CONTROL', note: 'No other control tested covers unreviewed changes.' },
      { factor: 'INCIDENTS', note: 'Read the changes concerned and the release notes: no incident came of them.' },
    ],
  },
  answered: {
    position: 'AGREE',
    acknowledgement: 'Management agrees with the exception.',
    rootCauseCategory: 'HUMAN_ERROR',
    rootCause:
      'An administrator suspended the protection of the main line for an urgent change, and the change was not reviewed afterwards.',
    remediation: [
      {
        action: 'Have two administrators suspend the protection together, and record a review within two days.',
        owner: 'Head of Engineering',
        dueInDays: 30,
      },
      {
        action: 'Report merges without review to the Head of Engineering each week.',
        owner: 'IT Manager',
        dueInDays: 45,
      },
    ],
    responsible: 'Head of Engineering',
    preventionOfRecurrence: 'The protection is part of the repository’s configuration, which is reviewed each quarter.',
  },
}

/** What the tests of the invented controls find, by the reference of the control. */
export const exceptions: Readonly<Record<string, InventedException>> = {
  'AC-02': {
    kind: 'OPERATING_DEVIATION',
    category: 'OPERATING_INEFFECTIVENESS',
    cause: 'PROCESS_GAP',
    title: 'Access of leavers removed late',
    condition:
      'The accounts of two people who had left were disabled five and seven calendar days after their last working day. They had been reported late.',
    potentialImpact: 'A former employee could have reached a ledger to which Support had been invited, for some days.',
    causeNote:
      'The notice from the personnel system reached the IT Manager late where an employee left at short notice.',
    evidenceNote: 'Personnel system and log of Keyhouse, the rows of the results.',
    rationale: 'Two accounts stayed open for days after their holders had left.',
    weighed: {
      material: false,
      rationale:
        'By itself it would not influence the judgment of users: neither account was used after the last working day, and both belonged to Support, which sees a ledger on invitation alone. It is weighed again together with what else was found on the same criteria.',
      factors: [
        { factor: 'RATE_AGAINST_TOLERABLE', note: 'Two of all leavers of the period, beyond the tolerable rate.' },
        { factor: 'FREQUENCY_AND_DURATION', note: 'Five and seven calendar days.' },
        {
          factor: 'INCIDENTS',
          note: 'The log of Keyhouse shows no sign-in by these accounts after the last working day.',
        },
        { factor: 'SENSITIVITY_OF_DATA', note: 'Both belonged to Support, which sees a ledger on invitation alone.' },
      ],
    },
    answered: {
      position: 'AGREE',
      acknowledgement:
        'Management agrees. Two accounts stayed open five and seven calendar days. Both are disabled; the log shows that they were not used.',
      rootCauseCategory: 'PROCESS_GAP',
      rootCause: 'Where an employee left at short notice, the notice was written after the last working day.',
      remediation: [
        {
          action: 'Have the personnel system disable the account on the last working day by itself.',
          owner: 'IT Manager',
          dueInDays: 60,
        },
      ],
      responsible: 'IT Manager and Head of People',
      preventionOfRecurrence: 'A daily job compares the personnel system with Keyhouse and reports every difference.',
    },
  },
  'AC-03': {
    kind: 'OPERATING_DEVIATION',
    category: 'OPERATING_INEFFECTIVENESS',
    cause: 'RESOURCES',
    title: 'A quarterly review of access was not held',
    condition: 'The rights of access were not reviewed for one quarter of the period.',
    potentialImpact: 'An account or a right that was left over could have stayed for up to six months.',
    causeNote: 'The IT Manager was on leave, and no deputy was named.',
    evidenceNote: 'Register of reviews, held against the quarters of the period.',
    rationale: 'A review that fell due was not held.',
    weighed: {
      material: false,
      rationale:
        'By itself it would not influence the judgment of users: the reviews before and after it were held and covered every account. It is weighed again together with what else was found on the same criteria.',
      factors: [
        {
          factor: 'FREQUENCY_AND_DURATION',
          note: 'One quarter; the next review covered all accounts, old ones included.',
        },
        { factor: 'NATURE_AND_CAUSE', note: 'No deputy was named for the time of a leave.' },
        { factor: 'OTHER_CONTROLS_ON_CRITERION', note: 'Access is given on approved requests; that control operated.' },
      ],
    },
    answered: {
      position: 'AGREE',
      acknowledgement: 'Management agrees. Its own assessment of controls noted the missed review in the same quarter.',
      rootCauseCategory: 'RESOURCES',
      rootCause: 'No deputy stood in for the IT Manager during a leave.',
      remediation: [
        {
          action: 'Name a deputy for each control that falls due by the calendar.',
          owner: 'Compliance Manager',
          dueInDays: 20,
        },
      ],
      responsible: 'Compliance Manager',
      preventionOfRecurrence: 'The calendar of controls reminds owner and deputy two weeks before a review falls due.',
    },
  },
  'VE-01': {
    kind: 'DESIGN_DEFICIENCY',
    category: 'CONTROL_GAP',
    cause: 'PLANNING',
    title: 'Vendors are not reassessed after the contract is signed',
    condition:
      'The control asks for a review before the contract alone. Nothing asks for the security of a vendor to be reassessed while it holds customers’ data.',
    potentialImpact: 'A vendor’s protection of customers’ data could lapse for years unnoticed.',
    causeNote: 'The procedure was written for the purchase of a service, and not for its use.',
    evidenceNote: 'Vendor procedure and vendor file; one vendor walked through.',
    rationale:
      'The control as designed manages the risk at one moment, and the risk lasts as long as the contract. Operation was not tested: what the control does not ask for cannot have operated.',
    weighed: {
      material: true,
      rationale:
        'Only the report of the host is reviewed each year; no control looks at the other vendors that hold customers’ data, so that the criterion on vendors is not met by design. It is confined to vendors, so not pervasive.',
      factors: [
        { factor: 'IMPORTANCE_OF_CONTROL', note: 'It is the only control over vendors other than the host.' },
        { factor: 'SYSTEMATIC', note: 'It concerns every vendor under contract.' },
        { factor: 'SENSITIVITY_OF_DATA', note: 'Logs and identities of all users are held by vendors.' },
      ],
    },
    answered: {
      position: 'PARTLY_AGREE',
      first: {
        position: 'DISAGREE',
        acknowledgement:
          'Management does not agree. Each contract obliges the vendor to send its SOC 2 report every year, and each vendor does.',
        returnedAs: 'MISSTATEMENT_OF_FACT',
        returned:
          'Of the three contracts one obliges the vendor to send a report, and the vendor file holds none later than the contract. Management may disagree, but please correct what is said as a fact.',
      },
      acknowledgement:
        'Management accepts that nothing asks for a later review, and excepts it in its assertion. It does not agree with the weight that is given to it: it holds the risk to be low for three established vendors. The contract with one of them obliges it to send its SOC 2 report each year; none was asked for in the period.',
      rootCauseCategory: 'PLANNING',
      rootCause: 'The procedure for vendors asks for one review, before the contract.',
      remediation: [
        {
          action: 'Ask each vendor for its present SOC 2 report and record what it says.',
          owner: 'Compliance Manager',
          dueInDays: 40,
        },
        {
          action: 'Review each vendor that holds customers’ data once a year.',
          owner: 'Compliance Manager',
          dueInDays: 90,
        },
      ],
      responsible: 'Compliance Manager',
      preventionOfRecurrence: 'The annual review stands in the calendar of controls, which the risk committee sees.',
    },
  },
}

/** How what was found on the same criteria is weighed together. */
export const together = {
  criteria: {
    material: true,
    rationale:
      'Apart, each is small. Together they leave a quarter in which access that should have ended could stay, and nothing would have found it: the control that ends access failed where it was late, and the one that would have noticed was not held. Users would want to know.',
    factors: [
      { factor: 'AGGREGATION', note: 'The two controls answer the same risk, one after the other.' },
      { factor: 'FREQUENCY_AND_DURATION', note: 'Two accounts for days; one quarter without a review.' },
      { factor: 'INCIDENTS', note: 'The register of incidents and the log of Keyhouse show none that came of it.' },
      {
        factor: 'OTHER_CONTROLS_ON_CRITERION',
        note: 'Neither leaver had administrative rights; the histories of the configurations show no change by them.',
      },
    ],
  },
  subjectMatter: {
    material: true,
    rationale:
      'The review of changes, the removal of access and its review failed. Authentication, the boundary, encryption, monitoring and recovery operated, so that the commitment to protect ledgers is affected in part and the others are not. They share no cause: material, and not pervasive. What is carried from the design concerns vendors alone.',
    factors: [
      { factor: 'AGGREGATION', note: 'Different areas, causes and owners.' },
      {
        factor: 'IMPORTANCE_OF_CONTROL',
        note: 'Each is a key control of its area; those of the other areas operated.',
      },
    ],
  },
} as const
