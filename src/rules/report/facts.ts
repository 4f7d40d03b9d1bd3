import type { FrameworkAsserted } from '../assertions.js'
import type { AttributeCount, ReportedExtension } from '../deviations.js'
import type { FrameworkOpinion } from '../framework-opinion.js'
import type { FurtherCriterionFacts, FurtherCriterionOutcome } from '../frameworks.js'
import type {
  Category,
  Cause,
  ControlFrequency,
  DescriptionCriterion,
  DesignConclusion,
  EmphasisKind,
  ExceptionKind,
  ExceptionState,
  FrameworkUse,
  OpinionType,
  ProcedureAspect,
  ProcedureMethod,
  ProcedureOutcome,
  ResponsePosition,
  SampleBasis,
  SelectionMethod,
  ServiceCommitmentKind,
  SubjectMatter,
  SubserviceMethod,
  WorkOfOthersKind,
} from '../vocabulary.js'

/**
 * All that a report is made from, as plain values. Dates are ISO days (`2019-12-31`); texts are as people wrote them,
 * paragraphs parted by empty lines. Lists are in the order in which the report is to show them, save where it sorts.
 */
export interface ReportFacts {
  firm: { name: string; city: string }
  client: { name: string }
  engagement: EngagementFacts
  /** Number and date of the report; null makes a draft. */
  issue: { number: string; date: string } | null
  /** Every criterion of the categories in scope, in the order of the catalogue. */
  criteria: readonly CriterionFacts[]
  controls: readonly ControlFacts[]
  procedures: readonly ProcedureFacts[]
  /** In any state: the report takes those that were confirmed and count. */
  exceptions: readonly ExceptionFacts[]
  /** The latest version that management submitted; at most one for an exception. */
  responses: readonly ResponseFacts[]
  /** Null while no opinion was decided. */
  opinion: ReportedOpinion | null
  /** Management's assertion, the one signed last; null while none is. */
  assertion: SignedAssertion | null
  /** Section III, as management wrote it. */
  description: readonly { criterion: DescriptionCriterion; text: string }[]
  /** The principal service commitments and system requirements; criteria: none where one is related to all. */
  commitments: readonly CommitmentFacts[]
  /** Complementary user entity controls. */
  userEntityControls: readonly ComplementaryFacts[]
  subserviceOrganizations: readonly SubserviceFacts[]
  /** The further frameworks that stand: those that the opinion covers, and those whose mapping is printed. */
  frameworks: readonly FrameworkFacts[]
  /** The work of others that is used, of whatever kind: the report takes what it has to tell. */
  workOfOthers: readonly WorkOfOthersFacts[]
}

export interface EngagementFacts {
  kind: 'SOC2_TYPE_1' | 'SOC2_TYPE_2' | 'READINESS'
  systemName: string
  categories: readonly Category[]
  /** Type 2: both days are in the period. Type 1: null. */
  period: { start: string; end: string } | null
  /** Type 1 only. */
  asOf: string | null
  /** Of the catalogue, e.g. `2017` and `2022`. */
  criteriaVersion: string
  pointsOfFocusVersion: string
}

export interface CriterionFacts {
  code: string
  category: Category
  series: string
  title: string
  /** Why the criterion is not applicable; null when it is. */
  notApplicable: string | null
}

export interface ControlFacts {
  ref: string
  title: string
  description: string
  frequency: ControlFrequency
  criteria: readonly string[]
  /** The name of the included subservice organization that performs it; null where the service organization does. */
  performedBy: string | null
  /** Null where it operated from before the period on, or beyond it. */
  operatedFrom: string | null
  operatedTo: string | null
  /** The day on which it was taken out of what is examined, after it had been tested; null where it is examined. */
  retiredOn: string | null
  /** The reference of the control whose place it took. */
  replaces: string | null
  /** What was concluded on its design; null while nothing was. */
  design: DesignConclusion | null
  /** The lists it was tested on, by the time they cover. */
  populations: readonly PopulationFacts[]
  /** Days of its time that none of them covers, nor a test in place of one. */
  populationGaps: readonly { from: string; to: string }[]
}

export interface PopulationFacts {
  coversFrom: string
  coveredUntilOn: string
  /** Which items are none of it, in words, and why. */
  exclusions: readonly { rule: string; reason: string }[]
  excludedCount: number
  setAsideCount: number
  leftOutCount: number
}

export interface ProcedureFacts {
  ref: string
  controlRef: string
  methods: readonly ProcedureMethod[]
  aspects: readonly ProcedureAspect[]
  /** What was done, in the words the report is to show: nature, records looked at, what they were compared with. */
  description: string
  /** Roles of the persons inquired of; null when none was. */
  personsAsked: string | null
  /** Null while the procedure is under way. */
  outcome: ProcedureOutcome | null
  /** What backs an outcome that is neither with nor without exceptions, e.g. how it was checked that nothing occurred. */
  outcomeNote: string | null
  /** Of a test in place of a population: the days it covers. */
  covers: { from: string; to: string } | null
  /** Null for a procedure without a population. */
  sample: SampleFacts | null
}

export interface SampleFacts {
  basis: SampleBasis
  method: SelectionMethod
  tested: number
  populationSize: number
  extensions: readonly ReportedExtension[]
}

export interface ExceptionFacts {
  number: number
  state: ExceptionState
  kind: ExceptionKind
  title: string
  criteria: readonly string[]
  /** Null when it concerns no single control, e.g. a misstatement of the description. */
  controlRef: string | null
  procedureRef: string | null
  testedCount: number | null
  deviations: number | null
  /** What each attribute showed; told where several failed. */
  attributeCounts: readonly AttributeCount[]
  /** Only where the auditor established a period. */
  failedFrom: string | null
  failedTo: string | null
  sectionFourText: string
  /** What was noted when management's time to answer ran out. */
  overdueNote: string | null
}

export interface ResponseFacts {
  exceptionNumber: number
  submittedOn: string | null
  position: ResponsePosition | null
  acknowledgement: string | null
  rootCauseCategory: Cause | null
  rootCause: string | null
  remediation: readonly { action: string; owner: string | null; dueOn: string | null; done: boolean }[]
  responsible: string | null
  targetOn: string | null
  preventionOfRecurrence: string | null
  /** Given when management declines to respond; the elements above are then left aside. */
  declinedReason: string | null
  /** What the auditor found not to agree with the report; null when nothing was. */
  inconsistency: string | null
}

export interface ReportedOpinion {
  /** One for each subject matter and category. */
  conclusions: readonly { subjectMatter: SubjectMatter; category: Category; type: OpinionType }[]
  /** Why the conclusion on a subject matter is modified: one for each that is. */
  bases: readonly { subjectMatter: SubjectMatter; text: string }[]
  /** What the auditor draws attention to without modifying the opinion. */
  emphases: readonly { kind: EmphasisKind; text: string }[]
  /** Whether conclusions on design and operation are told category by category where they differ: the firm’s choice. */
  isByCategory: boolean
}

export interface SignedAssertion {
  text: string
  signers: readonly { name: string; title: string }[]
  datedOn: string
}

/** What the recurring phrases of a report are made of: known to both sides. */
export interface PhraseFacts extends Pick<ReportFacts, 'client'> {
  /** The further frameworks that an assertion speaks of. */
  additionalCriteria?: readonly FrameworkAsserted[]
  userEntityControls: readonly { ref: string }[]
  /** Without vendors, each with the controls that are expected of it. */
  subserviceOrganizations: readonly { method: SubserviceMethod; complementaryControls: readonly { ref: string }[] }[]
  engagement: Pick<EngagementFacts, 'kind' | 'systemName' | 'categories' | 'period' | 'asOf'>
}

export interface CommitmentFacts {
  ref: string
  kind: ServiceCommitmentKind
  text: string
  criteria: readonly string[]
}

/** A control that is assumed to be in place elsewhere. */
export interface ComplementaryFacts {
  ref: string
  text: string
  criteria: readonly string[]
  /** The controls in the report that it complements, by reference. */
  controlRefs: readonly string[]
}

export interface SubserviceFacts {
  name: string
  service: string
  method: SubserviceMethod
  /** Controls expected of the organization, under the carve-out method. */
  complementaryControls: readonly ComplementaryFacts[]
  /** What the management of an included organization asserted; null of one that is carved out, and while it has not. */
  assertion: { text: string; givenBy: string; datedOn: string } | null
}

/** A further framework, with what is mapped to each of its criteria. */
export interface FrameworkFacts {
  name: string
  edition: string
  publisher: string
  use: FrameworkUse
  printsMapping: boolean
  /** In the order of the set; `text` where the firm loaded one. */
  criteria: readonly (FurtherCriterionFacts & {
    section: string | null
    text: string | null
    outcome: FurtherCriterionOutcome
  })[]
  /** What the partner decided; null while nothing is, or it rests on what has changed. */
  opinion: FrameworkOpinion | null
  isLetterRefused: boolean
}

export interface WorkOfOthersFacts {
  kind: WorkOfOthersKind
  name: string
  /** What they did. */
  performed: string
  /** How their work was supervised, reviewed or tested anew. */
  oversight: string
  /** Whether the firm takes no responsibility for it, and the report names who does. */
  isReferredTo: boolean
  /** The controls in the report whose tests it served, by reference. */
  controlRefs: readonly string[]
}
