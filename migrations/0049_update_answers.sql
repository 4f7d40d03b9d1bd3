-- What an auditor says to each matter that an update procedure must look at, and of what and which days it was said.
create table update_answer (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  procedure_id uuid not null,
  kind text not null check (kind in (
    'SAME_CONTROL', 'SYSTEM_CHANGES', 'INCIDENTS', 'EARLIER_FINDINGS', 'GENERAL_CONTROLS', 'OCCURRENCES')),
  answer text not null,
  covers_from date not null,
  covers_to date not null,
  about_ids uuid[] not null,
  -- Of each, in the same order, the version of an entry of a register; 0 of all else.
  about_versions integer[] not null,
  labels text[] not null,
  answered_by uuid not null,
  answered_at timestamptz not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  constraint update_answer_once unique (firm_id, procedure_id, kind),
  check (cardinality(about_versions) = cardinality(about_ids)),
  check (covers_to >= covers_from)
);
create index update_answer_of_engagement on update_answer (firm_id, engagement_id);
select wall('update_answer', 'firm'), changeable('update_answer');
