-- A marked draft of the report that the engagement partner shared with the client's administrators, before management signs. Of an
-- engagement one stands at a time; what was withdrawn is not there for the client.
create table shared_draft (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  number integer not null check (number >= 1),
  -- The report model, sections I to IV, as canonical JSON, and its SHA-256.
  model text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- [{ number, title, condition, wording }], the misstatements of the description that management had not corrected.
  misstatements jsonb not null check (jsonb_typeof(misstatements) = 'array'),
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id, client_id) references engagement (firm_id, id, client_id),
  constraint shared_draft_once unique (firm_id, engagement_id, number),
  constraint shared_draft_withdrawn check (num_nulls(withdrawn_at, withdrawn_by, withdrawn_reason) in (0, 3))
);
create unique index shared_draft_one_stands on shared_draft (firm_id, engagement_id) where withdrawn_at is null;
select wall('shared_draft', 'client', 'withdrawn_at is null'), changeable('shared_draft');
-- After: a row that may not be given away is refused as that first.
create trigger withdrawn_stays after update or delete on shared_draft for each row
  when (old.withdrawn_at is not null) execute function refuse_change();
