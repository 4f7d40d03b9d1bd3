-- That the engagement partner, or the quality reviewer, acknowledged a judgment against the figures as it was then. The list of
-- judgments is computed; what is kept is who acknowledged which, and the digest of what they saw.
create table judgment_acknowledgement (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  -- Computed from engagement, kind and subject: no row has it.
  judgment_id uuid not null,
  kind text not null check (kind in ('EFFECTIVE_OVER_FIGURES', 'NOT_MATERIAL_OVER_FIGURES',
    'AGGREGATE_NOT_MATERIAL_OVER_FIGURES', 'DEVIATION_EXPLAINED', 'RELABELLED_NOT_APPLICABLE', 'SAMPLE_DILUTED', 'POPULATION_SUPERSEDED', 'POPULATION_UNDATED', 'POPULATION_EXCLUSION',
    'RATES_BEYOND_METHODOLOGY', 'SEED_PART_GIVEN', 'COVERAGE_GAP', 'POPULATION_GAP', 'OCCURRENCE_EXPLAINED', 'EXCEPTION_WITHDRAWN', 'INCIDENT_WITHOUT_EXCEPTION', 'CONTROL_CHANGED', 'CONTROL_NOT_NEEDED',
    'CALENDAR_CHANGED', 'CRITERION_EXCLUDED', 'SCOPE_CHANGED', 'DESCRIPTION_CHANGED', 'DECISION_CHANGED_AFTER_PREVIEWS', 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
    'DIFFERENCE_OF_OPINION',
    'ASSERTION_DIFFERS', 'SUBSERVICE_REPORT_RELIED_ON')),
  figures_digest text not null check (figures_digest ~ '^[0-9a-f]{64}$'),
  role text not null check (role in ('ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER', 'SECOND_READER')),
  acknowledged_by uuid not null,
  note text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, acknowledged_by) references member (firm_id, id),
  constraint judgment_acknowledged_once unique (firm_id, engagement_id, judgment_id, figures_digest, role, acknowledged_by)
);
select wall('judgment_acknowledgement', 'firm'), written_once('judgment_acknowledgement');
