import { enumOf } from '../kernel/schema/enums.js'
import * as vocabulary from '../rules/vocabulary.js'

// The enums of the schema whose words stand in the vocabulary, for all features.

export const FirmRole = enumOf('FirmRole', 'A person’s role in the audit firm.', vocabulary.firmRoles)
export const TeamRole = enumOf('TeamRole', 'A person’s role on an engagement’s team.', vocabulary.teamRoles)
export const ClientRole = enumOf('ClientRole', 'A person’s role at the service organization.', vocabulary.clientRoles)
export const MembershipState = enumOf(
  'MembershipState',
  'Whether a membership can be used.',
  vocabulary.membershipStates,
)

export const InvitationState = enumOf(
  'InvitationState',
  'Whether an invitation can be accepted.',
  vocabulary.invitationStates,
)

export const EngagementKind = enumOf('EngagementKind', 'What kind of examination it is.', vocabulary.engagementKinds)
export const EngagementState = enumOf('EngagementState', 'Where the engagement stands.', vocabulary.engagementStates)
export const EngagementWarningCode = enumOf(
  'EngagementWarningCode',
  'What is unusual about an engagement.',
  vocabulary.engagementWarningCodes,
)
export const Category = enumOf('TrustServicesCategory', 'A trust services category.', vocabulary.categories)
export const EngagementDocumentKind = enumOf(
  'EngagementDocumentKind',
  'A document that the engagement file must hold.',
  vocabulary.engagementDocumentKinds,
)
export const ServiceCommitmentKind = enumOf(
  'ServiceCommitmentKind',
  'Whether a statement is a commitment or a requirement.',
  vocabulary.serviceCommitmentKinds,
)
export const SubserviceMethod = enumOf(
  'SubserviceMethod',
  'How the description presents a subservice organization.',
  vocabulary.subserviceMethods,
)
export const SubserviceReportKind = enumOf(
  'SubserviceReportKind',
  'What report of a subservice organization was reviewed.',
  vocabulary.subserviceReportKinds,
)
export const ComplementaryControlKind = enumOf(
  'ComplementaryControlKind',
  'Where a complementary control is assumed to be in place.',
  vocabulary.complementaryControlKinds,
)
export const EventEvaluation = enumOf(
  'EventEvaluation',
  'What an event after the last day examined comes to.',
  vocabulary.eventEvaluations,
)
export const RegisterEntryState = enumOf(
  'RegisterEntryState',
  'Where an entry of a client’s register stands.',
  vocabulary.registerEntryStates,
)
export const SystemChangeKind = enumOf(
  'SystemChangeKind',
  'What a change was a change of.',
  vocabulary.systemChangeKinds,
)
export const RegisterConclusion = enumOf(
  'RegisterConclusion',
  'What an entry of a client’s register comes to in an engagement.',
  vocabulary.registerConclusions,
)
export const ManagementStatement = enumOf(
  'ManagementStatement',
  'What the examination needs of management, in writing.',
  vocabulary.managementStatements,
)
export const AssertedOutcome = enumOf(
  'AssertedOutcome',
  'What management claims of a subject matter in its assertion.',
  vocabulary.assertedOutcomes,
)
export const DescriptionCriterion = enumOf(
  'DescriptionCriterion',
  'A criterion for the description of the system.',
  vocabulary.descriptionCriteria,
)

export const ControlFrequency = enumOf(
  'ControlFrequency',
  'How often a control operates.',
  vocabulary.controlFrequencies,
)
export const WeekDay = enumOf('WeekDay', 'A day of the week.', vocabulary.weekDays)
export const OccurrenceState = enumOf(
  'OccurrenceState',
  'Where an expected occurrence of a periodic control stands.',
  vocabulary.occurrenceStates,
)
export const WorkpaperKind = enumOf(
  'WorkpaperKind',
  'What kind of working paper it is, where it is no test of a control.',
  vocabulary.workpaperKinds,
)
export const WorkpaperState = enumOf('WorkpaperState', 'Where a workpaper stands.', vocabulary.workpaperStates)
export const ReviewNoteState = enumOf('ReviewNoteState', 'Where a review note stands.', vocabulary.reviewNoteStates)
export const ReviewQueueKind = enumOf(
  'ReviewQueueKind',
  'What waits for a person on a team.',
  vocabulary.reviewQueueKinds,
)
export const SheetChoiceKind = enumOf(
  'SheetChoiceKind',
  'What stands in a cell of a test sheet that two people changed.',
  vocabulary.sheetChoiceKinds,
)
export const UpdateMatterKind = enumOf(
  'UpdateMatterKind',
  'What an update procedure must look at.',
  vocabulary.updateMatterKinds,
)
export const TestedTimeKind = enumOf(
  'TestedTimeKind',
  'By what a part of a control’s time was tested.',
  vocabulary.testedTimeKinds,
)
export const OccurrenceExplanationKind = enumOf(
  'OccurrenceExplanationKind',
  'Why an occurrence that no list holds is no deviation.',
  vocabulary.occurrenceExplanationKinds,
)
export const ControlNature = enumOf('ControlNature', 'Who or what performs a control.', vocabulary.controlNatures)
export const ControlType = enumOf(
  'ControlType',
  'Whether a control prevents, detects or corrects.',
  vocabulary.controlTypes,
)
export const ControlArea = enumOf('ControlArea', 'The area a control belongs to.', vocabulary.controlAreas)
export const ControlState = enumOf('ControlState', 'Whether a control is examined.', vocabulary.controlStates)
export const ControlPart = enumOf(
  'ControlPart',
  'What of a control was changed after its testing had begun.',
  vocabulary.controlParts,
)
export const DesignConclusion = enumOf(
  'DesignConclusion',
  'The conclusion on a control’s design.',
  vocabulary.designConclusions,
)
export const OperationConclusion = enumOf(
  'OperationConclusion',
  'The conclusion on a control’s operation (Type 2).',
  vocabulary.operationConclusions,
)

export const ProcedureMethod = enumOf('ProcedureMethod', 'The nature of a test procedure.', vocabulary.procedureMethods)
export const ProcedureAspect = enumOf('ProcedureAspect', 'What a test procedure is about.', vocabulary.procedureAspects)
export const ProcedureState = enumOf('ProcedureState', 'Where a test procedure stands.', vocabulary.procedureStates)
export const ProcedureOutcome = enumOf(
  'ProcedureOutcome',
  'What a test procedure led to.',
  vocabulary.procedureOutcomes,
)
export const SignOffLevel = enumOf('SignOffLevel', 'In what capacity a person signed.', vocabulary.signOffLevels)
export const ExclusionOperator = enumOf(
  'ExclusionOperator',
  'How an exclusion compares a cell with its values: as written, capitals included.',
  vocabulary.exclusionOperators,
)
export const ExclusionState = enumOf('ExclusionState', 'Where an exclusion stands.', vocabulary.exclusionStates)
export const OutsidePeriodChoice = enumOf(
  'OutsidePeriodChoice',
  'What becomes of items whose day lies outside what the list is to cover.',
  vocabulary.outsidePeriodChoices,
)
export const ImportState = enumOf('ImportState', 'Where the import of a list stands.', vocabulary.importStates)
export const PopulationState = enumOf('PopulationState', 'Whether a population is fixed.', vocabulary.populationStates)
export const SampleBasis = enumOf('SampleBasis', 'How the size of a sample was determined.', vocabulary.sampleBases)
export const SelectionMethod = enumOf('SelectionMethod', 'How items were selected.', vocabulary.selectionMethods)
export const ExtensionKind = enumOf(
  'ExtensionKind',
  'What an extension of a sample is, by the plan that was fixed before it was drawn.',
  vocabulary.extensionKinds,
)
export const RiskLevel = enumOf(
  'RiskLevel',
  'How high a risk is: one to the service commitments, or that a control does not operate, which sets the size in the firm’s table.',
  vocabulary.riskLevels,
)
export const DrawnAs = enumOf('DrawnAs', 'Why an item is in a sample.', vocabulary.drawnAs)
export const ResultOutcome = enumOf('ResultOutcome', 'What an item showed for an attribute.', vocabulary.resultOutcomes)
export const ExplanationState = enumOf(
  'ExplanationState',
  'Whether “not a deviation” was agreed.',
  vocabulary.explanationStates,
)
export const ExplanationKind = enumOf(
  'ExplanationKind',
  'In which way a result that looked like a deviation is none.',
  vocabulary.explanationKinds,
)

export const ExceptionKind = enumOf('ExceptionKind', 'What kind of matter an exception is.', vocabulary.exceptionKinds)
export const ExceptionCategory = enumOf(
  'ExceptionCategory',
  'What sort of failure it was.',
  vocabulary.exceptionCategories,
)
export const Cause = enumOf('Cause', 'Why the exception happened.', vocabulary.causes)
export const ExceptionState = enumOf('ExceptionState', 'Where an exception stands.', vocabulary.exceptionStates)
export const ResponsePosition = enumOf(
  'ResponsePosition',
  'Whether management agrees with an exception.',
  vocabulary.responsePositions,
)
export const ResponseElement = enumOf(
  'ResponseElement',
  'What a response of management may hold.',
  vocabulary.responseElements,
)
export const ResponseState = enumOf('ResponseState', 'Where a management response stands.', vocabulary.responseStates)
export const ResponseVerdict = enumOf(
  'ResponseVerdict',
  'What the auditor made of a submitted version of a response.',
  vocabulary.responseVerdicts,
)
export const ResponseReturnKind = enumOf(
  'ResponseReturnKind',
  'In what way a response could not be accepted, for which it was returned.',
  vocabulary.responseReturnKinds,
)
export const WorkOfOthersKind = enumOf(
  'WorkOfOthersKind',
  'Whose work is used beside that of the team.',
  vocabulary.workOfOthersKinds,
)
export const SuspicionKind = enumOf('SuspicionKind', 'In what way something is suspected.', vocabulary.suspicionKinds)
export const SuspicionEffect = enumOf(
  'SuspicionEffect',
  'What a suspicion comes to for the examination, as the engagement partner evaluates it.',
  vocabulary.suspicionEffects,
)
export const EmphasisKind = enumOf(
  'EmphasisKind',
  'What a paragraph after the opinion draws attention to.',
  vocabulary.emphasisKinds,
)
export const SubjectMatter = enumOf('SubjectMatter', 'What an opinion is about.', vocabulary.subjectMatters)
export const OpinionType = enumOf('OpinionType', 'The type of an opinion.', vocabulary.opinionTypes)
export const MaterialityFactor = enumOf(
  'MaterialityFactor',
  'What is weighed in deciding on materiality.',
  vocabulary.materialityFactors,
)
export const DecisionState = enumOf('DecisionState', 'Whether a decision was approved.', vocabulary.decisionStates)
export const ReasonKind = enumOf('ReasonKind', 'Where a reason for a conclusion comes from.', vocabulary.reasonKinds)
export const CriterionOutcome = enumOf(
  'CriterionOutcome',
  'What is concluded on a criterion.',
  vocabulary.criterionOutcomes,
)
export const MatterNature = enumOf('MatterNature', 'Of what nature a matter is.', vocabulary.matterNatures)
export const TrailBreakReason = enumOf(
  'TrailBreakReason',
  'How a trail is broken at an entry.',
  vocabulary.trailBreakReasons,
)
export const MismatchReason = enumOf(
  'MismatchReason',
  'How what is stored disagrees with its digest or with the trail.',
  vocabulary.mismatchReasons,
)

export const EvidenceOrigin = enumOf(
  'EvidenceOrigin',
  'How evidence was obtained, from the least reliable way to the most.',
  vocabulary.evidenceOrigins,
)
export const EvidenceState = enumOf('EvidenceState', 'Whether a file can be relied on.', vocabulary.evidenceStates)
export const LegalHoldState = enumOf('LegalHoldState', 'Whether a legal hold is in force.', vocabulary.legalHoldStates)
export const PeriodCheck = enumOf(
  'PeriodCheck',
  'How the period that evidence covers compares with what the engagement examines.',
  vocabulary.periodChecks,
)

export const JudgmentKind = enumOf(
  'JudgmentKind',
  'In what way a judgment stands against the figures.',
  vocabulary.judgmentKinds,
)
export const FigureName = enumOf('FigureName', 'What a figure counts or states.', vocabulary.figureNames)
export const ReviewPointState = enumOf(
  'ReviewPointState',
  'Whether an objection of the quality reviewer stands.',
  vocabulary.reviewPointStates,
)
export const AcknowledgingRole = enumOf(
  'AcknowledgingRole',
  'In which role a judgment against the figures is acknowledged.',
  vocabulary.acknowledgingRoles,
)

export const ImportKind = enumOf('ImportKind', 'What a file is a list of.', vocabulary.importKinds)
export const ControlColumn = enumOf(
  'ControlColumn',
  'What a column of a list of controls says.',
  vocabulary.controlColumns,
)
export const ExistingChoice = enumOf(
  'ExistingChoice',
  'What becomes of controls in a list that the engagement has already. One that was retired is refused whatever is chosen.',
  vocabulary.existingChoices,
)
export const ImportOutcome = enumOf('ImportOutcome', 'What an import makes of a row.', vocabulary.importOutcomes)
export const ListFormat = enumOf('ListFormat', 'In which form a list is written.', vocabulary.listFormats)
export const TextEncoding = enumOf(
  'TextEncoding',
  'How the characters of a file are written.',
  vocabulary.textEncodings,
)
export const ColumnSeparator = enumOf(
  'ColumnSeparator',
  'What stands between the cells of a row of text.',
  vocabulary.columnSeparators,
)
export const DateOrder = enumOf(
  'DateOrder',
  'In which order day and month stand where both are numbers.',
  vocabulary.dateOrders,
)
export const ExcelDays = enumOf('ExcelDays', 'From which day Excel counted the days.', vocabulary.excelDays)
export const ImportNoteCode = enumOf('ImportNoteCode', 'What to know of a file to import.', vocabulary.importNotes)
export const DateForm = enumOf('DateForm', 'How the dates of a column are written.', vocabulary.dateForms)
export const ColumnRole = enumOf(
  'ColumnRole',
  'What a column is for, as far as it can be guessed.',
  vocabulary.columnRoles,
)

export const FrameworkUse = enumOf(
  'FrameworkUse',
  'What an engagement uses a criteria set of the firm for.',
  vocabulary.frameworkUses,
)
export const UncoveredGround = enumOf(
  'UncoveredGround',
  'Why no control serves a criterion of a further framework.',
  vocabulary.uncoveredGrounds,
)
export const FurtherOutcome = enumOf(
  'FurtherOutcome',
  'What the conclusions on controls come to for a criterion of a further framework.',
  vocabulary.furtherOutcomes,
)
