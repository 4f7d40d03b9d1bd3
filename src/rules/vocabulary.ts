/**
 * The words of the profession as this service uses them: each enum of the API, its values and what they mean.
 * The record is the one source for the type, the API's enum and its descriptions, and the CHECK in the database
 * (a test holds the three against each other). Meanings follow the service's glossary.
 */
type Word<T> = keyof T & string
/** The values of a vocabulary, in order. */
export const words = <T extends Record<string, string>>(vocabulary: T): readonly Word<T>[] =>
  Object.keys(vocabulary) as Word<T>[]

// ---- people ------------------------------------------------------------------------------------------------------

export const firmRoles = {
  FIRM_ADMIN:
    'Runs the firm’s account: people, clients, methodology. Sees that engagements exist, not what is in them.',
  PARTNER: 'A partner of the firm.',
  MANAGER: 'A manager of the firm.',
  SENIOR: 'A senior of the firm.',
  STAFF: 'A staff auditor of the firm.',
} as const
export type FirmRole = Word<typeof firmRoles>

export const teamRoles = {
  ENGAGEMENT_PARTNER: 'Responsible for the engagement; decides and signs the opinion.',
  QUALITY_REVIEWER: 'Reviews the engagement before release; performs no work on it.',
  SECOND_READER:
    'A partner, or who the firm’s administrator names: acknowledges the judgments against the figures where there is no quality reviewer, and as a partner settles a difference of opinion; performs no work.',
  MANAGER: 'Leads the engagement from day to day; reviews.',
  SENIOR: 'Plans and performs procedures, reviews the work of staff.',
  STAFF: 'Performs procedures and records results.',
} as const
export type TeamRole = Word<typeof teamRoles>

export const clientRoles = {
  CLIENT_ADMIN: 'Answers for management: approves and submits.',
  RESPONDENT: 'Drafts answers for what is assigned to them.',
  CLIENT_VIEWER: 'Reads what was published to the client.',
} as const
export type ClientRole = Word<typeof clientRoles>

export const membershipStates = {
  INVITED: 'Invited; the person has not accepted yet.',
  ACTIVE: 'The person may sign in with it.',
  DISABLED: 'May no longer sign in. The record stays.',
} as const
export type MembershipState = Word<typeof membershipStates>

export const placeStates = {
  NAMED: 'Named for the team; the engagement is not open to the person yet.',
  CONFIRMED: 'The person has confirmed their independence.',
  REMOVED: 'The person has left the team. The record stays.',
} as const
export type PlaceState = Word<typeof placeStates>

export const invitationStates = {
  OPEN: 'The person can still accept it.',
  ACCEPTED: 'The person has accepted it.',
  VOID: 'Was withdrawn, or replaced by a later invitation of the same person.',
  EXPIRED: 'Was not accepted in time.',
} as const
export type InvitationState = Word<typeof invitationStates>

// ---- engagement --------------------------------------------------------------------------------------------------

export const engagementKinds = {
  SOC2_TYPE_1: 'Description and suitability of design as of a date.',
  SOC2_TYPE_2: 'Description, suitability of design and operating effectiveness throughout a period.',
  READINESS: 'A rehearsal: the same fieldwork, findings instead of an opinion, never a report to third parties.',
} as const
export type EngagementKind = Word<typeof engagementKinds>

export const engagementStates = {
  PLANNING: 'Scope, team, controls and procedures are being planned.',
  FIELDWORK: 'Procedures are performed. Scope and period are locked.',
  COMPLETION: 'Fieldwork is reviewed; exceptions are weighed and the opinion is formed.',
  ISSUED: 'The report is issued and the engagement frozen.',
  ARCHIVED: 'The final file is assembled and locked.',
  WITHDRAWN: 'The firm withdrew from the engagement. The record stays.',
} as const
export type EngagementState = Word<typeof engagementStates>

export const engagementWarningCodes = {
  PERIOD_SHORT: 'The period of a Type 2 is shorter than three months.',
} as const
export type EngagementWarningCode = Word<typeof engagementWarningCodes>

export const categories = {
  SECURITY: 'Security: the common criteria alone, which belong to every category and are always in scope.',
  AVAILABILITY: 'Availability: the system is available for operation and use as committed.',
  CONFIDENTIALITY: 'Confidentiality: information designated confidential is protected as committed.',
  PROCESSING_INTEGRITY: 'Processing integrity: processing is complete, valid, accurate, timely and authorized.',
  PRIVACY: 'Privacy: personal information is handled as the privacy notice commits.',
} as const
export type Category = Word<typeof categories>

export const engagementDocumentKinds = {
  ENGAGEMENT_LETTER: 'The agreed terms; obtained before fieldwork.',
  REPRESENTATION_LETTER: 'Management’s written representations at the end of the work.',
  SUBSEQUENT_EVENTS_INQUIRY: 'The inquiry about events between the end of the period and the report’s date.',
  SUBSERVICE_ASSERTION:
    'The assertion of a subservice organization that is included in the description, by its management.',
  SUBSERVICE_REPRESENTATION_LETTER:
    'The written representations of the management of a subservice organization that is included in the description.',
} as const
export type EngagementDocumentKind = Word<typeof engagementDocumentKinds>

export const serviceCommitmentKinds = {
  SERVICE_COMMITMENT: 'What management promised to those who use the system, such as in contracts and service levels.',
  SYSTEM_REQUIREMENT: 'How the system must work for its commitments, laws and policies to be met.',
} as const
export type ServiceCommitmentKind = Word<typeof serviceCommitmentKinds>

export const subserviceMethods = {
  CARVE_OUT: 'The description leaves its controls out, and presents those expected of it (CSOCs).',
  INCLUSIVE: 'The description has its controls in it: they are tested, and its management asserts and represents, too.',
} as const
export type SubserviceMethod = Word<typeof subserviceMethods>

export const subserviceReportKinds = {
  SOC2_TYPE_2: 'A SOC 2 report on a period.',
  SOC2_TYPE_1: 'A SOC 2 report as of a day: it says nothing of operation.',
  OTHER: 'Another report or certificate, such as one on internal control over financial reporting.',
  NONE: 'There is no report: the evaluation says why, and what was done instead.',
} as const
export type SubserviceReportKind = Word<typeof subserviceReportKinds>

export const complementaryControlKinds = {
  CUEC: 'Complementary user entity control: one of user entities, without which the commitments are not achieved.',
  CSOC: 'Complementary subservice organization control: one assumed to be in place at a carved-out organization.',
} as const
export type ComplementaryControlKind = Word<typeof complementaryControlKinds>

/** What an event after the last day examined comes to. */
export const eventEvaluations = {
  NO_EFFECT: 'It changes nothing that the report says.',
  DISCLOSED: 'The description discloses it; the conclusions stand.',
  CHANGES_CONCLUSION: 'It changes a conclusion: the opinion is decided anew, and the report dated no earlier.',
} as const
export type EventEvaluation = Word<typeof eventEvaluations>

/** Where an entry of a client's register stands. */
export const registerEntryStates = {
  PRIVATE: 'The client keeps it for itself: for the audit firm it does not exist.',
  SHARED: 'The auditor reads it, and each later version of it.',
  WITHDRAWN: 'The client entered it in error, with a reason; shared, it stays visible.',
} as const
export type RegisterEntryState = Word<typeof registerEntryStates>

/** What a change was a change of (DC9). */
export const systemChangeKinds = {
  ORGANIZATION: 'The organization: ownership, structure, who answers for what, a supplier.',
  SYSTEM: 'Infrastructure or software of the system, or where its data is.',
  PEOPLE: 'People on whom the system or its controls depend.',
  PROCEDURES: 'Procedures, policies or the controls themselves.',
} as const
export type SystemChangeKind = Word<typeof systemChangeKinds>

/** What an entry of a client's register comes to in an engagement. */
export const registerConclusions = {
  NO_EFFECT: 'It changes nothing that is examined or reported.',
  IN_DESCRIPTION: 'The description tells of it: an incident under DC4, a change under DC9.',
  EXCEPTION_RAISED: 'An exception reports what failed.',
  TESTED_AFTER: 'Of a change alone: a test looks at the time after it.',
} as const
export type RegisterConclusion = Word<typeof registerConclusions>

/** What the examination needs of management, in writing. */
export const managementStatements = {
  ASSERTION: 'Its assertion about description, design and operation: without it there is no examination.',
  REPRESENTATION_LETTER: 'Its written representations: without them no opinion can be expressed.',
} as const
export type ManagementStatement = Word<typeof managementStatements>

/** What management claims of a subject matter in its assertion. */
export const assertedOutcomes = {
  HOLDS: 'Management claims that it holds, without exception.',
  EXCEPT: 'Management claims that it holds except for matters that the assertion names.',
  FAILS: 'Management says that it does not hold, for matters that the assertion names.',
} as const
export type AssertedOutcome = Word<typeof assertedOutcomes>

export const descriptionCriteria = {
  DC1: 'The types of services provided.',
  DC2: 'The principal service commitments and system requirements.',
  DC3: 'The components of the system: infrastructure, software, people, procedures and data.',
  DC4: 'Identified system incidents: from controls that were not suitably designed or effective, or with a failure to meet commitments.',
  DC5: 'The applicable trust services criteria and the related controls.',
  DC6: 'Complementary user entity controls.',
  DC7: 'Subservice organizations and the controls expected of them.',
  DC8: 'Criteria that are not relevant to the system, and why.',
  DC9: 'Significant changes to the system and controls during the period (Type 2).',
} as const
export type DescriptionCriterion = Word<typeof descriptionCriteria>

// ---- controls ----------------------------------------------------------------------------------------------------

export const controlFrequencies = {
  CONTINUOUS: 'Continuously, at all times.',
  MULTIPLE_DAILY: 'Several times a day.',
  DAILY: 'Once a day.',
  WEEKLY: 'Once a week.',
  MONTHLY: 'Once a month.',
  QUARTERLY: 'Once a quarter.',
  SEMI_ANNUAL: 'Twice a year.',
  ANNUAL: 'Once a year.',
  PER_EVENT: 'As events that call for it occur.',
} as const
export type ControlFrequency = Word<typeof controlFrequencies>

export const weekDays = {
  MONDAY: 'The day Monday of each week.',
  TUESDAY: 'The day Tuesday of each week.',
  WEDNESDAY: 'The day Wednesday of each week.',
  THURSDAY: 'The day Thursday of each week.',
  FRIDAY: 'The day Friday of each week.',
  SATURDAY: 'The day Saturday of each week.',
  SUNDAY: 'The day Sunday of each week.',
} as const
export type WeekDay = Word<typeof weekDays>

export const occurrenceStates = {
  FOUND: 'A frozen population of the control lists it, done in time.',
  MISSING: 'No frozen population lists it, no approved explanation says why, no exception reports it: a deviation.',
  EXPLAINED: 'No population lists it; an explanation why it is no deviation was approved.',
  REPORTED: 'No population lists it; a live exception reports it.',
} as const
export type OccurrenceState = Word<typeof occurrenceStates>

export const occurrenceExplanationKinds = {
  DONE_ELSEWHERE: 'It was done in time, as evidence outside the list shows.',
  NOT_DUE: 'It was not due, as a paper shows: the control was suspended, the cycle was agreed to be another.',
} as const
export type OccurrenceExplanationKind = Word<typeof occurrenceExplanationKinds>

export const updateMatterKinds = {
  SAME_CONTROL:
    'Whether the control, who performs it and what it runs on stayed the same: asked of every update procedure.',
  SYSTEM_CHANGES:
    'What the client shared of changes of the organization and the system that took effect on these days.',
  INCIDENTS: 'What the client shared of incidents that occurred or went on on these days.',
  EARLIER_FINDINGS: 'What confirmed exceptions on the control report, and whether it went on.',
  GENERAL_CONTROLS: 'Whether the general controls that the control relies on operated on these days.',
  OCCURRENCES: 'Whether a periodic control was performed for each cycle that fell due on these days.',
} as const
export type UpdateMatterKind = Word<typeof updateMatterKinds>

export const testedTimeKinds = {
  POPULATION: 'Items of a frozen population were tested, or none are yet.',
  UPDATE_PROCEDURE: 'An update procedure that draws from no population.',
} as const
export type TestedTimeKind = Word<typeof testedTimeKinds>

export const controlNatures = {
  MANUAL: 'Performed by a person.',
  AUTOMATED: 'Performed by a system.',
  IT_DEPENDENT_MANUAL: 'Performed by a person who relies on information from a system.',
} as const
export type ControlNature = Word<typeof controlNatures>

export const controlTypes = {
  PREVENTIVE: 'Prevents errors or events that would defeat its objective.',
  DETECTIVE: 'Detects errors or events after they occurred.',
  CORRECTIVE: 'Corrects errors or events that were detected.',
} as const
export type ControlType = Word<typeof controlTypes>

export const controlAreas = {
  ACCESS: 'Logical and physical access.',
  CHANGE: 'Change management.',
  VULNERABILITY: 'Vulnerability management.',
  INCIDENT: 'Incident response.',
  VENDOR: 'Vendors and subservice organizations.',
  OTHER: 'Any area not named here.',
} as const
export type ControlArea = Word<typeof controlAreas>

export const controlStates = {
  IN_USE: 'The control is examined, or what was recorded stands.',
  RETIRED: 'It was taken out of what is examined. It stays on file, and so does what was found on it.',
} as const
export type ControlState = Word<typeof controlStates>

/** What of a control is kept when it is changed after its testing has begun. */
export const controlParts = {
  TITLE: 'What it is, in a few words.',
  DESCRIPTION: 'How it operates: what its tests are about.',
  FREQUENCY: 'How often it operates.',
  NATURE: 'Who or what performs it.',
  TYPE: 'Whether it prevents, detects or corrects.',
  RISK: 'The risk that it does not operate, which sets how many items are tested.',
  KEY: 'Whether the criteria cannot be met without it.',
  OPERATED: 'From when to when it operated.',
  REPLACES: 'Which control it replaced.',
  CRITERIA: 'Which criteria it helps to meet.',
  FURTHER_CRITERIA: 'Which criteria of a further framework, on which the report gives an opinion, it helps to meet.',
  RELIES_ON: 'Which general controls it relies on.',
  CYCLE: 'How its cycles follow each other: which occurrences of it are expected.',
  RISK_ANSWERED: 'A risk that it answers was weakened, or is answered by it no more.',
  RETIRED: 'It was taken out of what is examined.',
  NOT_NEEDED: 'It was decided that it was never needed: Section IV leaves it out.',
} as const
export type ControlPart = Word<typeof controlParts>

export const designConclusions = {
  SUITABLE: 'The control, if it operates as described, would meet what it is for.',
  UNSUITABLE: 'The control would not meet what it is for, even if it operated as described.',
} as const
export type DesignConclusion = Word<typeof designConclusions>

export const operationConclusions = {
  EFFECTIVE: 'The control operated effectively throughout the period.',
  NOT_EFFECTIVE: 'The control did not operate effectively.',
  NOT_OPERATED: 'The control did not operate during the period: what would have triggered it did not occur.',
  UNABLE_TO_TEST: 'Sufficient appropriate evidence could not be obtained.',
} as const
export type OperationConclusion = Word<typeof operationConclusions>

// ---- procedures, populations, samples ----------------------------------------------------------------------------

export const procedureMethods = {
  INQUIRY: 'Asking those who perform or oversee the control. Never enough alone for operating effectiveness.',
  OBSERVATION: 'Watching the control being performed. Evidence of that moment.',
  INSPECTION: 'Examining records, documents or configurations.',
  REPERFORMANCE: 'Performing the control again, independently, and comparing.',
} as const
export type ProcedureMethod = Word<typeof procedureMethods>

export const procedureAspects = {
  DESIGN: 'Tests whether the control is suitably designed.',
  IMPLEMENTATION: 'Tests whether the control was put in place as it is described.',
  OPERATION: 'Tests whether the control operated effectively.',
} as const
export type ProcedureAspect = Word<typeof procedureAspects>

export const procedureStates = {
  PLANNED: 'Planned; nothing recorded yet.',
  IN_PROGRESS: 'The test is being performed.',
  PREPARED: 'Performed and signed by its preparer.',
  REVIEWED: 'Reviewed and signed by another person.',
} as const
export type ProcedureState = Word<typeof procedureStates>

export const procedureOutcomes = {
  NO_EXCEPTIONS: 'No exceptions noted.',
  EXCEPTIONS: 'Exceptions noted.',
  NOT_OPERATED: 'The control did not operate during the period.',
  UNABLE_TO_TEST: 'Sufficient appropriate evidence could not be obtained.',
} as const
export type ProcedureOutcome = Word<typeof procedureOutcomes>

export const signOffLevels = {
  PREPARER: 'Signs that the work was performed and is complete.',
  REVIEWER: 'Signs, as another person, that the work was reviewed.',
} as const
export type SignOffLevel = Word<typeof signOffLevels>

export const exclusionOperators = {
  EQUALS: 'The cell is the value.',
  ONE_OF: 'The cell is one of the values.',
  STARTS_WITH: 'The cell begins with the value.',
  CONTAINS: 'The cell has the value in it.',
} as const
export type ExclusionOperator = Word<typeof exclusionOperators>

export const exclusionStates = {
  PROPOSED: 'Awaits the decision of another person: the population cannot be frozen.',
  APPROVED: 'Agreed with: the items it names are none of the population.',
  DECLINED: 'Not agreed with: its items stay.',
  WITHDRAWN: 'Taken back before the population was frozen: its items stay.',
} as const
export type ExclusionState = Word<typeof exclusionStates>

export const importKinds = {
  POPULATION: 'The items that a control acted on, one a row.',
  CONTROLS: 'The controls of an engagement, one a row.',
} as const
export type ImportKind = Word<typeof importKinds>

/** What a column of a list of controls says. */
export const controlColumns = {
  REF: 'The reference by which firm and client call the control.',
  TITLE: 'What it is, in a few words.',
  DESCRIPTION: 'How it operates: who does what, when, on what.',
  OWNER: 'Who at the client answers for it, by title or name.',
  OWNER_EMAIL: 'The e-mail address of the person of the client who answers for it.',
  FREQUENCY: 'How often it operates.',
  NATURE: 'Who or what performs it.',
  TYPE: 'Whether it prevents, detects or corrects.',
  AREA: 'The area it belongs to.',
  IS_KEY: 'Whether the criteria cannot be met without it.',
  RISK: 'The risk that it does not operate.',
  OPERATED_FROM: 'The first day on which it operated.',
  OPERATED_TO: 'The last day on which it operated.',
  REPLACES: 'The reference of the control that it replaces.',
  IPE: 'The information it uses.',
  IPE_RELIABILITY: 'How the completeness and accuracy of that information were established.',
  CRITERIA_CODES: 'The codes of the criteria it helps to meet.',
} as const
export type ControlColumn = Word<typeof controlColumns>

export const existingChoices = {
  REFUSE: 'Nothing is imported, and the rows of controls that the engagement has are named.',
  LEAVE: 'They stay as they are, and are counted.',
  UPDATE: 'They become what the list says, in the columns that it has.',
} as const
export type ExistingChoice = Word<typeof existingChoices>

export const importOutcomes = {
  CREATED: 'It is new to the engagement.',
  UPDATED: 'It becomes another than it was.',
  UNCHANGED: 'It stays as it is.',
} as const
export type ImportOutcome = Word<typeof importOutcomes>

export const listFormats = {
  CSV: 'Text separated by commas, in UTF-8 with a byte-order mark.',
  XLSX: 'A workbook as Excel writes it.',
} as const
export type ListFormat = Word<typeof listFormats>

export const textEncodings = {
  UTF_8: 'UTF-8, as most systems write it.',
  UTF_16_LE: 'UTF-16 with the lower byte first, as Windows writes “Unicode text”.',
  UTF_16_BE: 'UTF-16 with the higher byte first.',
  WINDOWS_1252: 'Windows-1252, as older spreadsheets of Western Europe and America write it: by choice alone.',
} as const
export type TextEncoding = Word<typeof textEncodings>

export const columnSeparators = {
  COMMA: 'A comma stands between two cells.',
  SEMICOLON: 'A semicolon stands between two cells.',
  TAB: 'A tab stands between two cells.',
  PIPE: 'A vertical bar stands between two cells.',
} as const
export type ColumnSeparator = Word<typeof columnSeparators>

export const dateOrders = {
  DAY_FIRST: 'The day stands before the month: 31/12/2025.',
  MONTH_FIRST: 'The month stands before the day: 12/31/2025.',
} as const
export type DateOrder = Word<typeof dateOrders>

export const excelDays = {
  FROM_1900: 'Day 1 is 1 January 1900, as Excel counts: 45660 is 3 January 2025.',
  FROM_1904: 'Day 0 is 1 January 1904, as workbooks of older Macs count.',
} as const
export type ExcelDays = Word<typeof excelDays>

export const dateForms = {
  YEAR_FIRST: 'Year, month and day in this order, such as 2025-12-31.',
  NUMBERS: 'Day and month as numbers before the year, in an order that the column tells or a person says.',
  MONTH_NAMED: 'With the name of the month in English, such as 31/Dec/25.',
  EXCEL_DAY: 'Numbers as Excel counts days, such as 45660.',
  MIXED: 'More than one of these forms.',
} as const
export type DateForm = Word<typeof dateForms>

export const columnRoles = {
  KEY: 'Its values distinguish one item from another.',
  DATE: 'It says on which day something happened.',
  OTHER: 'It is kept with the items as it stands.',
} as const
export type ColumnRole = Word<typeof columnRoles>

export const importStates = {
  UNDER_WAY: 'Waits to be read, or is being read: the population has none of its items yet.',
  DONE: 'All of its items are the population’s.',
  REFUSED: 'Nothing was taken in: the file is at fault, or the import was not permitted any more when it ended.',
  CANCELLED: 'It was cancelled before it ended: nothing was taken in.',
} as const
export type ImportState = Word<typeof importStates>

export const importNotes = {
  SHEETS_MORE: 'Other worksheets that are not hidden hold rows, too.',
  SHEET_HIDDEN: 'The worksheet that was read is hidden in the workbook.',
  ROWS_FILTERED: 'A filter hides rows; they were read.',
  ROWS_HIDDEN: 'Rows are hidden; they were read.',
  COLUMNS_HIDDEN: 'Columns in which something stands are hidden; they were read.',
  TITLES_MERGED: 'Cells above the list are merged; no item is affected.',
  FORMULAS: 'Cells hold formulas: what they gave when the workbook was last saved was read.',
  OTHER_WORKBOOKS: 'Cells hold what was taken from other workbooks: the values kept were read.',
  DIGITS_LOST: 'Numbers have more digits than a spreadsheet keeps.',
} as const
export type ImportNoteCode = Word<typeof importNotes>

export const outsidePeriodChoices = {
  REFUSE: 'Nothing is imported, and the items outside are named.',
  LEAVE_OUT: 'They are left out, and counted.',
} as const
export type OutsidePeriodChoice = Word<typeof outsidePeriodChoices>

export const populationStates = {
  DRAFT: 'Being described and imported.',
  FROZEN: 'Fixed: nothing about it changes any more; samples may be drawn.',
} as const
export type PopulationState = Word<typeof populationStates>

export const sampleBases = {
  FREQUENCY_TABLE: 'The firm’s table: a size by the control’s frequency and risk, and how many deviations it accepts.',
  STATISTICAL: 'Computed from confidence, tolerable rate and expected rate: exact binomial.',
  AUTOMATED_ONE:
    'One item of a control that a program performs, whose changes are controlled. It accepts no deviation.',
  JUDGMENT: 'A size by professional judgment, with its reason.',
} as const
export type SampleBasis = Word<typeof sampleBases>

export const extensionKinds = {
  PLANNED: 'The next of the stages that were fixed before the sample was drawn.',
  ALL_REMAINING: 'All items that were left: nothing is left to chance, and nothing diluted.',
  DILUTION: 'Not planned before the draw: decided by the engagement partner, with a reason that rests on papers.',
} as const
export type ExtensionKind = Word<typeof extensionKinds>

export const selectionMethods = {
  RANDOM: 'By hash rank: items in the order of SHA-256(seed, 0x1F, item key) as hex; the first n.',
  SYSTEMATIC: 'Every i-th item from a start derived from the seed.',
  STRATIFIED: 'In proportion to strata (largest remainder), by hash rank within each.',
  ENTIRE_POPULATION: 'Every item of the population.',
  HAPHAZARD: 'Picked by the auditor without structure. Not statistical.',
  BLOCK: 'Adjacent items picked by the auditor. Not statistical.',
  TARGETED: 'Picked by the auditor for what they are. Not statistical.',
} as const
export type SelectionMethod = Word<typeof selectionMethods>

/** One scale for risks to the service commitments and for the risk that a control does not operate: each is compared with the other. */
export const riskLevels = {
  LOW: 'Low, in the judgment of the auditor: for a control the least size of the table.',
  MODERATE: 'Neither low nor high, in the judgment of the auditor: for a control a size between.',
  HIGH: 'High, in the judgment of the auditor: for a control the most of the table.',
} as const
export type RiskLevel = Word<typeof riskLevels>

export const drawnAs = {
  INITIAL: 'Drawn with the sample.',
  EXTENSION: 'Drawn when the sample was extended.',
  REPLACEMENT: 'Drawn, as the next in rank, in place of an item to which nothing applied.',
} as const
export type DrawnAs = Word<typeof drawnAs>

export const resultOutcomes = {
  NO_DEVIATION: 'The item has the attribute: no deviation.',
  DEVIATION: 'The item is not as described.',
  NOT_APPLICABLE:
    'The control does not apply to the item, with a reason and evidence. Until a manager or the partner approves it the item is outstanding; then the next item in rank replaces one to which no attribute applies.',
  AWAITING_EVIDENCE: 'Evidence was asked for and is not there yet: the item is outstanding.',
  UNABLE_TO_TEST: 'Evidence is missing. Counts as a deviation unless an alternative procedure is recorded.',
} as const
export type ResultOutcome = Word<typeof resultOutcomes>

export const sheetChoiceKinds = {
  FILE: 'What the file says. What was recorded stays in the trail.',
  RECORDED: 'What is recorded now.',
} as const
export type SheetChoiceKind = Word<typeof sheetChoiceKinds>

export const explanationStates = {
  PROPOSED: 'Proposed, with the reason: it counts for nothing until it is decided on.',
  APPROVED: 'A manager or the partner agrees: it is no deviation, or nothing applies.',
  REJECTED: 'A manager or the partner does not agree: the deviation stands, or the result is recorded anew.',
} as const
export type ExplanationState = Word<typeof explanationStates>

export const explanationKinds = {
  CONTROL_OPERATED:
    'The control did operate when it was due: evidence or an alternative procedure shows it. An approval given later is none.',
  NOT_APPLICABLE: 'The control does not apply to the item, which evidence shows.',
} as const
export type ExplanationKind = Word<typeof explanationKinds>

// ---- exceptions --------------------------------------------------------------------------------------------------

export const exceptionKinds = {
  OPERATING_DEVIATION: 'The control did not operate as described. Never in a Type 1.',
  DESIGN_DEFICIENCY: 'The control is missing or not suitably designed.',
  DESCRIPTION_MISSTATEMENT: 'The system description is wrong, omits or distorts.',
  SCOPE_LIMITATION: 'A scope limitation: inability to obtain sufficient appropriate evidence.',
} as const
export type ExceptionKind = Word<typeof exceptionKinds>

export const exceptionCategories = {
  CONTROL_GAP: 'A control that is needed does not exist.',
  OPERATING_INEFFECTIVENESS: 'A control exists and did not operate as described.',
  POLICY_NON_COMPLIANCE: 'A policy or standard was not followed.',
  DATA_BREACH: 'An incident in which a control failed and data were affected.',
  INSUFFICIENT_DOCUMENTATION: 'There is no sufficient record that the control operated.',
  THIRD_PARTY_NON_COMPLIANCE: 'A vendor did not do what the control relies on.',
  EMPLOYEE_NEGLIGENCE: 'Personnel noncompliance: a person neglected a duty.',
} as const
export type ExceptionCategory = Word<typeof exceptionCategories>

export const causes = {
  PLANNING: 'Inadequate planning.',
  DOCUMENTATION: 'Control documentation missing or out of date.',
  CRITERIA_MISALIGNMENT: 'Controls not aligned with the criteria.',
  HUMAN_ERROR: 'A mistake by a person.',
  TRAINING: 'Insufficient training or awareness.',
  MONITORING: 'Inadequate monitoring.',
  VENDOR: 'A vendor’s failure.',
  RESOURCES: 'Too few people or means.',
  INCIDENT_RESPONSE: 'Inadequate incident response.',
  ORGANIZATIONAL_CHANGE: 'A change in the organization.',
  TOOLING: 'A tool that is missing or misconfigured.',
  PROCESS_GAP: 'A gap in how the work is organized: a step that is left to no one, or a case unprovided for.',
  OVERSIGHT: 'What was known to be due was overlooked.',
  OTHER: 'Another cause.',
  UNDER_INVESTIGATION: 'Not known yet. An exception is confirmed with the cause that was found.',
} as const
export type Cause = Word<typeof causes>

export const exceptionStates = {
  DRAFT: 'Raised; not yet confirmed.',
  CONFIRMED: 'Confirmed by a manager or above, not the author. It will be in Section IV.',
  COMMUNICATED: 'Communicated: the client sees it and answers.',
  CONCLUDED: 'Its materiality is decided and approved.',
  CORRECTED:
    'A misstatement of the description that management corrected before the report: not printed, and counted for nothing. The record stays.',
  WITHDRAWN: 'Withdrawn with a reason. The record stays.',
} as const
export type ExceptionState = Word<typeof exceptionStates>

export const responseStates = {
  DRAFT: 'Being written by the client.',
  IN_APPROVAL: 'Waiting for the client’s management.',
  SUBMITTED: 'Submitted on behalf of management.',
  RETURNED: 'Returned by the auditor, with a reason.',
  ACCEPTED: 'Read and fit to print: complete and not inconsistent with the findings. No assurance.',
} as const
export type ResponseState = Word<typeof responseStates>

export const responsePositions = {
  AGREE: 'Management agrees with the exception.',
  PARTLY_AGREE: 'Management agrees with a part of it, and says with which.',
  DISAGREE: 'Management does not agree with the exception, and says why.',
  RISK_ACCEPTED: 'Management agrees and accepts the risk: it mends nothing, or not all.',
} as const
export type ResponsePosition = Word<typeof responsePositions>

export const responseElements = {
  ACKNOWLEDGEMENT: 'That management knows of the matter, and what it thinks of it.',
  ROOT_CAUSE_CATEGORY: 'The category of the root cause, once it is known.',
  ROOT_CAUSE: 'The root cause in words.',
  REMEDIATION: 'At least one step by which management corrects what went wrong.',
  RESPONSIBLE: 'Who at the service organization is responsible for the remediation.',
  TARGET_DATE: 'The day by which all is to be done.',
  PREVENTION_OF_RECURRENCE: 'What keeps it from happening again.',
} as const
export type ResponseElement = Word<typeof responseElements>

export const responseVerdicts = {
  RETURNED: 'Returned to management with a reason: the next version answers it.',
  ACCEPTED: 'Read and fit to print: complete and not inconsistent with the findings. No assurance.',
} as const
export type ResponseVerdict = Word<typeof responseVerdicts>

export const responseReturnKinds = {
  INCONSISTENT: 'It is not consistent with what was found, or with the report.',
  MISSTATEMENT_OF_FACT: 'It states as a fact what is none, about the exception or beside it.',
  INCOMPLETE: 'It lacks elements that the firm’s methodology needs of a response.',
} as const
export type ResponseReturnKind = Word<typeof responseReturnKinds>

// ---- others whose work is used, and what is recorded for the partner alone ---------------------------------------

export const workOfOthersKinds = {
  INTERNAL_AUDIT_WORK: 'Work that the internal audit function of the client did for itself, and that is used.',
  INTERNAL_AUDIT_ASSISTANCE:
    'Tests that members of the internal audit function performed under the direction and supervision of the firm (direct assistance).',
  SPECIALIST: 'A specialist in another field than accounting and auditing, whose work is used.',
  OTHER_PRACTITIONER: 'Another practitioner, of another firm, whose work or report is used.',
} as const
export type WorkOfOthersKind = Word<typeof workOfOthersKinds>

export const suspicionKinds = {
  FRAUD: 'Fraud, known, suspected or alleged, by whomever.',
  NONCOMPLIANCE_WITH_LAW: 'Noncompliance with laws or regulations that bear on the system or on the services.',
  INTENTIONAL_ACT_OF_MANAGEMENT:
    'An intentional act of management, such as getting round a control or misleading the auditor.',
} as const
export type SuspicionKind = Word<typeof suspicionKinds>

export const suspicionEffects = {
  NONE: 'It has no effect on what is examined, or the suspicion did not hold.',
  EXCEPTION:
    'It is reported and weighed as an exception: a deficiency, a misstatement, or a scope limitation where management cannot be relied on.',
  WITHDRAWAL_CONSIDERED: 'It was considered to withdraw from the engagement; the evaluation says what came of it.',
} as const
export type SuspicionEffect = Word<typeof suspicionEffects>

// ---- opinion -----------------------------------------------------------------------------------------------------

export const subjectMatters = {
  DESCRIPTION: 'The description of the system, in accordance with the description criteria.',
  SUITABILITY_OF_DESIGN: 'The suitability of the design of controls, based on the trust services criteria.',
  OPERATING_EFFECTIVENESS: 'The operating effectiveness of controls, based on the trust services criteria (Type 2).',
} as const
export type SubjectMatter = Word<typeof subjectMatters>

export const emphasisKinds = {
  EMPHASIS_OF_MATTER:
    'A matter that the description presents and that is fundamental to the users’ understanding: the opinion is not modified by it.',
  OTHER_MATTER:
    'A matter other than those the description presents, which is relevant to the users’ understanding of the report.',
}
export type EmphasisKind = Word<typeof emphasisKinds>

export const opinionTypes = {
  UNQUALIFIED: 'No modification: an unmodified opinion, as the standards call it.',
  QUALIFIED: 'Except for the matter described.',
  ADVERSE: 'Because of the significance of the matter: not fairly presented, not suitable or not effective.',
  DISCLAIMER: 'No opinion is expressed.',
} as const
export type OpinionType = Word<typeof opinionTypes>

export const matterNatures = {
  MISSTATEMENT: 'Known from evidence: a wrong description, an unsuitable design, a control that did not operate.',
  SCOPE_LIMITATION: 'A scope limitation: inability to obtain sufficient appropriate evidence.',
} as const
export type MatterNature = Word<typeof matterNatures>

export const reasonKinds = {
  EXCEPTION: 'An exception, as its materiality was decided.',
  AGGREGATE: 'Exceptions, as they were weighed together.',
  CRITERION_CONCLUSION: 'The conclusion on a criterion, where no exception leads to it.',
  CARRIED_FROM_DESIGN:
    'What modifies the design: operation is at least as modified, unless another ground is recorded.',
  LETTER_REFUSED: 'That management refused its written representations: no opinion can be expressed.',
} as const
export type ReasonKind = Word<typeof reasonKinds>

export const criterionOutcomes = {
  ACHIEVED:
    'The service commitments and system requirements that it serves were achieved, over all controls that serve it.',
  NOT_ACHIEVED: 'They were not achieved: the controls that serve it did not give reasonable assurance.',
  UNABLE_TO_CONCLUDE: 'Sufficient appropriate evidence could not be obtained.',
} as const
export type CriterionOutcome = Word<typeof criterionOutcomes>

/** What an engagement uses a firm's own criteria set for: an opinion beside the one on the trust services criteria (SOC 2+), or none. */
export const frameworkUses = {
  MAPPING_ONLY:
    'Controls are mapped to it for the firm. The opinion does not cover it; printed, if at all, as other information in Section V.',
  ADDITIONAL_SUBJECT_MATTER:
    'A SOC 2+ examination: the suitability of design, and in a Type 2 the operating effectiveness, of the mapped controls is examined and reported on based on these additional criteria, too.',
} as const
export type FrameworkUse = Word<typeof frameworkUses>

export const uncoveredGrounds = {
  NOT_APPLICABLE:
    'It does not apply to the system: the report discloses that with the reason, and the opinion leaves it out.',
  NO_CONTROL: 'It applies, and no control serves it: the report discloses it as not met, and the opinion is modified.',
} as const
export type UncoveredGround = Word<typeof uncoveredGrounds>

export const furtherOutcomes = {
  MET: 'Every control mapped to it is suitably designed and, where operation is examined, none failed.',
  NOT_MET: 'No control serves it on some day, or a control mapped to it failed.',
  UNABLE_TO_CONCLUDE: 'Sufficient appropriate evidence on a control mapped to it could not be obtained.',
  NOT_APPLICABLE: 'It does not apply to the system.',
  NOT_CONCLUDED: 'A control mapped to it is not concluded yet.',
} as const
export type FurtherOutcome = Word<typeof furtherOutcomes>

export const reviewPointStates = {
  OPEN: 'The quality reviewer objects: the report is not issued.',
  WITHDRAWN: 'The quality reviewer no longer objects, with the reason.',
  UPHELD:
    'A third person agreed with the quality reviewer: the opinion is decided anew, as another one where the point concerns it.',
  OVERRULED: 'A third person did not agree with the quality reviewer: what it objects to can stand.',
} as const
export type ReviewPointState = Word<typeof reviewPointStates>

export const reviewNoteStates = {
  OPEN: 'It waits for who is to address it.',
  ADDRESSED: 'It was addressed, and waits for its author, or a person above them, to clear it.',
  CLEARED: 'Its author, or a person above them, was satisfied.',
} as const
export type ReviewNoteState = Word<typeof reviewNoteStates>

export const workpaperKinds = {
  MEMO: 'A memo on a matter of the engagement.',
  COMPLETION_MEMO: 'What was found and decided in all, and that the file is complete: one of an engagement.',
  CONSULTATION: 'That a person was consulted on a difficult or contentious matter, and with which conclusion.',
} as const
export type WorkpaperKind = Word<typeof workpaperKinds>

export const workpaperStates = {
  DRAFT: 'It is being written.',
  PREPARED: 'Its preparer signed it.',
  REVIEWED: 'Another person reviewed and signed it.',
  WITHDRAWN: 'It was withdrawn as a draft, with the reason. The record stays.',
} as const
export type WorkpaperState = Word<typeof workpaperStates>

export const reviewQueueKinds = {
  REVIEW_PROCEDURE: 'A procedure that was prepared, which you may review.',
  REVIEW_WORKPAPER: 'A workpaper that was prepared, which you may review.',
  DECIDE_EXPLANATION: 'An explanation of a deviation, on which a manager or the partner decides.',
  ADDRESS_NOTE: 'A review note that is assigned to you.',
  CLEAR_NOTE: 'A review note of yours that was addressed.',
  SIGN_AGAIN: 'A procedure or workpaper that you signed and that changed since.',
} as const
export type ReviewQueueKind = Word<typeof reviewQueueKinds>

export const materialityFactors = {
  NATURE_AND_CAUSE: 'The nature and the cause of the deviation.',
  RATE_AGAINST_TOLERABLE: 'The observed rate and its upper limit against the tolerable rate.',
  FREQUENCY_AND_DURATION: 'How often it happened and how long it lasted.',
  SYSTEMATIC: 'Whether it is systematic or stands alone.',
  IMPORTANCE_OF_CONTROL: 'How important the control is for the service commitments and system requirements.',
  COMPENSATING_CONTROLS: 'Other controls that cover the same risk; only those tested and found effective count.',
  OTHER_CONTROLS_ON_CRITERION:
    'What other controls that serve the same criterion do for it. One that covers the same risk is weighed as compensating, and named.',
  AGGREGATION: 'The effect together with other exceptions on the same criterion.',
  RECURRENCE: 'Whether the same failed before, in this period or in earlier ones.',
  REMEDIATION_WITHIN_PERIOD:
    'Whether management mended it within the period, from when on, and whether what followed was tested. What is mended after the period does not count.',
  SENSITIVITY_OF_DATA: 'How sensitive the data are that were or could have been reached.',
  INCIDENTS: 'Whether incidents came of it.',
  INTENT: 'Whether it was intentional.',
  IMPORTANCE_OF_DISCLOSURE: 'Description: how important the disclosure is, and how it interacts with others.',
  OMISSION_OR_DISTORTION: 'Description: wording that omits or distorts.',
  PRESENTATION: 'Description: the form of the presentation.',
  CONTRADICTED_DISCLOSURE: 'Description: design deficiencies or deviations that contradict what it says.',
  EFFECT_ON_THE_WHOLE: 'Description: the effect on the description as a whole.',
  LEGAL_CONSEQUENCES: 'Description: how serious the legal consequences are.',
} as const
export type MaterialityFactor = Word<typeof materialityFactors>

export const decisionStates = {
  PROPOSED: 'Decided by its author; waits for the approval of another person.',
  APPROVED: 'Approved by another person.',
} as const
export type DecisionState = Word<typeof decisionStates>

// ---- judgments against the figures -------------------------------------------------------------------------------

/** What speaks against a conclusion and travels with it until the report (product page, 5b). */
export const judgmentKinds = {
  EFFECTIVE_OVER_FIGURES: 'A control is concluded EFFECTIVE over samples whose verdict does not support it.',
  NOT_MATERIAL_OVER_FIGURES: 'An exception is weighed as not material where the samples do not support reliance.',
  AGGREGATE_NOT_MATERIAL_OVER_FIGURES:
    'Exceptions are weighed together as not material where the samples behind one of them do not support reliance.',
  DEVIATION_EXPLAINED: 'What looked like a deviation was explained: it counts as none.',
  RELABELLED_NOT_APPLICABLE: 'What looked like a deviation was said not to be an occasion for the control.',
  SAMPLE_DILUTED: 'A sample was extended otherwise than planned before it was drawn.',
  POPULATION_SUPERSEDED: 'A population took the place of another one of the same control.',
  POPULATION_UNDATED: 'A list says no days of its items: that they lie in the time it covers was not shown.',
  POPULATION_EXCLUSION: 'Items were excluded from a list once figures on its control were known.',
  RATES_BEYOND_METHODOLOGY: 'The rates of a control lie beyond the bounds of the firm’s methodology.',
  SEED_PART_GIVEN: 'A person added a part of the seed that samples are drawn by.',
  COVERAGE_GAP: 'On some days no control in operation served a criterion, and that was decided to be no deficiency.',
  POPULATION_GAP: 'Days of a control’s time are covered by no population of it, and that was accepted.',
  OCCURRENCE_EXPLAINED: 'An expected occurrence that no list holds was explained: it counts as no deviation.',
  EXCEPTION_WITHDRAWN: 'An exception was withdrawn.',
  INCIDENT_WITHOUT_EXCEPTION:
    'No exception was raised over an incident, though the client does not say that no control failed, or says that a commitment was touched.',
  CONTROL_CHANGED:
    'A control was reworded, re-dated, re-rated, mapped anew, given another cycle or retired after its testing had begun.',
  CONTROL_NOT_NEEDED: 'A retired control was decided never to have been needed: Section IV leaves it out.',
  CALENDAR_CHANGED: 'When people work at the client was changed, for the engagement, after lists of it were imported.',
  CRITERION_EXCLUDED: 'A criterion was marked not applicable after fieldwork began.',
  SCOPE_CHANGED: 'Scope or period was changed after fieldwork began.',
  DESCRIPTION_CHANGED: 'Management wrote a section of the description anew after testing had begun.',
  DECISION_CHANGED_AFTER_PREVIEWS:
    'The outcome of a decision was changed after two previews of the opinion or more had been asked.',
  CONCLUSION_DIFFERS_FROM_PROPOSAL: 'A conclusion is another one than follows from the decisions.',
  DIFFERENCE_OF_OPINION:
    'An objection of the quality reviewer was settled by a third person, or withdrawn by another reviewer than raised it.',
  ASSERTION_DIFFERS:
    'Management’s assertion says something else than the opinion, and the partner recorded how that was dealt with.',
  SUBSERVICE_REPORT_RELIED_ON:
    'Controls expected of a carved-out organization are relied on, though its report has a gap, a modified opinion or exceptions.',
} as const
export type JudgmentKind = Word<typeof judgmentKinds>

/** The figures that a judgment stands against, each computed from rows. */
export const figureNames = {
  ITEMS_TESTED: 'How many items were tested, over all samples of the control.',
  DEVIATIONS: 'How many of them deviate.',
  EXPLAINED: 'How many looked like deviations and were explained.',
  NOT_APPLICABLE: 'How many were said not to be an occasion for the control.',
  ACCEPTED: 'How many deviations the plan accepts in all.',
  UPPER_DEVIATION_LIMIT: 'The one-sided upper limit of the rate of deviations.',
  TOLERABLE_RATE: 'The highest rate at which the control could still be relied on.',
  CONFIDENCE: 'The confidence at which the samples of the control are judged.',
  LEAST_CONFIDENCE: 'The least confidence that the firm’s methodology lets a control name.',
  GREATEST_TOLERABLE_RATE: 'The greatest tolerable rate that the firm’s methodology lets a control name.',
  SUPPORTS_RELIANCE: 'Whether the samples support reliance: YES, NO, or NO_VERDICT where their basis gives none.',
  SUPPORTS_RELIANCE_AS_FOUND:
    'Whether the samples would support reliance had nothing been explained: YES, NO, or NO_VERDICT.',
  ITEM: 'The item concerned, by its key and the letter of the attribute.',
  OUTCOME_BEFORE: 'The outcome that was recorded for it.',
  OUTCOME_NOW: 'The outcome that counts now.',
  TESTED_BEFORE: 'How many items had been tested until then.',
  DEVIATIONS_BEFORE: 'How many of those tested until then deviated.',
  DEVIATIONS_AS_FOUND: 'How many of them deviated as they looked at first, before any was explained.',
  EXCEPTIONS_BEFORE: 'How many exceptions had been raised until then, withdrawn ones among them.',
  TEXT_BEFORE: 'What the section said when testing had begun: its SHA-256.',
  TEXT_NOW: 'What the section says now: its SHA-256.',
  ITEMS_BEFORE: 'How many items the sample had before it was extended.',
  ITEMS_AFTER: 'How many items the sample had after it was extended.',
  OCCURRENCES_MISSING: 'How many of the occurrences that the period asks for no list holds, and which.',
  OCCURRENCE: 'The occurrence that no list holds, by the label of its cycle.',
  EXPLAINED_AS: 'In which of the ways that there are it was explained.',
  FIGURES_OF_EXCEPTION: 'What was found of an exception that was weighed with others.',
  SEED_PART: 'What a person added to the seed before the items came.',
  POPULATION_ITEMS: 'How many items the population has.',
  EXCLUDED_ITEMS: 'How many items of the list an exclusion names, of how many.',
  DAYS_NOT_COVERED: 'The first and the last day that nothing covers: no control, or no population of it.',
  DAYS_IN_ALL: 'How many days these are, of how many on which the control operated in the period.',
  CHANGE: 'What was changed, in words.',
  CONTROL_FAILED: 'Whether a control failed in an incident, as the client says: YES, NO, or NOT_KNOWN.',
  COMMITMENTS_TOUCHED: 'A service commitment that an incident touched, as the client says.',
  SUPERSEDED_ITEMS: 'How many items the population had whose place was taken.',
  PROPOSED: 'What follows from the decisions.',
  DECIDED: 'What was decided in its place.',
  PREVIEWS_BEFORE: 'How many previews of the opinion had been asked until then.',
  DECIDED_BEFORE: 'What had been decided until it was changed.',
  SETTLED_AS: 'Whether an objection of the quality reviewer was upheld, overruled or withdrawn.',
  CLAIMED: 'What management’s assertion claims of a subject matter.',
  REPORT_GAP_DAYS: 'How many days of what is examined the report of a subservice organization does not cover.',
  REPORT_OPINION: 'The opinion of the report of a subservice organization, where it is modified.',
  REPORT_EXCEPTIONS: 'The exceptions of the report of a subservice organization that bear on the client.',
} as const
export type FigureName = Word<typeof figureNames>

/** The roles by which a judgment against the figures is acknowledged, each by another person. */
export const acknowledgingRoles = {
  ENGAGEMENT_PARTNER: 'Answers for the engagement and signs the opinion.',
  QUALITY_REVIEWER: 'Reviews the engagement before release; decided nothing.',
  SECOND_READER:
    'Takes the quality reviewer’s place where the firm needs none and none is named; performed no work, and does not acknowledge a difference of opinion that they settled.',
} as const
export type AcknowledgingRole = Word<typeof acknowledgingRoles>

// ---- evidence ----------------------------------------------------------------------------------------------------

/** How reliable evidence is depends on how it was obtained; from the least reliable to the most. */
export const evidenceOrigins = {
  TOLD_BY_CLIENT: 'What people of the client said or wrote down; the least reliable.',
  CLIENT_SCREENSHOT: 'A screenshot that the client made.',
  PLATFORM_EXPORT: 'An export from a compliance platform or another tool that copies from the source.',
  SOURCE_SYSTEM_REPORT:
    'A report of the system in which the control operates; its completeness and accuracy are considered apart.',
  TAKEN_BY_AUDITOR: 'Taken from the source system, or observed, by the auditor.',
  OUTSIDE_CONFIRMATION: 'Confirmed by an outside party, directly to the auditor; the most reliable.',
} as const
export type EvidenceOrigin = Word<typeof evidenceOrigins>

export const evidenceStates = {
  PENDING: 'Received; waits for the malware scanner. It can be neither read nor relied on yet.',
  AVAILABLE: 'Can be read and linked.',
  INFECTED: 'The malware scanner found something in it: it is never given out.',
  REMOVED: 'The file was removed because nothing rests on it. The record of it stays.',
} as const
export type EvidenceState = Word<typeof evidenceStates>

export const managementRefusalStates = {
  STANDS: 'Management refuses it.',
  RETRACTED: 'Management gave it after all. The record that it had refused stays.',
} as const
export type ManagementRefusalState = Word<typeof managementRefusalStates>

export const legalHoldStates = {
  IN_FORCE:
    'No evidence of the engagement is removed, no file of that, and no item of an import that another one superseded.',
  RELEASED: 'It was released, with a reason. The record of it stays.',
} as const
export type LegalHoldState = Word<typeof legalHoldStates>

export const periodChecks = {
  NOT_STATED: 'Nothing is said of the period that it covers.',
  WITHIN: 'It covers days of what is examined only.',
  PARTLY_OUTSIDE: 'It covers days of what is examined, and others.',
  OUTSIDE: 'It covers no day of what is examined.',
} as const
export type PeriodCheck = Word<typeof periodChecks>

/** What evidence is linked to, by the names of the types. */
export const supportedNodes = {
  Procedure: 'A test procedure.',
  Walkthrough: 'A walkthrough, which signatures on its procedure cover.',
  Result: 'What one item of a sample showed for one attribute.',
  Population: 'The list of items that a control acted on.',
  Exception: 'A matter to be reported in Section IV.',
  ManagementResponse: 'Management’s answer to an exception.',
} as const
export type SupportedNode = Word<typeof supportedNodes>

// ---- trail -------------------------------------------------------------------------------------------------------

export const trailBreakReasons = {
  MISSING: 'There is no entry at this position, though the chain goes on or its head says that there was one.',
  ALTERED: 'The content of the entry does not give the hash that stands in it.',
  UNLINKED: 'The entry does not carry the hash of the one before it.',
  NOT_AT_HEAD: 'The entry is the last one, or lies beyond it, but the head of the chain says something else.',
  NOT_AS_REPORTED: 'The entry has another hash than the issued report says it had.',
  CHECKPOINT_FORGED: 'The checkpoint kept for this position does not bear the signature of a published key.',
  NOT_AS_SIGNED:
    'The entry has another hash than a signed checkpoint says it had: it, or one before it, was written anew.',
  CUT_SHORT: 'The chain ends before this position, though a checkpoint was signed at it or further on.',
} as const
export type TrailBreakReason = Word<typeof trailBreakReasons>

export const mismatchReasons = {
  CONTENT_ALTERED: 'Its content does not give the digest that is kept beside it.',
  ALTERED: 'It says other than the trail recorded: it was changed outside the service.',
  ADDED: 'It is there, and the trail recorded no act that made it.',
  REMOVED: 'The trail recorded that it was made, and no act that removed it, and it is not there.',
  NOT_DERIVED: 'What follows from the results recorded, such as the outcome of an item, is another one.',
  NOT_REDRAWN: 'Drawn again from its record, the sample has other items, or the same in another order.',
  CHECKPOINT_FORGED:
    'The checkpoint it carries is not signed by a published key, or speaks of another place in the trail.',
} as const
export type MismatchReason = Word<typeof mismatchReasons>

// ---- states ------------------------------------------------------------------------------------------------------

/** A state of any object that has a lifecycle (lifecycles.ts). */
export type LifecycleState =
  | EngagementState
  | ProcedureState
  | PopulationState
  | ImportState
  | ExclusionState
  | ExplanationState
  | ExceptionState
  | ResponseState
  | DecisionState
  | MembershipState
  | PlaceState
  | ControlState
  | EvidenceState
  | RegisterEntryState
  | LegalHoldState
  | ManagementRefusalState
  | ReviewPointState
  | ReviewNoteState
  | WorkpaperState
