-- The client's own registers: incidents, and changes of organization and system. Their entries belong to the client and to no engagement;
-- the firm's people read those that the client shared, of clients whose teams they are on (the walls of the row classes). Nothing is deleted.
create table incident (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  client_id uuid not null,
  title text not null,
  what_happened text not null,
  occurred_on date not null,
  discovered_on date not null,
  resolved_on date,
  -- Null while it is not known.
  cause text,
  has_control_failed boolean,
  touched_commitments text[] not null default '{}' check (cardinality(touched_commitments) <= 20),
  evidence_ids uuid[] not null default '{}' check (cardinality(evidence_ids) <= 20),
  shared_at timestamptz,
  shared_by uuid,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, client_id) references client (firm_id, id),
  constraint incident_days check (occurred_on <= discovered_on and discovered_on <= resolved_on),
  constraint incident_shared check (num_nulls(shared_at, shared_by) in (0, 2)),
  constraint incident_withdrawn check (num_nulls(withdrawn_at, withdrawn_by, withdrawn_reason) in (0, 3))
);
create index incident_of_client on incident (firm_id, client_id, id);
select wall('incident', 'client'), changeable('incident');

create table system_change (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  client_id uuid not null,
  title text not null,
  kind text not null check (kind in ('ORGANIZATION', 'SYSTEM', 'PEOPLE', 'PROCEDURES')),
  what_changed text not null,
  effective_on date not null,
  evidence_ids uuid[] not null default '{}' check (cardinality(evidence_ids) <= 20),
  shared_at timestamptz,
  shared_by uuid,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, client_id) references client (firm_id, id),
  constraint system_change_shared check (num_nulls(shared_at, shared_by) in (0, 2)),
  constraint system_change_withdrawn check (num_nulls(withdrawn_at, withdrawn_by, withdrawn_reason) in (0, 3))
);
create index system_change_of_client on system_change (firm_id, client_id, id);
select wall('system_change', 'client'), changeable('system_change');

-- What was shared stays shared, and stays the client's whose it is.
create trigger shared_stays before update on incident for each row
  when (old.shared_at is not null and (old.shared_at, old.client_id) is distinct from (new.shared_at, new.client_id))
  execute function refuse_change();
create trigger shared_stays before update on system_change for each row
  when (old.shared_at is not null and (old.shared_at, old.client_id) is distinct from (new.shared_at, new.client_id))
  execute function refuse_change();

-- What an entry comes to in an engagement, as its manager or partner evaluated it last.
create table register_evaluation (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  incident_id uuid,
  system_change_id uuid,
  -- The version of the entry that was evaluated.
  entry_version integer not null check (entry_version >= 1),
  -- What the client said of an incident when it was evaluated.
  entry_title text not null,
  has_control_failed boolean,
  touched_commitments text[] not null default '{}',
  conclusion text not null check (conclusion in ('NO_EFFECT', 'IN_DESCRIPTION', 'EXCEPTION_RAISED', 'TESTED_AFTER')),
  reason text not null,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  section_id uuid,
  section_version integer,
  exception_id uuid,
  procedure_id uuid,
  evaluated_by uuid not null,
  evaluated_at timestamptz not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, incident_id) references incident (firm_id, id),
  foreign key (firm_id, system_change_id) references system_change (firm_id, id),
  foreign key (firm_id, section_id) references description_section (firm_id, id),
  foreign key (firm_id, exception_id) references exception (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  constraint register_evaluation_of_one check (num_nonnulls(incident_id, system_change_id) = 1),
  constraint register_evaluation_of_incident unique (firm_id, engagement_id, incident_id),
  constraint register_evaluation_of_change unique (firm_id, engagement_id, system_change_id),
  constraint register_evaluation_section check (
    num_nulls(section_id, section_version) in (0, 2) and (conclusion = 'IN_DESCRIPTION') = (section_id is not null)),
  constraint register_evaluation_exception check ((conclusion = 'EXCEPTION_RAISED') = (exception_id is not null)),
  constraint register_evaluation_test check (
    (conclusion = 'TESTED_AFTER') = (procedure_id is not null) and (procedure_id is null or system_change_id is not null))
);
create index register_evaluation_of_entry on register_evaluation (firm_id, incident_id) where incident_id is not null;
create index register_evaluation_of_system_change on register_evaluation (firm_id, system_change_id) where system_change_id is not null;
select wall('register_evaluation', 'firm'), changeable('register_evaluation');
