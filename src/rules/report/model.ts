import type {
  Category,
  DescriptionCriterion,
  ExceptionKind,
  FurtherOutcome,
  OpinionType,
  ProcedureAspect,
  ProcedureMethod,
  ServiceCommitmentKind,
  SubjectMatter,
  SubserviceMethod,
} from '../vocabulary.js'

/**
 * The report as data: what every rendering of it shows, and nothing else. Plain JSON; dates are ISO days; its SHA-256 is
 * taken over `canonicalJson(model)`. A change of the shape or the meaning of a field raises `modelVersion`.
 */
export interface ReportModel {
  modelVersion: 7
  /** Null: a draft. */
  issue: { number: string; date: string } | null
  cover: Cover
  auditorsReport: AuditorsReport
  assertion: Assertion
  description: Description
  tests: Tests
  /** Null when there is neither an exception to respond to nor a mapping to print, and so no Section V. */
  responses: Responses | null
}

/** A heading with text under it. `points` is a list that follows the paragraphs. */
export interface Passage {
  heading: string
  paragraphs: string[]
  points: string[]
}

export interface Cover {
  client: string
  system: string
  kind: 'SOC 2 Type 1' | 'SOC 2 Type 2'
  categories: Category[]
  /** Names of the categories, in the same order. */
  categoryNames: string[]
  period: { start: string; end: string } | null
  asOf: string | null
  firm: string
  city: string
  restriction: string
}

export interface AuditorsReport {
  title: string
  addressee: string
  /** Before the opinion: scope, responsibilities, limitations, and the basis of each modified conclusion. */
  passages: Passage[]
  /** Null in a draft without an opinion. */
  opinion: { heading: string; parts: OpinionPart[] } | null
  /** After the opinion: emphasis of matter, other matter, restricted use. */
  closing: Passage[]
}

/** Conclusions under one lead-in: those that are expressed, or those of which none is. */
export interface OpinionPart {
  /** `In our opinion, in all material respects,` */
  leadIn: string
  conclusions: SubjectOpinion[]
}

/** The conclusion on one subject matter, for the categories that share it, or based on additional criteria. */
export interface SubjectOpinion {
  /** `a`, `b`, `c`, through all parts. */
  letter: string
  subjectMatter: SubjectMatter
  /** None where it is based on additional criteria. */
  categories: Category[]
  /** The further framework whose criteria it is based on: `Name, edition`; null for the trust services criteria. */
  additionalCriteria: string | null
  opinion: OpinionType
  /** The clause that the lead-in begins. */
  text: string
}

export interface Assertion {
  title: string
  /** Management's own words; none in a draft of which no assertion is signed. */
  paragraphs: string[]
  /** Who signed it, and its date; null in such a draft. */
  signature: { signers: { name: string; title: string }[]; datedOn: string } | null
  /** The assertions of the managements of included subservice organizations. */
  included: IncludedAssertion[]
}

/** The assertion of an included subservice organization about what of the system is its own. */
export interface IncludedAssertion {
  organization: string
  title: string
  /** Its management's own words; none in a draft for which they were not obtained. */
  paragraphs: string[]
  /** By whom it was given to the auditor, and its date; null in such a draft. */
  given: { by: string; datedOn: string } | null
}

export interface Description {
  title: string
  sections: { criterion: DescriptionCriterion; heading: string; paragraphs: string[] }[]
  /** Under DC2. */
  commitments: { ref: string; kind: ServiceCommitmentKind; text: string; criteria: string[] }[]
  userEntityControls: ReportedComplement[]
  subserviceOrganizations: {
    name: string
    service: string
    method: SubserviceMethod
    complementaryControls: ReportedComplement[]
  }[]
  notApplicable: { code: string; title: string; reason: string }[]
}

/** A control that is assumed to be in place elsewhere. */
export interface ReportedComplement {
  ref: string
  text: string
  criteria: string[]
  /** The controls in Section IV that it complements. */
  controlRefs: string[]
}

/** Section IV. Controls and exceptions stand once; criteria name the controls that serve them. */
export interface Tests {
  title: string
  passages: Passage[]
  criteria: {
    code: string
    category: Category
    series: string
    title: string
    /** Why it does not apply; null when it does. */
    notApplicable: string | null
    controlRefs: string[]
    /** Exceptions on the criterion that concern no single control. */
    exceptionNumbers: number[]
  }[]
  /** Further frameworks that the opinion covers, after the trust services criteria. */
  additionalCriteria: AdditionalCriteria[]
  controls: ControlTests[]
  exceptions: ReportedException[]
  /** What no criterion in scope leads to, so that nothing is lost: controls, and exceptions without a control. */
  elsewhere: { controlRefs: string[]; exceptionNumbers: number[] }
}

/** The criteria of a further framework that the opinion covers, with the controls mapped to each. */
export interface AdditionalCriteria {
  name: string
  edition: string
  publisher: string
  criteria: {
    code: string
    section: string | null
    title: string
    /** Null where the firm loaded none. */
    text: string | null
    controlRefs: string[]
    design: FurtherOutcome
    /** Null in a Type 1. */
    operation: FurtherOutcome | null
    /** What it comes to, in words. */
    conclusion: string
    /** Why it is not met, does not apply or is not concluded; none where it is met. */
    because: string[]
  }[]
}

export interface ControlTests {
  ref: string
  title: string
  description: string
  frequency: string
  /** The included subservice organization that performs it; null where the service organization does. */
  performedBy: string | null
  /** From when to when it operated, which control it replaced, whether it was retired; null where there is nothing to tell. */
  operated: string | null
  /** That its operation was not tested, and why; null where it was, and in a Type 1. */
  notTested: string | null
  /** What is to be told of the lists it was tested on: time, exclusions, items set aside; days that none covers. */
  populations: string[]
  tests: {
    ref: string
    aspects: ProcedureAspect[]
    /** What it is a test of, where that is not operation alone: `Test of design and implementation`. */
    subject: string | null
    methods: ProcedureMethod[]
    /** `Inquiry and inspection` */
    nature: string
    description: string
    personsAsked: string | null
    /** Whether all items or a sample were tested; null for a procedure without a population. */
    extent: string | null
    /** What came of it; null when exceptions speak instead. */
    result: string | null
    exceptionNumbers: number[]
  }[]
  /** Exceptions on the control that come from no single test. */
  exceptionNumbers: number[]
}

export interface ReportedException {
  number: number
  /** What people know it by: `EX-1`. */
  ref: string
  kind: ExceptionKind
  kindName: string
  title: string
  controlRef: string | null
  criteria: string[]
  paragraphs: string[]
  testedCount: number | null
  deviations: number | null
  /** Each attribute that failed with its own counts, where several did; else empty. */
  attributes: { letter: string; text: string; testedCount: number; deviations: number }[]
  /** The period of failure, where the auditor established one. */
  failedFrom: string | null
  failedTo: string | null
}

/** Section V. */
export interface Responses {
  title: string
  notice: string
  passages: Passage[]
  /** One for each exception in Section IV, in the order of their numbers. */
  responses: ReportedResponse[]
  /** Mappings of controls to criteria that the opinion does not cover. */
  mappings: CriteriaMapping[]
}

/** A mapping that the opinion does not cover: the criteria that a control is mapped to. */
export interface CriteriaMapping {
  name: string
  edition: string
  publisher: string
  criteria: { code: string; title: string; controlRefs: string[] }[]
}

export interface ReportedResponse {
  exceptionNumber: number
  exceptionRef: string
  exceptionTitle: string
  controlRef: string | null
  kind: 'ANSWERED' | 'DECLINED' | 'NONE'
  submittedOn: string | null
  /** Of a response that declines, or of one that never came: the reason, or what was noted. */
  reason: string | null
  /** Whether management agrees, as a sentence. */
  position: string | null
  acknowledgement: string | null
  rootCauseCategory: string | null
  rootCause: string | null
  remediation: { action: string; owner: string | null; dueOn: string | null; done: boolean }[]
  responsible: string | null
  targetOn: string | null
  preventionOfRecurrence: string | null
}
