import type { FieldClasses } from './kernel/access/field-sides.js'
import type { Condition, PolicyRow, Principals } from './kernel/access/permission.js'
import { checkUnsigned } from './rules/assertions.js'
import { checkInUse, checkNotNeededOpen } from './rules/changes.js'
import { checkIndependenceOpen, checkStands } from './rules/complementary.js'
import {
  checkAnothersDecision,
  checkAwaitsAgreement,
  checkDecisionApproved,
  checkDecisionOpen,
  checkEndsInOpinion,
  checkMoves,
  checkNotReturned,
  checkWithdrawable,
} from './rules/conclusion-acts.js'
import { checkRefusalStands } from './rules/documents.js'
import { checkAvailable, checkNotRemoved, checkReleasable } from './rules/evidence.js'
import {
  checkAwaitsCommunication,
  checkConfirmsAnew,
  checkCorrectable,
  checkExceptionBecomes,
  checkExceptionIs,
  checkNotItsAuthor,
  checkResponseAcceptable,
  checkResponseBecomes,
  checkResponseSubmitted,
} from './rules/exception-acts.js'
import { statesCommunicated } from './rules/exceptions.js'
import { checkExclusionDecidable, checkExclusionWithdrawable } from './rules/exclusions.js'
import {
  checkDecidable,
  checkDraft,
  checkExplainable,
  checkImporting,
  checkNotImporting,
  checkPreparable,
  checkReplannable,
  checkReviewable,
  checkSigned,
  checkStartable,
  checkUnderWay,
} from './rules/fieldwork.js'
import { checkCoveredByOpinion } from './rules/framework-opinion.js'
import { checkIndependenceConfirmation } from './rules/independence.js'
import { checkOffered, checkRestorable } from './rules/library.js'
import { placeLifecycle, statesUnderWay } from './rules/lifecycles.js'
import {
  checkAddressOfClient,
  checkAnothersMembership,
  checkDisabled,
  checkDomainsAuthor,
  checkInvited,
  checkNotDisabled,
} from './rules/memberships.js'
import { checkMarkApprovable, checkMayLackPopulation } from './rules/no-population.js'
import { checkOccurrenceDecidable } from './rules/occurrence-acts.js'
import {
  checkEntryShareable,
  checkEntryStands,
  checkEntryWithdrawable,
  checkSharedByAdministrator,
} from './rules/registers.js'
import { checkNoteAddressed, checkNoteOpen } from './rules/review-notes.js'
import { checkPointOpen, checkSettler } from './rules/review-points.js'
import { checkScopeAuthor } from './rules/scope.js'
import { checkDraftStands } from './rules/shared-draft.js'
import { checkRemoval, placeState } from './rules/staffing.js'
import { checkUnevaluated } from './rules/subsequent-events.js'
import {
  type ClientRole,
  clientRoles,
  type FirmRole,
  firmRoles,
  type TeamRole,
  teamRoles,
  words,
} from './rules/vocabulary.js'
import { checkAwaitsApproval, checkWroteNone } from './rules/work-of-others.js'
import { checkWorkpaperDraft, checkWorkpaperPrepared, checkWorkpaperSigned } from './rules/workpapers.js'

export const anyone: Principals = { anyone: true }
export const firm = (...roles: FirmRole[]): Principals => ({ firm: roles.length > 0 ? roles : words(firmRoles) })
export const team = (...roles: TeamRole[]): Principals => ({ team: roles.length > 0 ? roles : words(teamRoles) })
export const client = (...roles: ClientRole[]): Principals => ({
  client: roles.length > 0 ? roles : words(clientRoles),
})
export const member: Principals = { ...firm(), ...client() }
/** Who looks after people: the firm's administrators; for people of a client also its own. */
const administrators: Principals = { ...firm('FIRM_ADMIN'), ...client('CLIENT_ADMIN') }
/**
 * Who invites people of a client: also the team of an engagement of it that is not over. No more than that: any partner can
 * set up an engagement and be its team.
 */
const inviters: Principals = { ...administrators, clientTeam: true }

/** Who performs work on an engagement: everybody on the team but the quality reviewer. */
const performers = { ...team('ENGAGEMENT_PARTNER', 'MANAGER', 'SENIOR', 'STAFF'), work: 'performed' } as const
/** The same, of work that a reviewer may have had no hand in. */
const testers = { ...performers, work: 'tested' } as const
const planners = { ...team('ENGAGEMENT_PARTNER', 'MANAGER', 'SENIOR'), work: 'performed' } as const
/** Who leads an engagement from day to day. */
const leaders = { ...team('ENGAGEMENT_PARTNER', 'MANAGER'), work: 'performed' } as const
/** Who answers for an engagement. */
const partner = { ...team('ENGAGEMENT_PARTNER'), work: 'performed' } as const
/** Who of a client writes its registers. */
const registrars = client('CLIENT_ADMIN', 'RESPONDENT')
/** Who reads what was judged against the figures before the report: no work, or the quality reviewer could not. */
const acknowledgers = { ...team('ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER'), work: 'none' } as const
const whileExamined = ['FIELDWORK', 'COMPLETION'] as const
/** Who changes what the description presents beside the controls: once fieldwork began, by the gate, the engagement partner alone. */
const presenters = { ...planners, during: statesUnderWay, when: [checkStands], gate: 2 }

const forAddress: Condition = (member, actor, facts) => checkAddressOfClient(member, actor, facts)
const forLinking: Condition = (evidence) => checkAvailable(evidence)
const forScope: Condition = (engagement, actor) =>
  checkScopeAuthor({ fieldworkStartedAt: engagement.fieldworkStartedAt, role: actor.team.get(engagement.id) })
/** What is recorded of what the description presents beside the controls: once fieldwork began by the engagement partner alone. */
const asScope = { on: 'Engagement', during: statesUnderWay, when: [forScope] } as const

/**
 * THE TABLE: who may enter what, and who may do what, when. Keys are schema coordinates. Of types that client users enter,
 * `fieldClasses` says which fields are the firm's alone: those need no row here, unless fewer of the firm read them. The guard refuses to start when a
 * root field or a type has no row here, or a row matches nothing; `actions` and the acts themselves ask the same rows.
 */
export const policy: Readonly<Record<string, PolicyRow>> = {
  // ---- the graph itself
  Action: member,
  ActionReason: member,
  'Query.node': member,

  // ---- firm, members
  Viewer: member,
  Firm: member,
  Member: member,
  'Query.viewer': member,
  'Firm.members': firm(),
  'Firm.emailDomains': member,
  'Mutation.changeRetention': { ...firm('FIRM_ADMIN'), on: 'Firm' },
  'Mutation.changeFirmDomains': { ...firm('FIRM_ADMIN'), on: 'Firm' },

  // ---- methodology
  Methodology: firm(),
  SamplingTable: firm(),
  SamplingTableRow: firm(),
  'Firm.methodology': firm(),
  'Firm.methodologies': firm(),
  'Mutation.reviseMethodology': { ...firm('FIRM_ADMIN', 'PARTNER'), on: 'Firm' },

  // ---- the library of controls and their tests, which is methodology, too
  LibraryControl: firm(),
  LibraryControlVersion: firm(),
  LibraryProcedure: firm(),
  LibraryAttribute: firm(),
  'Query.libraryControl': firm(),
  'Firm.libraryControls': firm(),
  'Mutation.addLibraryControl': { ...firm('FIRM_ADMIN', 'PARTNER'), on: 'Firm' },
  'Mutation.reviseLibraryControl': { ...firm('FIRM_ADMIN', 'PARTNER'), on: 'LibraryControl', when: [checkOffered] },
  'Mutation.retireLibraryControl': { ...firm('FIRM_ADMIN', 'PARTNER'), on: 'LibraryControl', when: [checkOffered] },
  'Mutation.restoreLibraryControl': {
    ...firm('FIRM_ADMIN', 'PARTNER'),
    on: 'LibraryControl',
    when: [checkRestorable],
  },
  // ---- the firm's own sets of criteria: read by all of the firm
  CriteriaSet: firm(),
  FurtherCriterion: firm(),
  'Firm.criteriaSets': firm(),
  'Mutation.loadCriteriaSet': { ...firm('FIRM_ADMIN', 'PARTNER'), on: 'Firm' },
  'Mutation.retireCriteriaSet': { ...firm('FIRM_ADMIN', 'PARTNER'), on: 'CriteriaSet', when: [checkStands] },

  // ---- clients
  Client: member,
  'Query.clients': member,
  'Mutation.createClient': firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'),
  'Mutation.updateClient': { ...firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'), on: 'Client' },
  ClientCalendar: member,
  Holiday: member,
  // Who answers for the client in the firm: it holds for all its engagements, past its teams.
  'Mutation.changeClientCalendar': { ...firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'), on: 'Client' },
  'Client.emailDomains': member,
  'Client.administratorAcceptedAt': member,
  // Not the team: a partner could set up an engagement, and let in a mailbox of their own to all others of the client.
  'Mutation.changeClientDomains': {
    ...firm('FIRM_ADMIN'),
    ...client('CLIENT_ADMIN'),
    on: 'Client',
    when: [checkDomainsAuthor],
  },

  // ---- identity
  SignedIn: anyone,
  MembershipChoice: anyone,
  'Mutation.signIn': anyone,
  'Mutation.chooseMembership': anyone,
  'Mutation.refreshSession': anyone,
  'Mutation.acceptInvitation': anyone,
  'Mutation.switchMembership': member,
  'Mutation.signOut': member,
  'Mutation.changePassword': member,
  'Client.members': member,
  'Member.client': member,
  'Member.suspendedAt': { ...firm(), ...client('CLIENT_ADMIN') },
  Invitation: inviters,
  'Client.invitations': inviters,
  'Mutation.inviteMember': { ...firm('FIRM_ADMIN'), on: 'Firm' },
  'Mutation.inviteClientUser': { ...inviters, on: 'Client' },
  'Mutation.resendInvitation': { ...inviters, on: 'Member', when: [checkInvited, forAddress], gate: 5 },
  'Mutation.disableMember': { ...administrators, on: 'Member', when: [checkAnothersMembership, checkNotDisabled] },
  'Mutation.reinstateMember': { ...administrators, on: 'Member', when: [checkDisabled, forAddress], gate: 5 },
  'Mutation.changeMemberRole': { ...administrators, on: 'Member', when: [checkAnothersMembership, forAddress] },

  // ---- engagements: the header for all who may see the row; what is in them for the team
  Engagement: member,
  'Query.engagement': member,
  'Query.engagements': member,
  'Engagement.fieldworkStartedAt': team(),
  'Mutation.createEngagement': { ...firm('FIRM_ADMIN', 'PARTNER', 'MANAGER'), on: 'Client', work: 'none' },
  'Mutation.updateEngagement': {
    ...leaders,
    on: 'Engagement',
    during: statesUnderWay,
    when: [forScope],
  },
  ScopeChange: team(),
  EngagementWarning: team(),
  EngagementCalendar: team(),
  'Mutation.changeEngagementCalendar': { ...partner, on: 'Engagement', during: ['FIELDWORK'], gate: 5 },

  TeamMember: firm(),
  TeamInvitation: firm(),
  'Engagement.team': { ...team(), ...firm('FIRM_ADMIN') },
  'Mutation.addTeamMember': {
    ...team('ENGAGEMENT_PARTNER', 'MANAGER'),
    ...firm('FIRM_ADMIN'),
    on: 'Engagement',
    work: 'none',
    during: statesUnderWay,
  },
  'Mutation.removeTeamMember': {
    ...team('ENGAGEMENT_PARTNER', 'MANAGER'),
    ...firm('FIRM_ADMIN'),
    on: 'TeamMember',
    work: 'none',
    during: statesUnderWay,
    when: [(place) => placeLifecycle.checkMove(placeState(place), 'REMOVED'), checkRemoval],
  },
  'Mutation.confirmIndependence': {
    ...firm(),
    on: 'TeamMember',
    work: 'none',
    during: statesUnderWay,
    when: [
      (place, actor) => checkIndependenceConfirmation({ member: place.memberId, confirmer: actor.memberId }),
      (place) => placeLifecycle.checkMove(placeState(place), 'CONFIRMED'),
    ],
  },

  EngagementDocument: team(),
  'Mutation.recordEngagementDocument': {
    ...planners,
    on: 'Engagement',
    during: statesUnderWay,
  },
  SubsequentEvent: team(),
  'Mutation.recordSubsequentEvent': { ...planners, on: 'Engagement', during: whileExamined },
  'Mutation.evaluateSubsequentEvent': {
    ...leaders,
    on: 'SubsequentEvent',
    during: whileExamined,
    when: [checkUnevaluated],
    checkpoint: true,
  },
  ManagementRefusal: team(),
  'Mutation.recordManagementRefusal': {
    ...partner,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
  },
  'Mutation.retractManagementRefusal': {
    ...partner,
    on: 'ManagementRefusal',
    during: whileExamined,
    when: [checkRefusalStands],
    checkpoint: true,
  },
  DescriptionSection: { ...team(), ...client() },
  'Mutation.writeDescriptionSection': {
    ...client('CLIENT_ADMIN', 'RESPONDENT'),
    on: 'Engagement',
    work: 'none',
    during: statesUnderWay,
  },

  // ---- evidence: people of the client enter what the client brought
  Evidence: { ...team(), ...client() },
  UploadTicket: { ...team(), ...client() },
  'Query.evidence': { ...team(), ...client() },
  'Engagement.evidence': { ...team(), ...client() },
  'Mutation.createUpload': {
    ...performers,
    ...client('CLIENT_ADMIN', 'RESPONDENT'),
    on: 'Engagement',
    during: statesUnderWay,
  },

  'Mutation.removeEvidence': {
    ...leaders,
    ...client('CLIENT_ADMIN'),
    on: 'Evidence',
    during: statesUnderWay,
    when: [checkNotRemoved],
    gate: 5,
  },
  LegalHold: { ...team(), ...firm('FIRM_ADMIN') },
  'Engagement.legalHolds': { ...team(), ...firm('FIRM_ADMIN') },
  'Mutation.placeLegalHold': {
    ...team('ENGAGEMENT_PARTNER'),
    ...firm('FIRM_ADMIN'),
    on: 'Engagement',
    work: 'none',
  },
  'Mutation.releaseLegalHold': {
    ...team('ENGAGEMENT_PARTNER'),
    ...firm('FIRM_ADMIN'),
    on: 'LegalHold',
    work: 'none',
    when: [checkReleasable],
  },

  // What evidence supports says in turn whose people link it there (features/linking/supported.ts).
  EvidenceLink: { ...team(), ...client() },
  'Mutation.linkEvidence': {
    ...testers,
    ...client('CLIENT_ADMIN', 'RESPONDENT'),
    on: 'Evidence',
    during: whileExamined,
    when: [forLinking],
    gate: 5,
  },
  'Mutation.unlinkEvidence': {
    ...testers,
    ...client('CLIENT_ADMIN', 'RESPONDENT'),
    on: 'Evidence',
    during: whileExamined,
    when: [checkNotRemoved],
  },

  // ---- the client's own registers: its people write, the auditor reads what was shared (the wall of the rows)
  Incident: { ...team(), ...client() },
  SystemChange: { ...team(), ...client() },
  'Client.incidents': client(),
  'Client.systemChanges': client(),
  'Mutation.recordIncident': { ...registrars, on: 'Client' },
  'Mutation.updateIncident': { ...registrars, on: 'Incident', when: [checkEntryStands, checkSharedByAdministrator] },
  'Mutation.shareIncident': {
    ...client('CLIENT_ADMIN'),
    on: 'Incident',
    when: [checkEntryShareable],
    checkpoint: true,
    gate: 1,
  },
  'Mutation.withdrawIncident': { ...client('CLIENT_ADMIN'), on: 'Incident', when: [checkEntryWithdrawable] },
  'Mutation.recordSystemChange': { ...registrars, on: 'Client' },
  'Mutation.updateSystemChange': {
    ...registrars,
    on: 'SystemChange',
    when: [checkEntryStands, checkSharedByAdministrator],
  },
  'Mutation.shareSystemChange': {
    ...client('CLIENT_ADMIN'),
    on: 'SystemChange',
    when: [checkEntryShareable],
    checkpoint: true,
    gate: 1,
  },
  'Mutation.withdrawSystemChange': { ...client('CLIENT_ADMIN'), on: 'SystemChange', when: [checkEntryWithdrawable] },
  RegisterEvaluation: team(),
  'Mutation.evaluateIncident': { ...leaders, on: 'Engagement', during: whileExamined, checkpoint: true, gate: 5 },
  'Mutation.evaluateSystemChange': { ...leaders, on: 'Engagement', during: whileExamined, checkpoint: true, gate: 5 },

  // ---- criteria and controls
  Criterion: member,
  'Query.criteria': member,
  EngagementCriterion: team(),
  CriterionExclusion: team(),
  'Mutation.excludeCriterion': {
    ...leaders,
    on: 'Engagement',
    during: statesUnderWay,
    when: [forScope],
    gate: 5,
  },
  'Mutation.includeCriterion': {
    ...leaders,
    on: 'Engagement',
    during: statesUnderWay,
    when: [forScope],
    gate: 5,
  },
  Control: team(),
  SamplingPlan: team(),
  Coverage: team(),
  'Engagement.controls': team(),
  'Mutation.createControl': {
    ...planners,
    on: 'Engagement',
    during: ['PLANNING', 'FIELDWORK'],
  },
  ControlTaken: team(),
  'Mutation.addControlsFromLibrary': { ...planners, on: 'Engagement', during: ['PLANNING', 'FIELDWORK'] },
  'Mutation.importControls': {
    ...planners,
    on: 'Engagement',
    during: ['PLANNING', 'FIELDWORK'],
  },
  ExportedFile: team(),
  'Engagement.controlList': team(),
  'Mutation.updateControl': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
  },
  'Mutation.planSampling': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
    gate: 5,
  },
  'Mutation.mapControl': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
    gate: 5,
  },
  'Mutation.retireControl': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.decideControlNotNeeded': {
    ...partner,
    on: 'Control',
    during: whileExamined,
    when: [checkNotNeededOpen],
    checkpoint: true,
    gate: 20,
  },
  ControlChange: team(),

  // ---- further frameworks: which there are is scope
  Framework: team(),
  FrameworkCoverage: team(),
  FrameworkCriterion: team(),
  MappedCriterion: team(),
  UncoveredCriterion: team(),
  'Mutation.addFramework': { ...planners, ...asScope },
  'Mutation.updateFramework': { ...presenters, on: 'Framework' },
  'Mutation.retireFramework': { ...presenters, on: 'Framework' },
  'Mutation.mapControlToFramework': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
    gate: 5,
  },
  'Mutation.recordUncoveredCriteria': { ...presenters, on: 'Framework', gate: 40 },
  'Mutation.retractUncoveredCriterion': { ...planners, on: 'UncoveredCriterion', during: statesUnderWay, gate: 5 },
  'Mutation.decideFrameworkOpinion': {
    ...partner,
    on: 'Framework',
    during: ['COMPLETION'],
    when: [checkStands, checkCoveredByOpinion],
    checkpoint: true,
    gate: 40,
  },

  // ---- what the description presents beside the controls
  ServiceCommitment: team(),
  'Mutation.recordServiceCommitment': { ...planners, on: 'Engagement', during: ['PLANNING', 'FIELDWORK'] },
  'Mutation.updateServiceCommitment': { ...presenters, on: 'ServiceCommitment' },
  'Mutation.retireServiceCommitment': { ...presenters, on: 'ServiceCommitment' },
  SubserviceOrganization: team(),
  SubserviceReview: team(),
  UserControlAnswered: team(),
  'Engagement.noSubserviceReason': team(),
  'Mutation.recordSubserviceOrganization': { ...planners, ...asScope },
  'Mutation.updateSubserviceOrganization': { ...presenters, on: 'SubserviceOrganization' },
  'Mutation.retireSubserviceOrganization': { ...presenters, on: 'SubserviceOrganization', gate: 5 },
  'Mutation.confirmSubserviceIndependence': {
    ...partner,
    on: 'SubserviceOrganization',
    during: statesUnderWay,
    when: [checkStands, checkIndependenceOpen],
    checkpoint: true,
  },
  'Mutation.recordSubserviceReview': {
    ...planners,
    on: 'SubserviceOrganization',
    during: statesUnderWay,
    when: [checkStands],
  },
  'Mutation.stateNoSubserviceOrganizations': { ...leaders, ...asScope, gate: 5 },
  ComplementaryControl: team(),
  'Mutation.recordComplementaryControl': { ...planners, ...asScope },
  'Mutation.updateComplementaryControl': { ...presenters, on: 'ComplementaryControl' },
  'Mutation.retireComplementaryControl': { ...presenters, on: 'ComplementaryControl' },

  Risk: team(),
  'Mutation.recordRisk': { ...planners, on: 'Engagement', during: ['PLANNING', 'FIELDWORK'] },
  'Mutation.updateRisk': { ...planners, on: 'Risk', during: ['PLANNING', 'FIELDWORK'] },
  Paper: team(),
  FraudInquiry: team(),
  'Mutation.recordFraudInquiry': {
    ...performers,
    on: 'Engagement',
    during: ['PLANNING', 'FIELDWORK', 'COMPLETION'],
  },

  'Mutation.recordControlReliance': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
    checkpoint: true,
    gate: 5,
  },

  // ---- procedures
  Procedure: team(),
  Attribute: team(),
  SignOff: team(),
  'Query.procedure': team(),
  'Query.procedures': team(),
  'Mutation.planProcedure': { ...planners, on: 'Control', during: ['PLANNING', 'FIELDWORK'], when: [checkInUse] },
  'Mutation.updateProcedure': {
    ...planners,
    on: 'Procedure',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkReplannable],
  },
  'Mutation.startProcedure': { ...performers, on: 'Procedure', during: ['FIELDWORK'], when: [checkStartable] },
  'Mutation.prepareProcedure': {
    ...testers,
    on: 'Procedure',
    during: ['FIELDWORK'],
    when: [checkPreparable],
    checkpoint: true,
    gate: 10,
  },
  'Mutation.reviewProcedure': {
    ...planners,
    on: 'Procedure',
    during: ['FIELDWORK'],
    when: [checkReviewable],
    checkpoint: true,
    gate: 40,
  },
  'Mutation.sendBackProcedure': {
    ...planners,
    on: 'Procedure',
    during: ['FIELDWORK'],
    when: [checkSigned],
    checkpoint: true,
  },
  Walkthrough: team(),
  'Mutation.recordWalkthrough': {
    ...testers,
    on: 'Procedure',
    during: ['FIELDWORK'],
    when: [checkUnderWay],
    gate: 1,
  },
  'Mutation.updateWalkthrough': { ...testers, on: 'Walkthrough', during: ['FIELDWORK'], gate: 5 },
  // Recorded by who performs work and read by the engagement partner alone (`SuspectedNoncompliance.readers`).
  SuspectedNoncompliance: team('ENGAGEMENT_PARTNER'),
  SuspicionCommunication: team('ENGAGEMENT_PARTNER'),
  'Mutation.recordSuspectedNoncompliance': { ...performers, on: 'Engagement', during: statesUnderWay },
  'Mutation.evaluateSuspectedNoncompliance': { ...partner, on: 'SuspectedNoncompliance', during: statesUnderWay },

  WorkOfOthers: team(),
  'Mutation.recordWorkOfOthers': { ...leaders, on: 'Engagement', during: statesUnderWay },
  'Mutation.updateWorkOfOthers': { ...leaders, on: 'WorkOfOthers', during: statesUnderWay, when: [checkStands] },
  'Mutation.approveWorkOfOthers': {
    ...partner,
    on: 'WorkOfOthers',
    during: statesUnderWay,
    when: [checkStands, checkAwaitsApproval, checkWroteNone],
    checkpoint: true,
  },
  'Mutation.retireWorkOfOthers': {
    ...partner,
    on: 'WorkOfOthers',
    during: statesUnderWay,
    when: [checkStands],
    checkpoint: true,
  },
  NoPopulationMark: team(),
  'Mutation.markControlWithoutPopulation': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkMayLackPopulation],
    gate: 10,
  },
  'Mutation.approveControlWithoutPopulation': {
    ...leaders,
    on: 'NoPopulationMark',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkMarkApprovable],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.concludeControl': {
    ...planners,
    on: 'Control',
    during: ['FIELDWORK', 'COMPLETION'],
    checkpoint: true,
    gate: 5,
  },

  // ---- populations
  Population: team(),
  PopulationItem: team(),
  Stratum: team(),
  PopulationImport: team(),
  PopulationExclusion: team(),
  ItemField: team(),
  ListReading: team(),
  ImportPreview: team(),
  ImportSheet: team(),
  ImportNote: team(),
  ImportColumn: team(),
  ImportPreviewRow: team(),
  ImportPreviewControl: team(),
  'Query.population': team(),
  'Mutation.createPopulation': { ...performers, on: 'Control', during: ['FIELDWORK'], gate: 5 },
  'Mutation.updatePopulation': {
    ...performers,
    on: 'Population',
    during: ['FIELDWORK'],
    when: [checkDraft, checkNotImporting],
  },
  // Whether the caller may import on this engagement is asked where it is known: else it finds nothing.
  'Query.previewImport': team(),
  'Mutation.importPopulation': {
    ...performers,
    on: 'Population',
    during: ['FIELDWORK'],
    when: [checkDraft, checkNotImporting],
    gate: 5,
  },
  'Mutation.cancelPopulationImport': {
    ...performers,
    on: 'Population',
    during: ['FIELDWORK'],
    when: [checkImporting],
  },
  'Mutation.freezePopulation': {
    ...performers,
    on: 'Population',
    during: ['FIELDWORK'],
    when: [checkDraft, checkNotImporting],
    gate: 5,
  },

  'Mutation.proposeExclusion': {
    ...performers,
    on: 'Population',
    during: ['FIELDWORK'],
    when: [checkDraft, checkNotImporting],
    gate: 5,
  },
  'Mutation.decideExclusion': {
    ...planners,
    on: 'PopulationExclusion',
    during: ['FIELDWORK'],
    when: [checkExclusionDecidable],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.withdrawExclusion': {
    ...planners,
    on: 'PopulationExclusion',
    during: ['FIELDWORK'],
    when: [checkExclusionWithdrawable],
    gate: 5,
  },

  // ---- occurrences that the period asks of periodic controls
  ExpectedOccurrence: team(),
  OccurrenceSummary: team(),
  OccurrenceExplanation: team(),
  'Mutation.changeControlCycle': {
    ...planners,
    on: 'Control',
    during: ['PLANNING', 'FIELDWORK'],
    when: [checkInUse],
    gate: 5,
  },
  'Mutation.explainOccurrence': { ...performers, on: 'Control', during: whileExamined, gate: 20 },
  'Mutation.decideOccurrenceExplanation': {
    ...leaders,
    on: 'OccurrenceExplanation',
    during: whileExamined,
    when: [checkOccurrenceDecidable],
    checkpoint: true,
  },

  // ---- samples and results; the calculators are arithmetic, for every member
  SampleSize: member,
  'Query.sampleSize': member,
  'Query.upperDeviationLimit': member,
  Sample: team(),
  ControlEvaluation: team(),
  ControlAttributeEvaluation: team(),
  SampleExtension: team(),
  SampleStage: team(),
  OutcomeCounts: team(),
  SampleItem: team(),
  SampleVerification: team(),
  Evaluation: team(),
  AttributeEvaluation: team(),
  Result: team(),
  'Query.sample': team(),
  'Query.verifySample': team(),
  'Mutation.drawSample': { ...performers, on: 'Procedure', during: ['FIELDWORK'], when: [checkUnderWay], gate: 5 },
  'Mutation.extendSample': { ...performers, on: 'Procedure', during: ['FIELDWORK'], when: [checkUnderWay], gate: 5 },
  'Mutation.recordResult': { ...testers, on: 'Procedure', during: ['FIELDWORK'], when: [checkUnderWay], gate: 5 },
  'Mutation.recordResults': { ...testers, on: 'Procedure', during: ['FIELDWORK'], when: [checkUnderWay], gate: 5 },
  'Mutation.importTestSheet': { ...testers, on: 'Procedure', during: ['FIELDWORK'], when: [checkUnderWay], gate: 5 },
  'Mutation.explainDeviation': {
    ...testers,
    on: 'Result',
    during: ['FIELDWORK'],
    when: [checkExplainable],
    gate: 5,
  },
  'Mutation.decideExplanation': {
    ...leaders,
    on: 'Result',
    during: ['FIELDWORK'],
    when: [checkDecidable],
    checkpoint: true,
    gate: 20,
  },

  // ---- exceptions: to the client once communicated, without the auditor's own thoughts
  Exception: { ...team(), ...client() },
  AttributeCount: { ...team(), ...client() },
  ReportedExtension: { ...team(), ...client() },
  'Query.exception': { ...team(), ...client() },
  'Query.exceptions': { ...team(), ...client() },
  'Mutation.raiseException': { ...performers, on: 'Engagement', during: statesUnderWay },
  'Mutation.updateException': {
    ...performers,
    on: 'Exception',
    during: statesUnderWay,
    when: [checkExceptionIs('DRAFT')],
  },
  'Mutation.recountException': {
    ...performers,
    on: 'Exception',
    during: whileExamined,
    when: [checkExceptionIs('DRAFT', 'CONFIRMED'), checkConfirmsAnew],
    checkpoint: true,
    gate: 40,
  },
  'Mutation.editSectionFourText': {
    ...performers,
    on: 'Exception',
    during: statesUnderWay,
    when: [checkExceptionIs('DRAFT', 'CONFIRMED'), checkConfirmsAnew],
    checkpoint: true,
  },
  'Mutation.confirmException': {
    ...leaders,
    on: 'Exception',
    during: whileExamined,
    when: [checkExceptionBecomes('CONFIRMED'), checkNotItsAuthor],
    checkpoint: true,
    gate: 40,
  },
  'Mutation.communicateException': {
    ...leaders,
    on: 'Exception',
    during: whileExamined,
    when: [checkAwaitsCommunication],
    checkpoint: true,
    gate: 40,
  },
  'Mutation.recordCorrection': {
    ...leaders,
    on: 'Exception',
    during: whileExamined,
    when: [checkCorrectable, checkNotItsAuthor],
    checkpoint: true,
  },
  'Mutation.withdrawException': {
    ...leaders,
    on: 'Exception',
    during: statesUnderWay,
    when: [checkExceptionBecomes('WITHDRAWN')],
    checkpoint: true,
  },
  'Mutation.noteOverdueResponse': {
    ...leaders,
    on: 'Exception',
    during: whileExamined,
    when: [checkExceptionIs(...statesCommunicated)],
    gate: 5,
  },

  // ---- coverage over time: what no control served is a deficiency, or the partner says why not
  CoverageGap: team(),
  CoverageDecision: team(),
  'Mutation.decideCoverageGap': { ...partner, on: 'Engagement', during: whileExamined, checkpoint: true, gate: 20 },

  PopulationGap: team(),
  PopulationGapDecision: team(),
  'Mutation.acceptPopulationGap': { ...leaders, on: 'Control', during: whileExamined, checkpoint: true, gate: 20 },

  TestedTime: team(),
  UpdateMatter: team(),
  UpdateAnswer: team(),
  'Mutation.answerUpdateMatters': {
    ...testers,
    on: 'Procedure',
    during: ['FIELDWORK'],
    when: [checkUnderWay],
    gate: 1,
  },

  Workpaper: team(),
  PaperIndexEntry: team(),
  'Query.workpaper': team(),
  'Mutation.writeWorkpaper': { ...performers, on: 'Engagement', during: statesUnderWay },
  'Mutation.updateWorkpaper': { ...performers, on: 'Workpaper', during: statesUnderWay, when: [checkWorkpaperDraft] },
  'Mutation.withdrawWorkpaper': {
    ...planners,
    on: 'Workpaper',
    during: statesUnderWay,
    when: [checkWorkpaperDraft],
    gate: 3,
  },
  'Mutation.prepareWorkpaper': {
    ...performers,
    on: 'Workpaper',
    during: statesUnderWay,
    when: [checkWorkpaperDraft],
    checkpoint: true,
  },
  'Mutation.reviewWorkpaper': {
    ...planners,
    on: 'Workpaper',
    during: statesUnderWay,
    when: [checkWorkpaperPrepared],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.sendBackWorkpaper': {
    ...planners,
    on: 'Workpaper',
    during: statesUnderWay,
    when: [checkWorkpaperSigned],
    checkpoint: true,
  },

  // ---- review: what is to be answered of working papers, what waits for whom, and how far the work is
  ReviewNote: team(),
  ReviewQueueItem: team(),
  ReviewOutcome: team(),
  EngagementProgress: team(),
  PersonProgress: team(),
  'Mutation.addReviewNote': { ...planners, on: 'Engagement', during: statesUnderWay },
  'Mutation.addressReviewNote': { ...performers, on: 'ReviewNote', during: statesUnderWay, when: [checkNoteOpen] },
  'Mutation.reopenReviewNote': {
    ...planners,
    on: 'ReviewNote',
    during: statesUnderWay,
    when: [checkNoteAddressed],
    gate: 3,
  },
  'Mutation.clearReviewNote': {
    ...planners,
    on: 'ReviewNote',
    during: statesUnderWay,
    when: [checkNoteAddressed],
    checkpoint: true,
    gate: 3,
  },
  'Mutation.reviewProcedures': { ...planners, on: 'Engagement', during: ['FIELDWORK'], checkpoint: true },

  // ---- management's responses: the draft is the client's own, the auditor reads what was submitted
  ManagementResponse: { ...team(), ...client() },
  ResponseVersion: { ...team(), ...client() },
  ResponseReview: { ...team(), ...client() },
  ResponseContent: { ...team(), ...client() },
  RemediationStep: { ...team(), ...client() },
  SubmittedEvidence: { ...team(), ...client() },
  ResponseWarning: client(),
  'ManagementResponse.draft': client(),
  'ManagementResponse.missing': client(),
  'ManagementResponse.draftedBy': client(),
  // Once submitted it is named by the version.
  'ManagementResponse.evidence': client(),
  'Mutation.draftResponse': {
    ...client('CLIENT_ADMIN', 'RESPONDENT'),
    on: 'Exception',
    work: 'none',
    during: whileExamined,
    when: [checkExceptionIs(...statesCommunicated)],
    gate: 5,
  },
  'Mutation.declineToRespond': {
    ...client('CLIENT_ADMIN'),
    on: 'Exception',
    work: 'none',
    during: whileExamined,
    when: [checkExceptionIs(...statesCommunicated)],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.requestResponseApproval': {
    ...client('CLIENT_ADMIN', 'RESPONDENT'),
    on: 'ManagementResponse',
    work: 'none',
    during: whileExamined,
    when: [checkResponseBecomes('IN_APPROVAL')],
    gate: 5,
  },
  'Mutation.submitResponse': {
    ...client('CLIENT_ADMIN'),
    on: 'ManagementResponse',
    work: 'none',
    during: whileExamined,
    when: [checkResponseBecomes('SUBMITTED')],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.returnResponse': {
    ...leaders,
    on: 'ManagementResponse',
    during: whileExamined,
    when: [checkResponseBecomes('RETURNED')],
    checkpoint: true,
  },
  'Mutation.acceptResponse': {
    ...leaders,
    on: 'ManagementResponse',
    during: whileExamined,
    when: [checkResponseBecomes('ACCEPTED'), checkResponseAcceptable],
    checkpoint: true,
  },
  'Mutation.flagInconsistency': {
    ...leaders,
    on: 'ManagementResponse',
    during: whileExamined,
    when: [checkResponseSubmitted],
  },

  // ---- materiality: the firm's own thoughts; the client never sees them
  MaterialityDecision: team(),
  WeighedFactor: team(),
  'Mutation.decideMateriality': {
    ...leaders,
    on: 'Exception',
    during: whileExamined,
    when: [checkExceptionIs('CONFIRMED', 'COMMUNICATED')],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.reviseMateriality': {
    ...leaders,
    on: 'MaterialityDecision',
    during: whileExamined,
    when: [checkDecisionOpen],
    checkpoint: true,
  },
  'Mutation.approveMateriality': {
    ...partner,
    on: 'MaterialityDecision',
    during: whileExamined,
    when: [checkDecisionOpen, checkAnothersDecision, checkNotReturned],
    checkpoint: true,
    gate: 60,
  },
  'Mutation.reopenMateriality': {
    ...partner,
    on: 'MaterialityDecision',
    during: whileExamined,
    when: [checkDecisionApproved],
    checkpoint: true,
  },
  'Mutation.returnMateriality': {
    ...partner,
    on: 'MaterialityDecision',
    during: whileExamined,
    when: [checkDecisionOpen],
    checkpoint: true,
  },

  // ---- exceptions together: the same
  Aggregate: team(),
  AggregateDecision: team(),
  'Mutation.decideAggregate': {
    ...leaders,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 20,
  },
  'Mutation.reviseAggregate': {
    ...leaders,
    on: 'AggregateDecision',
    during: whileExamined,
    checkpoint: true,
    gate: 20,
  },
  'Mutation.approveAggregate': {
    ...partner,
    on: 'AggregateDecision',
    during: whileExamined,
    when: [checkDecisionOpen, checkAnothersDecision, checkNotReturned],
    checkpoint: true,
    gate: 20,
  },
  'Mutation.returnAggregate': {
    ...partner,
    on: 'AggregateDecision',
    during: whileExamined,
    when: [checkDecisionOpen],
    checkpoint: true,
  },

  // ---- criteria: what is concluded on each
  CriterionProposal: team(),
  CriterionReason: team(),
  CriterionConclusion: team(),
  'Mutation.concludeCriterion': {
    ...leaders,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 40,
  },
  'Mutation.reviseCriterionConclusion': {
    ...leaders,
    on: 'CriterionConclusion',
    during: whileExamined,
    checkpoint: true,
    gate: 40,
  },
  'Mutation.concludeCriteriaAsProposed': {
    ...leaders,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 40,
  },

  // ---- opinion
  OpinionProposal: team(),
  ProposedConclusion: team(),
  OpinionReason: team(),
  Opinion: team(),
  OpinionConclusion: team(),
  OpinionBasis: team(),
  Emphasis: team(),
  QualityReview: team(),
  'Mutation.decideOpinion': {
    ...partner,
    on: 'Engagement',
    during: ['COMPLETION'],
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 5,
  },
  'Mutation.reviseOpinion': { ...partner, on: 'Opinion', during: ['COMPLETION'], checkpoint: true },
  'Mutation.agreeOpinion': {
    ...team('QUALITY_REVIEWER'),
    on: 'Opinion',
    work: 'none',
    during: ['COMPLETION'],
    when: [checkAwaitsAgreement],
    checkpoint: true,
    gate: 100,
  },
  'Mutation.clearQualityReview': {
    ...team('QUALITY_REVIEWER'),
    on: 'Engagement',
    work: 'none',
    during: ['COMPLETION'],
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 100,
  },

  // ---- what if: nothing is decided by it, and that it was asked is recorded
  OpinionPreview: team(),
  ConclusionChange: team(),
  CriterionChange: team(),
  PreviewedAssertion: team(),
  ClaimNeeded: team(),
  PreviewedLetter: team(),
  PreviewedMisstatement: team(),
  OpinionPreviewRecord: team(),
  PreviewedException: team(),
  PreviewedAggregate: team(),
  PreviewedCriterion: team(),
  WeighedThen: team(),
  ConcludedThen: team(),
  'Query.opinionPreview': {
    ...team('ENGAGEMENT_PARTNER', 'MANAGER'),
    work: 'none',
    during: whileExamined,
    when: [checkEndsInOpinion],
    recorded: true,
  },

  // ---- differences of opinion: the quality reviewer objects and decides nothing, a third person settles
  QualityReviewPoint: team(),
  'Mutation.raiseQualityReviewPoint': {
    ...team('QUALITY_REVIEWER'),
    on: 'Engagement',
    work: 'none',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
  },
  'Mutation.withdrawQualityReviewPoint': {
    ...team('QUALITY_REVIEWER'),
    on: 'QualityReviewPoint',
    work: 'none',
    during: whileExamined,
    when: [checkPointOpen],
    checkpoint: true,
  },
  'Mutation.resolveDifference': {
    ...team('SECOND_READER'),
    on: 'QualityReviewPoint',
    work: 'none',
    during: whileExamined,
    when: [checkPointOpen, checkSettler],
    checkpoint: true,
    gate: 5,
  },

  // ---- management's assertion: its words, which both sides read
  ManagementAssertion: { ...team(), ...client() },
  AssertionClaim: { ...team(), ...client() },
  AssertionSigner: { ...team(), ...client() },
  OfferedAssertion: { ...team(), ...client() },
  AssertionContradiction: team(),
  AssertionResolution: team(),
  'Mutation.writeAssertion': {
    ...client('CLIENT_ADMIN'),
    on: 'Engagement',
    work: 'none',
    during: whileExamined,
    when: [checkEndsInOpinion],
  },
  'Mutation.signAssertion': {
    ...client('CLIENT_ADMIN'),
    on: 'ManagementAssertion',
    work: 'none',
    during: whileExamined,
    when: [checkUnsigned],
    checkpoint: true,
    gate: 2,
  },
  'Mutation.recordAssertion': {
    ...leaders,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 2,
  },
  'Mutation.resolveAssertion': {
    ...partner,
    on: 'ManagementAssertion',
    during: ['COMPLETION'],
    checkpoint: true,
    gate: 10,
  },

  // ---- judgments against the figures: what the figures say against a conclusion, until the report
  JudgmentAgainstFigures: team(),
  Figure: team(),
  JudgmentAcknowledgement: team(),
  'Mutation.acknowledgeJudgment': {
    ...acknowledgers,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 100,
  },
  'Mutation.acknowledgeJudgments': {
    ...acknowledgers,
    on: 'Engagement',
    during: whileExamined,
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 100,
  },

  // ---- lifecycle
  Readiness: team(),
  'Engagement.withdrawnReason': team(),
  'Mutation.startFieldwork': { ...leaders, on: 'Engagement', when: [checkMoves('PLANNING', 'FIELDWORK')], gate: 100 },
  'Mutation.startCompletion': {
    ...leaders,
    on: 'Engagement',
    when: [checkMoves('FIELDWORK', 'COMPLETION')],
    gate: 300,
  },
  'Mutation.returnToPlanning': { ...leaders, on: 'Engagement', when: [checkMoves('FIELDWORK', 'PLANNING')] },
  'Mutation.returnToFieldwork': { ...leaders, on: 'Engagement', when: [checkMoves('COMPLETION', 'FIELDWORK')] },
  'Mutation.withdrawEngagement': {
    ...partner,
    on: 'Engagement',
    when: [checkWithdrawable],
    checkpoint: true,
  },

  // ---- report: the draft for the team, the issued one for the client too
  Report: member,
  DraftReport: team(),
  'Mutation.dateReport': {
    ...partner,
    on: 'Engagement',
    during: ['COMPLETION'],
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 20,
  },
  'Engagement.reportDatedOn': team(),
  // Sections I to IV, for those who sign for management.
  SharedDraft: { ...team(), ...client('CLIENT_ADMIN') },
  SharedMisstatement: { ...team(), ...client('CLIENT_ADMIN') },
  'Mutation.shareDraft': {
    ...partner,
    on: 'Engagement',
    during: ['COMPLETION'],
    when: [checkEndsInOpinion],
    checkpoint: true,
    gate: 20,
  },
  // Also of an engagement from which the firm withdrew: its draft is not left with the client.
  'Mutation.withdrawDraft': {
    ...partner,
    on: 'SharedDraft',
    during: [...whileExamined, 'WITHDRAWN'],
    when: [checkDraftStands],
    checkpoint: true,
  },
  'Mutation.issueOpinion': {
    ...partner,
    on: 'Engagement',
    when: [checkEndsInOpinion, checkMoves('COMPLETION', 'ISSUED')],
    checkpoint: true,
    gate: 500,
  },

  // ---- who opened which papers: noted for all who see the paper, read by the team
  Opening: { ...team(), ...client() },
  'Mutation.recordOpened': { ...team(), ...client(), work: 'none' },

  // ---- trail: the team reads its engagement's, the administrator the firm's own
  TrailEntry: { ...team(), ...firm('FIRM_ADMIN') },
  TrailChange: { ...team(), ...firm('FIRM_ADMIN') },
  TrailField: { ...team(), ...firm('FIRM_ADMIN') },
  RegisterChange: team(),
  TrailVerification: { ...team(), ...firm('FIRM_ADMIN') },
  TrailBreak: { ...team(), ...firm('FIRM_ADMIN') },
  EngagementVerification: team(),
  RowMismatch: team(),
  Checkpoint: { ...team(), ...firm('FIRM_ADMIN') },
  'Engagement.trail': team(),
  'Engagement.checkpoints': team(),
  'Query.verifyTrail': team(),
  'Query.verifyEngagement': team(),
  'Firm.trail': firm('FIRM_ADMIN'),
  'Firm.checkpoints': firm('FIRM_ADMIN'),
  'Query.verifyFirmTrail': firm('FIRM_ADMIN'),
}

const classes = (forBoth: string, forFirm = ''): FieldClasses => ({ client: namesIn(forBoth), firm: namesIn(forFirm) })
const namesIn = (text: string) => text.split(/\s+/).filter((name) => name !== '')

/** What every row has. */
const row = 'id version createdAt actions'

/**
 * The class of every field of every type that client users enter: part of THE TABLE. The service does not start while a field
 * has no class, so that a column added for the firm cannot be shown to clients because it was forgotten here.
 */
export const fieldClasses: Readonly<Record<string, FieldClasses>> = {
  Action: classes('name allowed reason blockers blockerCount'),
  ActionReason: classes('code message'),
  Viewer: classes('member firm', 'teamInvitations'),
  Firm: classes(
    `${row} name city emailDomains`,
    'retentionYears members methodology methodologies libraryControls criteriaSets trail checkpoints',
  ),
  Member: classes(`${row} email name firmRole clientRole state suspendedAt client`),
  Client: classes(
    `${row} name emailDomains administratorAcceptedAt engagements invitations members calendar incidents systemChanges`,
    'calendarReason calendarSetBy calendarSetAt',
  ),
  ClientCalendar: classes('timeZone weekendDays holidays'),
  Holiday: classes('fallsOn name'),
  SignedIn: classes('memberId accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt'),
  MembershipChoice: classes('memberId firmName clientName firmRole clientRole'),
  Invitation: classes('id createdAt clientRole invitedByName invitedByFirm expiresAt acceptedAt member state'),
  Engagement: classes(
    `${row} kind state systemName categories periodStart periodEnd asOf descriptionSections client report exceptions evidence assertions offeredAssertion sharedDraft`,
    `fieldworkStartedAt reportDatedOn criteria controls controlList frameworks coverage coverageGaps documents managementRefusals subsequentEvents scopeChanges calendars team readiness withdrawnReason aggregates aggregateDecisions criterionProposals
     controlChanges risks fraudInquiries workOfOthers suspectedNoncompliance incidents systemChanges serviceCommitments subserviceOrganizations complementaryControls noSubserviceReason warnings qualityReviewPoints
     opinionProposal opinionPreviews opinion qualityReview judgmentsAgainstFigures procedures explainedDeviations draftReport openings trail checkpoints legalHolds reviewNotes reviewQueue progress workpapers paperIndex`,
  ),
  Evidence: classes(
    `${row} isOfClient fileName byteCount mediaType sha256 origin source coversFrom coversTo state removedReason removedAt engagement
     broughtBy removedBy supersedes supersededBy periodCheck downloadUrl links`,
    'isOnLegalHold retainUntil',
  ),
  EvidenceLink: classes(`${row} evidence node linkedBy`),
  UploadTicket: classes('evidenceId url byteCountMax expiresAt'),
  Incident: classes(
    `${row} title whatHappened occurredOn discoveredOn resolvedOn cause hasControlFailed touchedCommitments evidence
     sharedAt withdrawnAt withdrawnReason state client recordedBy`,
    'evaluations changes',
  ),
  SystemChange: classes(
    `${row} title kind whatChanged effectiveOn evidence sharedAt withdrawnAt withdrawnReason state client recordedBy`,
    'evaluations changes',
  ),
  DescriptionSection: classes(`${row} criterion text writtenAt`),
  ManagementAssertion: classes(
    `${row} number text claims signers datedOn signedAt signedBy isRecorded evidence`,
    'contradictions resolution sharedDraft',
  ),
  AssertionClaim: classes('subjectMatter frameworkId frameworkName claim matters'),
  AssertionSigner: classes('name title'),
  OfferedAssertion: classes('text claims'),
  Criterion: classes('code category series cosoPrinciple title position criteriaVersion pointsOfFocusVersion'),
  SampleSize: classes('size expectedDeviationCount clampedToPopulation'),
  // What Section IV will say of it, and why it was withdrawn; not what the auditor thinks of it, nor who did what.
  Exception: classes(
    `${row} number kind category cause state title criteriaCodes controlRef expectedOperation condition testedCount
     deviationCount deviatingItems deviatedOn attributeCounts sampleExtensions occurrenceLabels expectedOccurrences failedFrom failedTo potentialImpact causeNote sectionFourText communicatedAt responseDueOn
     withdrawnReason withdrawnAt correctedAt correctedSection correctedSectionVersion engagement response isResponseOverdue`,
    `evidence evidenceNote failurePeriodBasis withdrawnBy correctedBy correctionNote correctionRestsOn restsOn confirmedAt overdueNote concludedAt control procedure authors confirmedBy communicatedBy deviations
     isTrueToResults materialityDecision judgmentsAgainstFigures contentDigest`,
  ),
  AttributeCount: classes('letter text testedCount deviationCount'),
  ReportedExtension: classes('kind sizeBefore sizeAfter testedCountBefore deviationCountBefore'),
  ManagementResponse: classes(
    `${row} state inconsistency submittedNumber exception draft missing warnings draftedBy submittedVersion versions evidence`,
  ),
  ResponseVersion: classes(`${row} number sha256 content review submittedBy`),
  ResponseReview: classes(`${row} verdict returnKind reason reviewerName`, 'reviewedBy'),
  ResponseContent: classes(
    'position acknowledgement rootCauseCategory rootCause remediation responsible targetOn preventionOfRecurrence declinedReason evidence',
  ),
  SubmittedEvidence: classes('evidenceId fileName sha256'),
  RemediationStep: classes('action owner dueOn done'),
  ResponseWarning: classes('code message path'),
  Opening: classes(`${row} nodeType nodeId contentDigest openedAt openedBy engagement`),
  SharedDraft: classes(
    `${row} number sha256 model html misstatements sharedAt`,
    'sharedBy withdrawnAt withdrawnReason withdrawnBy',
  ),
  SharedMisstatement: classes('number title condition wording'),
  Report: classes(`${row} number datedOn sha256 trailPosition trailHash checkpoint model html issuedBy`),
}
