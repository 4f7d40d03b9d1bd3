/**
 * Of one type that client users enter: the fields that they read, and those that only the firm reads. Each field is one or the
 * other; who of the firm reads it, or who of the client, may be narrower (policy.ts).
 */
export interface FieldClasses {
  client: readonly string[]
  firm: readonly string[]
}

const classes = (client: string, firm = ''): FieldClasses => ({ client: words(client), firm: words(firm) })
const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')

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
  Firm: classes(`${row} name city emailDomains`, 'members trail checkpoints'),
  Member: classes(`${row} email name firmRole clientRole state suspendedAt client`),
  Client: classes(`${row} name emailDomains administeredSince engagements invitations members`),
  SignedIn: classes('memberId accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt'),
  MembershipChoice: classes('memberId firmName clientName firmRole clientRole'),
  Invitation: classes('id createdAt clientRole invitedByName invitedByFirm expiresAt acceptedAt member state'),
  Engagement: classes(
    `${row} kind state systemName categories periodStart periodEnd asOf descriptionSections client report exceptions`,
    `fieldworkStartedAt criteria controls coverage closingDocuments scopeChanges team readiness withdrawnReason
     opinionProposal opinion qualityReview procedures draftReport trail checkpoints`,
  ),
  DescriptionSection: classes(`${row} criterion text`),
  Criterion: classes('code category series cosoPrinciple title position criteriaVersion pointsOfFocusVersion'),
  SampleSize: classes('size expectedDeviations clampedToPopulation'),
  // What Section IV will say of it, and why it was withdrawn; not what the auditor thinks of it, nor who did what.
  Exception: classes(
    `${row} number kind category cause state title criteriaCodes controlRef expectedOperation condition itemsTested
     deviationCount deviatingItems failedFrom failedTo potentialImpact causeNote sectionFourText communicatedAt responseDueOn
     withdrawnReason engagement response isResponseOverdue`,
    `evidenceNote confirmedAt overdueNote concludedAt control procedure authors confirmedBy communicatedBy deviations
     isTrueToResults materialityDecision`,
  ),
  ManagementResponse: classes(
    `${row} state inconsistency submittedVersion exception draft missing warnings draftedBy submitted versions`,
  ),
  ResponseVersion: classes(`${row} number sha256 content review submittedBy`),
  ResponseReview: classes(`${row} verdict reason reviewerName`, 'reviewedBy'),
  ResponseContent: classes(
    'acknowledgement rootCauseCategory rootCause remediation responsible targetDate preventionOfRecurrence declinedReason',
  ),
  RemediationStep: classes('action owner dueOn done'),
  ResponseWarning: classes('code message path'),
  Report: classes(`${row} number date sha256 trailPosition trailHash checkpoint model html issuedBy`),
}
