-- Management's assertion, in management's words: a draft, until it is signed; then it stays as it is, and another one is written.
create table management_assertion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  number integer not null check (number >= 1),
  text text not null,
  -- [{ subjectMatter, claim, matters }], one of each subject matter.
  claims jsonb not null check (jsonb_typeof(claims) = 'array'),
  -- [{ name, title }]
  signers jsonb not null default '[]' check (jsonb_typeof(signers) = 'array' and jsonb_array_length(signers) <= 2),
  dated_on date,
  signed_at timestamptz,
  -- Who signed it in the service, or recorded what was signed on paper.
  signed_by uuid,
  is_recorded boolean not null default false,
  evidence_id uuid,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id, client_id) references engagement (firm_id, id, client_id),
  constraint management_assertion_once unique (firm_id, engagement_id, number),
  constraint management_assertion_signed check (
    num_nulls(dated_on, signed_at, signed_by) in (0, 3) and (signed_at is null) = (jsonb_array_length(signers) = 0)),
  constraint management_assertion_recorded check (not is_recorded or signed_at is not null and evidence_id is not null)
);
create unique index management_assertion_one_draft on management_assertion (firm_id, engagement_id) where signed_at is null;
select wall('management_assertion', 'client'), changeable('management_assertion');
-- After: a row that may not be given away is refused as that first.
create trigger signed_stays after update or delete on management_assertion for each row
  when (old.signed_at is not null) execute function refuse_change();

-- How the engagement partner dealt with an assertion that claims what the opinion denies.
create table assertion_resolution (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  assertion_id uuid not null,
  -- SHA-256 over the contradictions that were resolved: others are not.
  contradictions_digest text not null check (contradictions_digest ~ '^[0-9a-f]{64}$'),
  reason text not null,
  rests_on_ids uuid[] not null check (cardinality(rests_on_ids) between 1 and 20),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, assertion_id) references management_assertion (firm_id, id),
  constraint assertion_resolution_once unique (firm_id, assertion_id, contradictions_digest)
);
create index assertion_resolution_of_engagement on assertion_resolution (firm_id, engagement_id);
select wall('assertion_resolution', 'firm'), written_once('assertion_resolution');

-- That management refuses what the examination needs of it, until it gives it after all: then the refusal is retracted, and stays so.
create table management_refusal (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  statement text not null check (statement in ('ASSERTION', 'REPRESENTATION_LETTER')),
  refused_by text not null,
  refused_on date not null,
  reason text not null,
  retracted_by uuid,
  retracted_at timestamptz,
  retracted_reason text,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, retracted_by) references member (firm_id, id),
  constraint management_refusal_retracted check (
    num_nulls(retracted_by, retracted_at, retracted_reason) in (0, 3) and (retracted_at is null or cardinality(rests_on_ids) > 0))
);
create unique index management_refusal_once on management_refusal (firm_id, engagement_id, statement) where retracted_at is null;
create index management_refusal_of_engagement on management_refusal (firm_id, engagement_id);
select wall('management_refusal', 'firm'), changeable('management_refusal');
create trigger retracted_stays after update or delete on management_refusal for each row
  when (old.retracted_at is not null) execute function refuse_change();

-- What happened after the last day examined, or became known then, and what it comes to.
create table subsequent_event (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  number integer not null check (number >= 1),
  what text not null,
  occurred_on date not null,
  known_on date not null,
  evaluation text check (evaluation in ('NO_EFFECT', 'DISCLOSED', 'CHANGES_CONCLUSION')),
  evaluation_reason text,
  evaluated_by uuid,
  evaluated_at timestamptz,
  -- What was raised for an event that changes a conclusion; where the description discloses one.
  exception_id uuid,
  description_section_id uuid,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, exception_id) references exception (firm_id, id),
  foreign key (firm_id, description_section_id) references description_section (firm_id, id),
  constraint subsequent_event_followed check ((exception_id is not null) = (evaluation is not distinct from 'CHANGES_CONCLUSION')
    and (description_section_id is not null) = (evaluation is not distinct from 'DISCLOSED')),
  constraint subsequent_event_number_unique unique (firm_id, engagement_id, number),
  constraint subsequent_event_known check (occurred_on <= known_on),
  constraint subsequent_event_evaluated check (num_nulls(evaluation, evaluation_reason, evaluated_by, evaluated_at) in (0, 4))
);
create index subsequent_event_of_engagement on subsequent_event (firm_id, engagement_id, id);
select wall('subsequent_event', 'firm'), changeable('subsequent_event');

-- That a preview of the opinion was asked, with which changed decisions, and what stood of each of them: what was answered is not kept.
create table opinion_preview_record (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  exceptions jsonb not null,
  aggregates jsonb not null,
  criteria jsonb not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, created_by) references member (firm_id, id),
  constraint opinion_preview_changes_something
    check (jsonb_array_length(exceptions) + jsonb_array_length(aggregates) + jsonb_array_length(criteria) > 0)
);
create index opinion_preview_record_of_engagement on opinion_preview_record (firm_id, engagement_id, id);
select wall('opinion_preview_record', 'firm'), written_once('opinion_preview_record');
