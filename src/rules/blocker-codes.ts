/**
 * Everything that can be named as to be done first, before an act is possible. The key is the code in the API, the text
 * its description there.
 */
export const blockerCodes = {
  // ---- before an engagement goes to its next state
  PARTNER_MISSING: 'No engagement partner is named.',
  MANAGER_MISSING: 'No manager is named.',
  QUALITY_REVIEWER_MISSING: 'No quality reviewer is named.',
  INDEPENDENCE_UNCONFIRMED: 'A member of the team has not confirmed their independence.',
  TEAM_MEMBER_UNFIT: 'A member of the team has left the firm, or no longer has the standing for the role.',
  ENGAGEMENT_DOCUMENT_MISSING: 'A document is not recorded.',
  CRITERION_UNCOVERED:
    'A criterion in scope has no control, is not marked as not applicable, and no design deficiency is raised for it.',
  FURTHER_CRITERION_UNCOVERED:
    'A criterion of a further framework that the opinion covers has no control, and nobody recorded why; or none of them applies.',
  COVERAGE_GAP:
    'On days of the period no control in operation serves a criterion, and neither a deficiency nor a decision says why.',
  POPULATION_GAP:
    'Days of a control’s time are covered by no population of it and by no update procedure, and nobody recorded why.',
  UPDATE_MATTER_OPEN: 'A matter that an update procedure must look at is not answered, or came up after it was.',
  WORKPAPER_NOT_REVIEWED: 'A memo or a consultation is not reviewed.',
  REVIEW_NOTE_OPEN: 'A review note on a working paper is not cleared.',
  PROCEDURE_NOT_REVIEWED: 'A procedure is not reviewed.',
  CONTROL_WITHOUT_PROCEDURE: 'A control has no procedure that tests it.',
  DEVIATION_UNACCOUNTED: 'A deviation is neither under an exception nor explained and approved.',
  OCCURRENCE_MISSING:
    'An occurrence that the period asks of a periodic control was not found, and is neither explained nor reported.',
  SIGN_OFF_STALE: 'What was signed was changed afterwards; it must be signed again.',
  RELIANCE_LOST: 'A control is concluded EFFECTIVE, and a general control that it relies on is not.',
  COMPENSATION_LOST: 'An approved decision on materiality counts on a control that does not compensate any more.',
  CONTROL_NOT_CONCLUDED: 'A control lacks a conclusion on design or operation.',
  CONCLUSION_UNREPORTED: 'A control failed, or could not be tested, and no exception reports it.',
  FIGURES_CHANGED: 'The figures of an exception are no longer what the results say.',
  POPULATION_OF_ANOTHER_PERIOD: 'A population was taken for another period than the engagement covers now.',
  FAILURE_OUTSIDE_PERIOD: 'The period of failure of an exception lies outside what is examined.',
  EXCEPTION_NOT_CONCLUDED: 'An exception is not concluded.',
  CORRECTION_OUTDATED:
    'The section in which a misstatement was seen corrected was written anew since: it is seen again, or the misstatement raised again.',
  EXCEPTION_NOT_COMMUNICATED: 'A confirmed exception, which the draft reports, was not communicated to the client.',
  RESPONSE_OUTSTANDING: 'A response is neither accepted nor declined, nor overdue and noted as such.',
  CSOC_MISSING:
    'No control is recorded that is expected of a carved-out subservice organization, and no exception that names it says that the description omits them.',
  SUBSERVICE_CONTROLS_MISSING:
    'An included subservice organization performs no control that is in use, and the report says that its controls were examined.',
  SUBSERVICE_UNRECORDED:
    'The description answers DC7, no subservice organization is recorded, vendors aside, and it was not stated that there is none.',
  SUBSERVICE_REPORT_UNREVIEWED: 'The report of a carved-out subservice organization was not reviewed.',
  SUBSERVICE_DOCUMENT_MISSING:
    'The assertion or the representation letter of an included subservice organization is not recorded.',
  SUBSERVICE_INDEPENDENCE_UNCONFIRMED:
    'That the firm is independent of an included subservice organization is not confirmed.',
  DESCRIPTION_INCOMPLETE: 'Management has not described the system under every description criterion.',
  QUALITY_REVIEW_NOT_CLEARED: 'The quality review is not cleared.',
  REVIEW_POINT_OPEN: 'The quality reviewer objects, and the objection is not settled.',
  REVIEW_POINT_UPHELD:
    'An objection of the quality reviewer was upheld, and the opinion not decided anew since; or not otherwise, where it objects to the opinion.',
  QUALITY_REVIEWER_DID_WORK: 'The quality reviewer performed work on the engagement.',
  PARTNER_IS_QUALITY_REVIEWER: 'The partner who signs is the quality reviewer.',
  NO_REPORT: 'The engagement is a rehearsal: no report is ever issued.',
  OPINION_UNDECIDED: 'The opinion is not decided.',
  REPORT_NOT_DATED: 'The engagement partner has not dated the report, or it cannot bear its date any more.',
  RELEASE_TOO_LATE:
    'No inquiry about subsequent events holds on the day of the release: the last one was made too long before it.',
  JUDGMENT_UNACKNOWLEDGED:
    'A judgment against the figures is not acknowledged by both the engagement partner and the quality reviewer, or where there is none the second reader.',
  OPINION_STALE: 'What the opinion rests on changed after it was decided.',
  FURTHER_OPINION_UNDECIDED: 'The opinion based on the additional criteria of a further framework is not decided.',
  FURTHER_OPINION_STALE: 'What the opinion based on additional criteria rests on changed after it was decided.',
  QUALITY_REVIEWER_AGREEMENT_MISSING:
    'The opinion is another one than proposed and the quality reviewer has not agreed.',
  AGGREGATE_UNDECIDED: 'Exceptions on one criterion or subject matter are not weighed together as they are now.',
  CRITERION_NOT_CONCLUDED: 'A criterion in scope has no conclusion.',
  CRITERION_CONCLUSION_STALE: 'What the conclusion on a criterion rests on has changed since.',
  OTHER_GROUND_MISSING: 'Operation is less modified than design, and no other ground for it is recorded.',
  EXCEPTION_UNDECIDED: 'The materiality of an exception is not decided.',
  OPINION_MISSING: 'No opinion was decided.',
  OPINION_INCOMPLETE: 'The opinion has no conclusion on a subject matter for a category.',
  BASIS_MISSING: 'A modified opinion lacks the paragraph that gives its basis.',
  ASSERTION_MISSING: 'Management’s signed assertion was not obtained.',
  PARTNER_MATTER_OPEN: 'What is recorded for the engagement partner alone is not evaluated. Nobody else is told of it.',
  WORK_OF_OTHERS_UNAPPROVED: 'The engagement partner has not approved how the work of others is used.',
  SUBSEQUENT_EVENT_UNEVALUATED: 'An event after the last day examined is recorded and not evaluated.',
  INCIDENT_UNEVALUATED:
    'An incident that the client shared is not evaluated as it is now, or what the evaluation rests on has changed.',
  SYSTEM_CHANGE_UNEVALUATED:
    'A change of organization or system that the client shared is not evaluated as it is now, or what the evaluation rests on has changed.',
  ASSERTION_CONTRADICTS:
    'Management’s assertion says something else than the opinion: management signs another one, or the partner records how it was dealt with.',
  ASSERTION_OUTDATED:
    'The scope, its time or what the description presents beside the controls was changed since management signed its assertion.',
  ASSERTION_REFUSED: 'Management refused to give an assertion: the firm withdraws from the engagement.',

  // ---- before a population is frozen, items are drawn and a procedure is signed or concluded from
  IMPORT_UNDER_WAY: 'A list is being imported into the population: wait until it ended, or cancel it.',
  NO_ITEMS_IMPORTED: 'No file was imported into the population; an empty list is one, too.',
  EXCLUSION_UNDECIDED: 'An exclusion of the population was proposed, and no other person has decided on it.',
  EXCLUSIONS_STAND: 'The population has exclusions, counted over the items it has.',
  EXCLUSION_AFTER_DRAWING:
    'An exclusion is none of the population that is superseded, from which items may have been drawn.',
  NO_ATTRIBUTE: 'The procedure has no attribute that items could be tested for.',
  NO_POPULATION: 'The control has no frozen population with items.',
  NO_SAMPLE: 'The procedure has no sample.',
  NO_PROCEDURE: 'The control has no procedure that a conclusion could rest on.',
  OUTCOME_CONTRADICTED: 'The outcome that was signed contradicts what is recorded now.',
  EXPLANATION_UNSUPPORTED: 'Nothing that can be relied on shows what an explanation says.',

  // ---- before an exception is confirmed or communicated
  CRITERIA_MISSING: 'The exception names no criterion.',
  CONDITION_MISSING: 'The exception does not say what went wrong.',
  IMPACT_MISSING: 'The exception does not say what the potential impact is.',
  CATEGORY_MISSING: 'The exception has no category.',
  CAUSE_MISSING: 'The cause of the exception is not known yet.',
  EVIDENCE_MISSING: 'The exception names no evidence in the working papers.',
  CONTROL_MISSING: 'The exception names no control.',
  EXPECTATION_MISSING: 'The exception does not say what the control was expected to do.',
  ITEMS_TESTED_MISSING: 'The exception does not state the number of items tested.',
  DEVIATIONS_MISSING: 'The exception does not state the number of deviations.',
  ITEMS_MISSING: 'The exception does not name the items that deviated, each and no other.',
  WORDING_UNTRUE: 'The wording for Section IV does not agree with the results.',

  // ---- before a materiality decision is approved
  DECISION_RETURNED: 'The decision was returned and is to be revised first.',

  // ---- before evidence is removed
  EVIDENCE_IN_USE:
    'A working paper, a document of the file, the reason of a decision or a response rests on the evidence.',
  LEGAL_HOLD: 'A legal hold on the engagement is in force: its evidence is not removed.',
  EVIDENCE_NEEDED: 'The audit firm needs the evidence.',

  // ---- before a response is submitted or accepted
  RESPONSE_EMPTY: 'The response says nothing at all.',
  ACKNOWLEDGEMENT_MISSING: 'The response does not acknowledge the exception.',
  ROOT_CAUSE_CATEGORY_MISSING: 'The response has no category of the root cause.',
  ROOT_CAUSE_MISSING: 'The response does not explain the root cause.',
  REMEDIATION_MISSING: 'The response states no remediation step.',
  RESPONSIBLE_MISSING: 'The response does not name who is responsible.',
  TARGET_DATE_MISSING: 'The response states no target date.',
  PREVENTION_MISSING: 'The response does not say what prevents a recurrence.',
  RESPONSE_DECLINED: 'Management declined to respond; there is nothing to accept.',
  RESPONSE_INCONSISTENT: 'The response is flagged as inconsistent with the findings.',
} as const
export type BlockerCode = keyof typeof blockerCodes
