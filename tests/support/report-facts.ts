import { readFileSync } from 'node:fs'
import { outcomeOf } from '../../src/rules/frameworks.js'
import type {
  CriterionFacts,
  ExceptionFacts,
  FrameworkFacts,
  ProcedureFacts,
  ReportFacts,
  ResponseFacts,
} from '../../src/rules/report/facts.js'
import type { Category } from '../../src/rules/vocabulary.js'

/** All people and everything else in these reports is invented. */

/** Of a control that operated in all of the period, in the place of no other. */
const throughout = {
  operatedFrom: null,
  operatedTo: null,
  retiredOn: null,
  replaces: null,
  performedBy: null,
  design: 'SUITABLE' as const,
  populations: [],
  populationGaps: [],
}

/** A small Type 2 report, not issued: two criteria, three controls, one exception with its response. */
export function smallFacts(changes: Partial<ReportFacts> = {}): ReportFacts {
  return {
    firm: { name: 'Halden & Roy (invented)', city: 'Portland, Oregon' },
    client: { name: 'Larkspur Ledger, Inc. (invented)' },
    engagement: {
      kind: 'SOC2_TYPE_2',
      systemName: 'the Larkspur Cloud Ledger system',
      categories: ['SECURITY'],
      period: { start: '2019-01-01', end: '2019-12-31' },
      asOf: null,
      criteriaVersion: '2017',
      pointsOfFocusVersion: '2022',
    },
    issue: null,
    criteria: [
      {
        code: 'CC6.2',
        category: 'SECURITY',
        series: 'Logical and physical access',
        title: 'User registration and deprovisioning',
        notApplicable: null,
      },
      {
        code: 'CC7.4',
        category: 'SECURITY',
        series: 'System operations',
        title: 'Incident response',
        notApplicable: null,
      },
      {
        code: 'CC8.1',
        category: 'SECURITY',
        series: 'Change management',
        title: 'Change management life cycle',
        notApplicable: null,
      },
    ],
    controls: [
      {
        ref: 'AC-01',
        title: 'Access of leavers is removed',
        description: 'Access is removed within one working day after a person leaves.',
        frequency: 'PER_EVENT',
        criteria: ['CC6.2'],
        ...throughout,
      },
      {
        ref: 'CM-01',
        title: 'Changes are reviewed',
        description: 'Every change is reviewed by another person than its author before it is merged.',
        frequency: 'PER_EVENT',
        criteria: ['CC8.1', 'CC6.2'],
        ...throughout,
      },
      {
        ref: 'IR-01',
        title: 'Incidents are handled',
        description: 'A security incident is recorded, handled and closed with a review.',
        frequency: 'PER_EVENT',
        criteria: ['CC7.4'],
        ...throughout,
      },
    ],
    procedures: [
      procedure({
        ref: 'P-1',
        controlRef: 'AC-01',
        description: 'Compared the day on which access ended with the last day of work.',
        outcome: 'EXCEPTIONS',
      }),
      procedure({
        ref: 'P-2',
        controlRef: 'CM-01',
        description: 'Examined the record of each change for a review by another person than its author.',
      }),
      procedure({
        ref: 'P-3',
        controlRef: 'IR-01',
        methods: ['INQUIRY'],
        description: 'Asked whether security incidents occurred, and examined the log of the alerting system.',
        personsAsked: 'Head of operations',
        outcome: 'NOT_OPERATED',
        outcomeNote: 'The log of the alerting system holds no incident in the period.',
        sample: null,
      }),
    ],
    exceptions: [exception({})],
    responses: [response({})],
    opinion: {
      conclusions: [
        { subjectMatter: 'DESCRIPTION', category: 'SECURITY', type: 'UNQUALIFIED' },
        { subjectMatter: 'SUITABILITY_OF_DESIGN', category: 'SECURITY', type: 'UNQUALIFIED' },
        { subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY', type: 'QUALIFIED' },
      ],
      bases: [
        {
          subjectMatter: 'OPERATING_EFFECTIVENESS',
          text: 'Access of leavers was not removed in time for 5 of 25 persons, as Section IV reports for AC-01.',
        },
      ],
      emphases: [],
      isByCategory: false,
    },
    assertion: {
      text: 'We have prepared the description of our system.\n\nOur controls operated effectively.',
      signers: [{ name: 'Rosa Quill', title: 'Chief executive (invented)' }],
      datedOn: '2020-02-14',
    },
    description: [
      { criterion: 'DC1', text: 'The company keeps ledgers for small firms.\n\nIt serves them over the internet.' },
      { criterion: 'DC2', text: 'The company commits to keep ledgers private.' },
    ],
    commitments: [],
    userEntityControls: [],
    subserviceOrganizations: [],
    frameworks: [],
    workOfOthers: [],
    ...changes,
  }
}

export function procedure(changes: Partial<ProcedureFacts>): ProcedureFacts {
  return {
    ref: 'P-1',
    controlRef: 'AC-01',
    methods: ['INSPECTION'],
    aspects: ['OPERATION'],
    description: 'Examined the records.',
    personsAsked: null,
    outcome: 'NO_EXCEPTIONS',
    outcomeNote: null,
    covers: null,
    sample: { basis: 'FREQUENCY_TABLE', method: 'RANDOM', tested: 25, populationSize: 64, extensions: [] },
    ...changes,
  }
}

export function exception(changes: Partial<ExceptionFacts>): ExceptionFacts {
  return {
    number: 1,
    state: 'CONCLUDED',
    kind: 'OPERATING_DEVIATION',
    title: 'Access of leavers removed late',
    criteria: ['CC6.2'],
    controlRef: 'AC-01',
    procedureRef: 'P-1',
    testedCount: 25,
    deviations: 5,
    attributeCounts: [],
    failedFrom: '2019-03-04',
    failedTo: '2019-11-20',
    sectionFourText: 'For 5 of 25 leavers tested, access was removed between 2 and 14 days after the last day of work.',
    overdueNote: null,
    ...changes,
  }
}

export function response(changes: Partial<ResponseFacts>): ResponseFacts {
  return {
    exceptionNumber: 1,
    submittedOn: '2020-01-20',
    position: 'AGREE',
    acknowledgement: 'Management agrees with the exception.',
    rootCauseCategory: 'HUMAN_ERROR',
    rootCause: 'Notices of leaving reached the service desk late.',
    remediation: [
      {
        action: 'Send notices of leaving to the directory every night.',
        owner: 'Head of IT',
        dueOn: '2020-02-28',
        done: true,
      },
      { action: 'Compare leavers and accounts each month.', owner: 'Security lead', dueOn: '2020-04-30', done: false },
    ],
    responsible: 'Head of IT',
    targetOn: '2020-04-30',
    preventionOfRecurrence: 'A monthly comparison finds what the nightly job missed.',
    declinedReason: null,
    inconsistency: null,
    ...changes,
  }
}

const allCategories: Category[] = ['SECURITY', 'AVAILABILITY', 'CONFIDENTIALITY', 'PROCESSING_INTEGRITY', 'PRIVACY']

/** The 61 criteria, as the migration loads them. */
export function catalogue(): CriterionFacts[] {
  const sql = readFileSync(new URL('../../../migrations/0007_criteria.sql', import.meta.url), 'utf8')
  return [...sql.matchAll(/\(\d+, '([^']+)', '([^']+)', '([^']+)', (?:\d+|null), '((?:[^']|'')+)'/g)].map(
    ([, code, category, series, title]) => ({
      code: code as string,
      category: category as Category,
      series: series as string,
      title: (title as string).replaceAll("''", "'"),
      notApplicable:
        code === 'P3.2' ? 'The service collects no personal information for which explicit consent is needed.' : null,
    }),
  )
}

const long = (what: string, sentences: number): string =>
  Array.from(
    { length: sentences },
    (_, n) =>
      `${what} ${['is described here at some length', 'follows a written procedure that is reviewed each year', 'involves more than one team, and each of them keeps records'][n % 3]}.`,
  ).join(' ')

/** A large issued report: all 61 criteria, 60 controls with a long text each, five exceptions, an adverse part. */
export function largeFacts(): ReportFacts {
  const criteria = catalogue()
  const codes = criteria.map(({ code }) => code)
  const refs = Array.from(
    { length: 60 },
    (_, n) => `${['AC', 'CM', 'IR', 'VM', 'BC'][n % 5]}-${String(1 + Math.floor(n / 5)).padStart(2, '0')}`,
  )
  const troubled = ['AC-01', 'CM-02', 'VM-03', null, 'BC-04']
  return smallFacts({
    engagement: { ...smallFacts().engagement, categories: allCategories },
    issue: { number: 'HR-2020-0007', date: '2020-02-21' },
    criteria,
    controls: refs.map((ref, n) => ({
      ref,
      title: `Invented control ${ref}`,
      description: long(`Control ${ref}`, 2 + (n % 5)),
      frequency: (['DAILY', 'WEEKLY', 'MONTHLY', 'PER_EVENT'] as const)[n % 4] ?? 'DAILY',
      criteria: [codes[n % 61] as string, codes[(n * 7 + 3) % 61] as string],
      ...throughout,
    })),
    procedures: refs.flatMap((ref, n) => [
      procedure({
        ref: `${ref}/D`,
        controlRef: ref,
        methods: ['INQUIRY'],
        aspects: ['DESIGN'],
        description: long('The walk through the control', 2),
        personsAsked: 'Head of the team that performs the control',
        sample: null,
      }),
      procedure({
        ref: `${ref}/O`,
        controlRef: ref,
        methods: [n % 9 === 0 ? 'REPERFORMANCE' : 'INSPECTION'],
        description: long('The comparison of the records with the written procedure', 2 + (n % 4)),
        outcome: troubled.includes(ref) ? 'EXCEPTIONS' : n === 12 ? 'NOT_OPERATED' : 'NO_EXCEPTIONS',
        outcomeNote:
          n === 12 ? 'The register of such events is empty for the period; the head of operations confirmed it.' : null,
        sample:
          n === 12
            ? null
            : {
                basis: 'FREQUENCY_TABLE',
                method: n % 11 === 0 ? 'ENTIRE_POPULATION' : 'RANDOM',
                tested: 25,
                populationSize: 250,
                extensions: [],
              },
      }),
    ]),
    exceptions: troubled.map((ref, n) =>
      exception({
        number: n + 1,
        kind: ref === null ? 'DESCRIPTION_MISSTATEMENT' : 'OPERATING_DEVIATION',
        title: ref === null ? 'The description names a data centre that was closed' : `Invented exception on ${ref}`,
        criteria: ref === null ? [] : ['CC6.2'],
        controlRef: ref,
        procedureRef: ref === null ? null : `${ref}/O`,
        testedCount: ref === null ? null : 25,
        deviations: ref === null ? null : n + 1,
        failedFrom: ref === null ? null : '2019-04-01',
        failedTo: null,
        sectionFourText:
          ref === null
            ? 'The description names a data centre that was closed before the period began.'
            : `For ${n + 1} of 25 items tested, ${long('the record', 3)}`,
        overdueNote:
          n === 4 ? 'The due date passed on 2020-02-10 without an answer; management was reminded twice.' : null,
      }),
    ),
    responses: [
      response({ exceptionNumber: 1, acknowledgement: long('The exception', 3), rootCause: long('The cause', 6) }),
      response({
        exceptionNumber: 2,
        inconsistency:
          'The response says that two changes were affected. Section IV reports on the changes tested only.',
      }),
      response({ exceptionNumber: 3 }),
      response({
        exceptionNumber: 4,
        declinedReason: 'Management holds that the description was right when it was written.',
      }),
    ],
    opinion: {
      conclusions: [
        ...allCategories.map((category) => ({
          subjectMatter: 'DESCRIPTION' as const,
          category,
          type: 'QUALIFIED' as const,
        })),
        ...allCategories.map((category) => ({
          subjectMatter: 'SUITABILITY_OF_DESIGN' as const,
          category,
          type: 'UNQUALIFIED' as const,
        })),
        ...allCategories.map((category) => ({
          subjectMatter: 'OPERATING_EFFECTIVENESS' as const,
          category,
          type: category === 'AVAILABILITY' ? ('ADVERSE' as const) : ('QUALIFIED' as const),
        })),
      ],
      bases: [
        { subjectMatter: 'DESCRIPTION', text: long('The matter of the description', 3) },
        {
          subjectMatter: 'OPERATING_EFFECTIVENESS',
          text: `${long('The first matter', 4)}\n\n${long('The second matter', 3)}`,
        },
      ],
      emphases: [],
      isByCategory: true,
    },
    description: (['DC1', 'DC2', 'DC3', 'DC4', 'DC5', 'DC6', 'DC7', 'DC8', 'DC9'] as const).map((criterion) => ({
      criterion,
      text: Array.from({ length: 4 }, () => long('This part of the system', 6)).join('\n\n'),
    })),
    userEntityControls: [
      {
        ref: 'CUEC-01',
        text: 'User entities remove the accounts of their own leavers.',
        criteria: ['CC6.2', 'CC6.3'],
        controlRefs: ['AC-01'],
      },
      {
        ref: 'CUEC-02',
        text: 'User entities tell the company of incidents on their side.',
        criteria: ['CC7.3'],
        controlRefs: [],
      },
    ],
    subserviceOrganizations: [
      {
        name: 'Northgate Hosting (invented)',
        service: 'hosting of servers',
        method: 'CARVE_OUT',
        complementaryControls: [
          { ref: 'CSOC-01', text: 'Entry to the data centre is restricted.', criteria: ['CC6.4'], controlRefs: [] },
        ],
        assertion: null,
      },
      {
        name: 'Papermill Print (invented)',
        service: 'printing of statements',
        method: 'INCLUSIVE',
        complementaryControls: [],
        assertion: {
          text: 'We have described our printing.\n\nOur controls operated effectively.',
          givenBy: 'Paul Reed, managing director of the printer (invented)',
          datedOn: '2020-02-13',
        },
      },
    ],
  })
}

/** A framework with a criterion that is met and one that no control serves, as the opinion covers it. */
export function frameworkFacts(changes: Partial<FrameworkFacts> = {}): FrameworkFacts {
  const control = {
    ...{ id: 'CM-01', ref: 'CM-01', operatedFrom: null, operatedTo: null, isRetired: false, material: [] },
    ...({ design: 'SUITABLE', operation: 'EFFECTIVE' } as const),
  }
  const engagement = { kind: 'SOC2_TYPE_2', periodStart: '2019-01-01', periodEnd: '2019-12-31', asOf: null } as const
  const served = { code: 'LK-1', title: 'Readings are kept', controls: [control], uncovered: null }
  const bare = {
    ...{ code: 'LK-2', title: 'Losses are told', controls: [] },
    uncovered: { ground: 'NO_CONTROL' as const, reason: 'A notice is planned' },
  }
  return {
    name: 'Lighthouse rules (invented)',
    edition: '2024',
    publisher: 'The board of lighthouses (invented)',
    use: 'ADDITIONAL_SUBJECT_MATTER',
    printsMapping: false,
    criteria: [served, bare].map((facts) => ({
      ...{ ...facts, section: 'Keeping', text: 'In other words.' },
      outcome: outcomeOf(facts, engagement),
    })),
    opinion: { design: 'QUALIFIED', operation: 'QUALIFIED' },
    isLetterRefused: false,
    ...changes,
  }
}
