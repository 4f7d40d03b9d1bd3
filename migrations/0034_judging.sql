-- Who saw a misstatement of the description corrected, when, in what, and the papers that show it. Where the correction did not last, the
-- exception is withdrawn, and this stays.
alter table exception
  add column corrected_by uuid,
  add column corrected_at timestamptz,
  add column correction_note text,
  -- The section that says it right, and its version when that was seen.
  add column corrected_section_id uuid,
  add column corrected_section_version integer,
  add column correction_rests_on_ids uuid[] not null default '{}' check (cardinality(correction_rests_on_ids) <= 20),
  add constraint exception_correction check (
    num_nulls(corrected_by, corrected_at, correction_note) in (0, 3)
    and num_nulls(corrected_section_id, corrected_section_version) in (0, 2)
    and (corrected_by is null or (kind = 'DESCRIPTION_MISSTATEMENT' and state in ('CORRECTED', 'WITHDRAWN')
      and (corrected_section_id is not null or cardinality(correction_rests_on_ids) > 0)))
    and (state <> 'CORRECTED' or corrected_by is not null)),
  add foreign key (firm_id, corrected_section_id) references description_section (firm_id, id);

-- What the firm needs of a response that agrees; nothing else of a response is needed.
-- Whether a report tells the opinion category by category, and for how long a former engagement partner of the client is no quality reviewer.
alter table methodology
  add column splits_opinion_by_category boolean not null default false,
  add column cooling_off_years integer not null default 2 check (cooling_off_years between 0 and 10),
  add column response_elements text[] not null default '{}' check (response_elements <@ array['ACKNOWLEDGEMENT', 'ROOT_CAUSE_CATEGORY', 'ROOT_CAUSE', 'REMEDIATION', 'RESPONSIBLE', 'TARGET_DATE', 'PREVENTION_OF_RECURRENCE']);
alter table management_response
  add column position text check (position in ('AGREE', 'PARTLY_AGREE', 'DISAGREE', 'RISK_ACCEPTED'));
