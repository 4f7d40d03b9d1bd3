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

-- Whether an examination has a quality reviewer; where it needs none, a second reader acknowledges the judgments against the figures.
alter table methodology
  add column requires_quality_reviewer boolean not null default true;

-- What the quality reviewer objects to. An objection that is not withdrawn goes to a third person, who settles it before the release.
create table quality_review_point (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  number integer not null check (number >= 1),
  objection text not null,
  -- Whether it is an objection to the opinion itself.
  concerns_opinion boolean not null,
  state text not null check (state in ('OPEN', 'WITHDRAWN', 'UPHELD', 'OVERRULED')),
  settled_by uuid,
  settled_at timestamptz,
  reason text,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  -- SHA-256 over the conclusions and bases of the opinion that was decided when a third person settled it; null where none was.
  opinion_digest text check (opinion_digest ~ '^[0-9a-f]{64}$'),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, settled_by) references member (firm_id, id),
  constraint quality_review_point_number unique (firm_id, engagement_id, number),
  constraint quality_review_point_settled check (num_nulls(settled_by, settled_at, reason) = case when state = 'OPEN' then 3 else 0 end),
  constraint quality_review_point_on_papers check (state in ('OPEN', 'WITHDRAWN') or cardinality(rests_on_ids) > 0),
  constraint quality_review_point_third check (state in ('OPEN', 'WITHDRAWN') or settled_by <> created_by)
);
select wall('quality_review_point', 'firm'), changeable('quality_review_point');
