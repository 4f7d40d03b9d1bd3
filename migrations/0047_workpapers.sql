-- Working papers that are no test of a control: memos, the completion memo, consultations. Signed as procedures are.
create table workpaper (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  number integer not null check (number >= 1),
  kind text not null check (kind in ('MEMO', 'COMPLETION_MEMO', 'CONSULTATION')),
  state text not null check (state in ('DRAFT', 'PREPARED', 'REVIEWED', 'WITHDRAWN')),
  title text not null,
  text text not null,
  -- Of a consultation: with whom, when, on what, with which conclusion.
  consulted_name text,
  consulted_role text,
  consulted_on date,
  question text,
  conclusion text,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  -- Who wrote any of it: none of them reviews it.
  author_ids uuid[] not null check (cardinality(author_ids) between 1 and 30),
  prepared_by uuid,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  withdrawn_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, prepared_by) references member (firm_id, id),
  constraint workpaper_number unique (firm_id, engagement_id, number),
  constraint workpaper_consultation check (
    num_nulls(consulted_name, consulted_role, consulted_on, question, conclusion) = case when kind = 'CONSULTATION' then 0 else 5 end),
  constraint workpaper_prepared check ((prepared_by is not null) = (state in ('PREPARED', 'REVIEWED'))),
  constraint workpaper_withdrawn check (num_nulls(withdrawn_by, withdrawn_at, withdrawn_reason) = case when state = 'WITHDRAWN' then 0 else 3 end)
);
create unique index workpaper_one_completion_memo on workpaper (firm_id, engagement_id) where kind = 'COMPLETION_MEMO' and state <> 'WITHDRAWN';
select wall('workpaper', 'firm'), changeable('workpaper');

-- A signature is on a procedure or on a workpaper.
alter table sign_off
  alter column procedure_id drop not null,
  add column workpaper_id uuid,
  add foreign key (firm_id, workpaper_id) references workpaper (firm_id, id),
  add constraint sign_off_on_one_paper check (num_nulls(procedure_id, workpaper_id) = 1);
create unique index sign_off_of_workpaper_in_force on sign_off (firm_id, workpaper_id, level) where withdrawn_at is null;
create index sign_off_of_workpaper on sign_off (firm_id, workpaper_id);
