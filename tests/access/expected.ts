/**
 * Who may do what, written by hand from the product page and not from the table the service asks: the two must agree.
 * On the engagement's team: P engagement partner, R quality reviewer, C second reader, M manager, S senior, T staff. Of the same firm, off
 * the team: A admin, p partner, m manager, s senior, t staff. Of the audited client: a admin, r respondent, v viewer.
 */
export type Kind = 'P' | 'R' | 'C' | 'M' | 'S' | 'T' | 'A' | 'p' | 'm' | 's' | 't' | 'a' | 'r' | 'v'

export const everybody = 'PRCMSTApmstarv'

/** Who holds each role on the engagement's team. */
export const kindOfRole = {
  ENGAGEMENT_PARTNER: 'P',
  QUALITY_REVIEWER: 'R',
  SECOND_READER: 'C',
  MANAGER: 'M',
  SENIOR: 'S',
  STAFF: 'T',
} as const satisfies Record<string, Kind>

type Group = readonly [kinds: string, why: string, names: string]

const groups = {
  acts: [
    [everybody, 'one’s own account', 'switchMembership signOut changePassword'],
    ['A', 'the admin looks after the firm’s users', 'inviteMember changeFirmDomains changeRetention'],
    [
      'PRCMApm',
      'clients and engagements are set up by a person who answers for them in the firm',
      'createClient updateClient changeClientCalendar createEngagement',
    ],
    [
      'PRCMSTAa',
      'a client’s people are invited by the team of an engagement of that client, the firm’s admin, the client’s own admin',
      'inviteClientUser resendInvitation',
    ],
    [
      'PRCAp',
      'the firm’s methodology: its admin and its partners',
      'reviseMethodology addLibraryControl reviseLibraryControl retireLibraryControl restoreLibraryControl',
    ],
    ['PRCAp', 'so are its own criteria sets', 'loadCriteriaSet retireCriteriaSet'],
    ['Aa', 'and administered by the admins alone', 'disableMember reinstateMember changeMemberRole'],
    ['Aa', 'by the firm’s admin until the client has an admin of its own', 'changeClientDomains'],
    ['PMA', 'who leads the engagement, or staffs the firm', 'addTeamMember removeTeamMember'],
    ['PRCMSTApmst', 'all for themselves', 'confirmIndependence'],
    [
      'PM',
      'the engagement is led by its partner and manager',
      'updateEngagement excludeCriterion includeCriterion startFieldwork startCompletion returnToPlanning returnToFieldwork',
    ],
    [
      'PM',
      'a manager or above confirms and communicates',
      'confirmException communicateException recordCorrection withdrawException noteOverdueResponse',
    ],
    ['PM', 'that what is missing is no deviation is agreed by a manager or above', 'decideOccurrenceExplanation'],
    ['PMS', 'when a control is due is planned', 'changeControlCycle'],
    ['P', 'when people work is changed by who answers for the engagement', 'changeEngagementCalendar'],
    ['PM', 'who leads records why no population covers some days', 'acceptPopulationGap'],
    ['PMST', 'and what is missing explained by who works', 'explainOccurrence'],
    [
      'PMS',
      'what is wanted answered of a paper, by who reviews',
      'addReviewNote reopenReviewNote clearReviewNote reviewProcedures',
    ],
    ['PMST', 'and addressed by who works', 'addressReviewNote'],
    ['PMST', 'memos and consultations, by who works', 'writeWorkpaper updateWorkpaper prepareWorkpaper'],
    ['PMS', 'and signed by who reviews', 'reviewWorkpaper sendBackWorkpaper withdrawWorkpaper'],
    ['PM', 'a manager or the partner, who did not mark it', 'approveControlWithoutPopulation'],
    ['PMS', 'how a control is to be tested', 'recordControlReliance markControlWithoutPopulation'],
    ['PM', 'the work of others is evaluated by who leads', 'recordWorkOfOthers updateWorkOfOthers'],
    ['P', 'and approved by the partner', 'approveWorkOfOthers retireWorkOfOthers'],
    ['PMST', 'who performs work tells the partner of what they suspect', 'recordSuspectedNoncompliance'],
    ['P', 'who alone reads and evaluates it', 'evaluateSuspectedNoncompliance'],
    ['PMST', 'work on a procedure', 'recordWalkthrough updateWalkthrough answerUpdateMatters importTestSheet'],
    [
      'PMS',
      'what the description presents beside the controls; once fieldwork began by the partner alone',
      'recordServiceCommitment updateServiceCommitment retireServiceCommitment recordSubserviceOrganization updateSubserviceOrganization retireSubserviceOrganization recordSubserviceReview recordComplementaryControl updateComplementaryControl retireComplementaryControl',
    ],
    [
      'PMS',
      'further frameworks, as the scope; once fieldwork began by the partner alone',
      'addFramework updateFramework retireFramework recordUncoveredCriteria retractUncoveredCriterion',
    ],
    ['PMS', 'what controls are mapped to', 'mapControlToFramework'],
    ['PM', 'that there is no subservice organization', 'stateNoSubserviceOrganizations'],
    ['P', 'that the firm is independent of an included one', 'confirmSubserviceIndependence'],
    ['PMST', 'who of the entity is asked about fraud', 'recordFraudInquiry'],
    ['ar', 'the registers are the client’s own', 'recordIncident updateIncident recordSystemChange updateSystemChange'],
    [
      'a',
      'what is shared, or was entered in error, is for management to say',
      'shareIncident withdrawIncident shareSystemChange withdrawSystemChange',
    ],
    ['PM', 'what the client shared is evaluated by who leads', 'evaluateIncident evaluateSystemChange'],
    ['PM', 'the auditor’s side of a response', 'returnResponse acceptResponse flagInconsistency'],
    ['PM', 'that a deviation is none is never decided by a senior', 'decideExplanation'],
    [
      'PM',
      'materiality is decided by the manager or partner',
      'decideMateriality reviseMateriality decideAggregate reviseAggregate',
    ],
    [
      'PM',
      'so is what is concluded on each criterion',
      'concludeCriterion reviseCriterionConclusion concludeCriteriaAsProposed',
    ],
    [
      'PMS',
      'planned and reviewed by seniors and above',
      'recordEngagementDocument createControl importControls addControlsFromLibrary updateControl mapControl recordRisk updateRisk planSampling decideExclusion withdrawExclusion planProcedure updateProcedure reviewProcedure sendBackProcedure concludeControl',
    ],
    [
      'PMST',
      'work, which the quality reviewer does none of',
      'startProcedure prepareProcedure createPopulation updatePopulation importPopulation cancelPopulationImport freezePopulation proposeExclusion drawSample extendSample recordResult recordResults explainDeviation raiseException updateException recountException editSectionFourText',
    ],
    ['PMS', 'once its testing has begun by the partner alone', 'retireControl'],
    ['P', 'the partner alone says why something is not missing', 'decideCoverageGap decideControlNotNeeded'],
    [
      'P',
      'the engagement partner alone signs',
      'approveMateriality reopenMateriality returnMateriality approveAggregate returnAggregate decideFrameworkOpinion decideOpinion reviseOpinion dateReport issueOpinion withdrawEngagement',
    ],
    ['PMa', 'who leads the engagement; of what the client brought also its admin', 'removeEvidence'],
    ['PA', 'who answers for what is kept', 'placeLegalHold releaseLegalHold'],
    [
      'R',
      'the quality reviewer alone agrees, clears and objects',
      'agreeOpinion clearQualityReview raiseQualityReviewPoint withdrawQualityReviewPoint',
    ],
    ['C', 'a difference of opinion is settled by a third person', 'resolveDifference'],
    [
      'PRC',
      'partner and quality reviewer or second reader acknowledge, each for themselves',
      'acknowledgeJudgment acknowledgeJudgments',
    ],
    ['PMSTar', 'both sides bring evidence, the quality reviewer none', 'createUpload'],
    ['PRCMSTarv', 'all who see a paper open it', 'recordOpened'],
    ['PMSTar', 'each side says what its evidence supports', 'linkEvidence unlinkEvidence'],
    ['ar', 'the client drafts', 'writeDescriptionSection draftResponse requestResponseApproval'],
    ['a', 'the client’s admin answers for management', 'declineToRespond submitResponse writeAssertion signAssertion'],
    ['PM', 'what management signed on paper is recorded by who leads', 'recordAssertion'],
    ['PMS', 'what happened since is recorded by who plans the work', 'recordSubsequentEvent'],
    ['PM', 'and evaluated by who leads', 'evaluateSubsequentEvent'],
    [
      'P',
      'the partner answers for going on over what management says, or will not say',
      'resolveAssertion recordManagementRefusal retractManagementRefusal',
    ],
    ['P', 'the partner shows management the draft before it signs', 'shareDraft withdrawDraft'],
  ],
  queries: [
    [
      everybody,
      'what all have something of',
      'viewer node clients engagement engagements criteria sampleSize upperDeviationLimit',
    ],
    ['PRCMSTarv', 'exceptions: the team’s, and the client’s once communicated', 'exception exceptions'],
    ['PRCMSTarv', 'evidence: the team’s, and of the client’s people what they brought', 'evidence'],
    ['PRCMST', 'what an import would be: the reviewer, who imports nothing, finds nothing', 'previewImport'],
    [
      'PRCMST',
      'working papers',
      'procedure procedures population sample workpaper verifySample verifyTrail verifyEngagement',
    ],
    ['PM', 'what would follow from other decisions, which who decides may ask', 'opinionPreview'],
    ['PRCMSTApmst', 'the firm’s library', 'libraryControl'],
    ['A', 'the firm’s own trail', 'verifyFirmTrail'],
  ],
  types: [
    [
      everybody,
      'no engagement’s contents',
      'Action ActionReason Viewer Firm Member Client ClientCalendar Holiday Criterion SampleSize SignedIn MembershipChoice',
    ],
    [everybody, 'the header and the issued report, of the rows one may see', 'Engagement Report'],
    [
      'PRCMSTApmst',
      'who set the calendar of a client',
      'Client.calendarReason Client.calendarSetBy Client.calendarSetAt',
    ],
    [
      'PRCMSTApmst',
      'the firm’s own matters',
      'TeamMember TeamInvitation Viewer.teamInvitations Firm.members Firm.retentionYears Firm.methodology Firm.methodologies Methodology SamplingTable SamplingTableRow Firm.libraryControls LibraryControl LibraryControlVersion LibraryProcedure LibraryAttribute CriteriaSet FurtherCriterion Firm.criteriaSets',
    ],
    [
      'PRCMSTA',
      'who is on the team, and what was done: also the admin, of the firm’s own trail',
      'Engagement.team TrailEntry TrailChange TrailField TrailVerification TrailBreak Checkpoint',
    ],
    ['A', 'the firm’s own trail', 'Firm.trail Firm.checkpoints'],
    ['PRCMSTA', 'what may not be removed: also the admin', 'LegalHold Engagement.legalHolds'],
    ['PRCMST', 'and of a file, what is not for the client', 'Evidence.isOnLegalHold Evidence.retainUntil'],
    [
      'PRCMSTarv',
      'shared with the client',
      'Evidence EvidenceLink UploadTicket Engagement.evidence Opening DescriptionSection Exception ManagementResponse ResponseVersion ResponseReview ResponseContent RemediationStep SubmittedEvidence AttributeCount ReportedExtension',
    ],
    ['PRCMSTarv', 'of the client’s registers: its people all, the team what was shared', 'Incident SystemChange'],
    ['arv', 'the register itself', 'Client.incidents Client.systemChanges'],
    [
      'PRCMST',
      'what the auditor makes of it',
      'RegisterEvaluation RegisterChange Incident.evaluations Incident.changes SystemChange.evaluations SystemChange.changes Engagement.incidents Engagement.systemChanges',
    ],
    [
      'arv',
      'the client’s own draft',
      'ResponseWarning ManagementResponse.evidence ManagementResponse.draft ManagementResponse.missing ManagementResponse.draftedBy',
    ],
    [
      'PRCMSTarv',
      'management’s assertion, which both sides read',
      'ManagementAssertion AssertionClaim AssertionSigner OfferedAssertion',
    ],
    [
      'PRCMST',
      'what the auditor makes of it, and what management would not give',
      'AssertionContradiction AssertionResolution ManagementRefusal ManagementAssertion.contradictions ManagementAssertion.resolution Engagement.managementRefusals SubsequentEvent Engagement.subsequentEvents',
    ],
    ['PRCMSTa', 'the draft that management sees before it signs', 'SharedDraft SharedMisstatement'],
    [
      'PRCMST',
      'and what became of it',
      'SharedDraft.sharedBy SharedDraft.withdrawnAt SharedDraft.withdrawnReason SharedDraft.withdrawnBy ManagementAssertion.sharedDraft',
    ],
    [everybody, 'people of clients', 'Client.members Member.client'],
    [
      everybody,
      'known from any e-mail of theirs',
      'Firm.emailDomains Client.emailDomains Client.administratorAcceptedAt',
    ],
    ['PRCMSTAa', 'who was invited: for those who may invite', 'Invitation Client.invitations'],
    ['PRCMSTApmsta', 'why a person cannot come in: for those who can change it', 'Member.suspendedAt'],
    ['PRCMST', 'what periodic controls should have done', 'ExpectedOccurrence OccurrenceSummary OccurrenceExplanation'],
    [
      'PRCMST',
      'working papers',
      'EngagementVerification RowMismatch ScopeChange EngagementWarning EngagementCalendar EngagementDocument EngagementCriterion CriterionExclusion Control ControlTaken SamplingPlan Coverage Engagement.controls Procedure Attribute SignOff Population PopulationItem PopulationExclusion PopulationImport Stratum ItemField ListReading ImportPreview ImportSheet ImportNote ImportColumn ImportPreviewRow ImportPreviewControl ExportedFile Engagement.controlList Sample SampleExtension SampleStage OutcomeCounts SampleItem SampleVerification Evaluation AttributeEvaluation ControlAttributeEvaluation ControlEvaluation Result Readiness',
    ],
    [
      'PRCMST',
      'what controls covered, and when',
      'CoverageGap CoverageDecision PopulationGap PopulationGapDecision ControlChange Engagement.coverageGaps Engagement.controlChanges',
    ],
    [
      'PRCMST',
      'what the description presents beside the controls, until the report is issued',
      'ServiceCommitment SubserviceOrganization SubserviceReview UserControlAnswered ComplementaryControl Engagement.serviceCommitments Engagement.subserviceOrganizations Engagement.complementaryControls Engagement.noSubserviceReason',
    ],
    [
      'PRCMST',
      'further frameworks, and what controls are mapped to',
      'Framework FrameworkCoverage FrameworkCriterion MappedCriterion UncoveredCriterion Engagement.frameworks',
    ],
    ['PRCMST', 'the risk assessment', 'Risk FraudInquiry Engagement.risks Engagement.fraudInquiries'],
    [
      'P',
      'what is recorded for the engagement partner alone',
      'SuspectedNoncompliance SuspicionCommunication Engagement.suspectedNoncompliance',
    ],
    ['PRCMST', 'the work of others', 'WorkOfOthers Engagement.workOfOthers'],
    [
      'PRCMST',
      'what is reviewed, what waits for whom, and how far the work is',
      'Workpaper PaperIndexEntry Engagement.workpapers Engagement.paperIndex ReviewNote ReviewQueueItem ReviewOutcome EngagementProgress PersonProgress Engagement.reviewNotes Engagement.reviewQueue Engagement.progress',
    ],
    [
      'PRCMST',
      'what a conclusion on a control rests on',
      'Walkthrough NoPopulationMark TestedTime UpdateMatter UpdateAnswer',
    ],
    [
      'PRCMST',
      'the auditor’s own thoughts',
      'Paper JudgmentAgainstFigures Figure JudgmentAcknowledgement MaterialityDecision WeighedFactor Aggregate AggregateDecision CriterionProposal CriterionReason CriterionConclusion OpinionProposal ProposedConclusion OpinionReason Opinion OpinionConclusion OpinionBasis Emphasis QualityReview QualityReviewPoint DraftReport OpinionPreviewRecord PreviewedException PreviewedAggregate PreviewedCriterion WeighedThen ConcludedThen',
    ],
    [
      'PRCMST',
      'what would follow, of what one may ask',
      'OpinionPreview ConclusionChange CriterionChange PreviewedAssertion ClaimNeeded PreviewedLetter PreviewedMisstatement',
    ],
    [
      'PRCMST',
      'of a header or an exception, what is not for the client',
      'Engagement.fieldworkStartedAt Engagement.reportDatedOn Engagement.withdrawnReason Engagement.criteria Engagement.coverage Engagement.documents Engagement.scopeChanges Engagement.calendars Engagement.procedures Engagement.explainedDeviations Engagement.readiness Engagement.aggregates Engagement.aggregateDecisions Engagement.criterionProposals Engagement.opinionProposal Engagement.opinionPreviews Engagement.opinion Engagement.qualityReview Engagement.qualityReviewPoints Engagement.warnings Engagement.judgmentsAgainstFigures Engagement.draftReport Engagement.openings Engagement.trail Engagement.checkpoints Exception.control Exception.procedure Exception.deviations Exception.isTrueToResults Exception.evidence Exception.evidenceNote Exception.failurePeriodBasis Exception.withdrawnBy Exception.correctedBy Exception.correctionNote Exception.correctionRestsOn Exception.restsOn Exception.authors Exception.confirmedBy Exception.confirmedAt Exception.communicatedBy Exception.overdueNote Exception.concludedAt Exception.materialityDecision Exception.judgmentsAgainstFigures Exception.contentDigest ResponseReview.reviewedBy',
    ],
  ],
} satisfies Record<string, Group[]>

const byName = (of: readonly Group[]): Readonly<Record<string, string>> =>
  Object.fromEntries(of.flatMap(([kinds, , names]) => names.split(' ').map((name) => [name, kinds])))

/** Mutation -> the kinds of people who may do it. What any caller may do before signing in is not among them. */
export const acts = byName(groups.acts)
/** Query -> the kinds of people who may ask it; what it finds for them is another matter. */
export const queries = byName(groups.queries)
/**
 * What client users are answered by the queries that are the firm's: nothing, and no fault. What verifyFirmTrail answers cannot
 * be nothing: it is FORBIDDEN.
 */
export const nothingForClients: Readonly<Record<string, unknown>> = {
  libraryControl: null,
  procedure: null,
  procedures: { __typename: 'ProcedureConnection', totalCount: 0 },
  population: null,
  sample: null,
  workpaper: null,
  previewImport: null,
  verifySample: null,
  opinionPreview: null,
  verifyTrail: null,
  verifyEngagement: null,
}
/** Type, or field of a type -> the kinds of people who may enter it, of the rows that they see. */
export const types = byName(groups.types)

/** Of an input with every field: the first that only the firm's admin may give, in acts that are also others'. */
export const adminsOwn: Readonly<Record<string, string>> = { reviseMethodology: 'requiresQualityReviewer' }

/** Done by a person who shows a password, a ticket or a token, before any caller is known. */
export const beforeSignIn = ['signIn', 'chooseMembership', 'refreshSession', 'acceptInvitation']

/** Acts on an engagement that are no work on it: who did nothing else there may review its quality. */
export const noWork = [
  'createEngagement addTeamMember removeTeamMember confirmIndependence',
  'agreeOpinion clearQualityReview raiseQualityReviewPoint withdrawQualityReviewPoint resolveDifference acknowledgeJudgment acknowledgeJudgments placeLegalHold releaseLegalHold recordOpened opinionPreview',
  'writeDescriptionSection draftResponse declineToRespond requestResponseApproval submitResponse writeAssertion signAssertion',
].flatMap((names) => names.split(' '))

/** Acts on a procedure after which one does not review it. */
export const testing = [
  'recordResult',
  'recordResults',
  'explainDeviation',
  'prepareProcedure',
  'recordWalkthrough',
  'updateWalkthrough',
  'answerUpdateMatters',
  'importTestSheet',
  'linkEvidence',
  'unlinkEvidence',
]

/**
 * Acts that are offered on an object but change nothing of it, such as those that add to it: they ask for no version of it. Each
 * entry of recordResults has its own.
 */
export const makers = [
  'addReviewNote reviewProcedures importTestSheet writeWorkpaper',
  'acceptPopulationGap acknowledgeJudgment acknowledgeJudgments addTeamMember concludeCriterion concludeCriteriaAsProposed createControl importControls addControlsFromLibrary addLibraryControl createEngagement createPopulation createUpload decideCoverageGap decideMateriality decideAggregate',
  'decideOpinion drawSample excludeCriterion inviteClientUser inviteMember',
  'explainOccurrence linkEvidence placeLegalHold planProcedure raiseException raiseQualityReviewPoint recordEngagementDocument recordComplementaryControl recordFraudInquiry recordResults recordRisk recordServiceCommitment recordSubserviceOrganization recordSubserviceReview recordWalkthrough recordWorkOfOthers unlinkEvidence',
  'recordAssertion recordManagementRefusal recordSubsequentEvent recordSuspectedNoncompliance resolveAssertion shareDraft',
  'recordIncident recordSystemChange',
  'addFramework loadCriteriaSet recordUncoveredCriteria',
].flatMap((names) => names.split(' '))
