-- A firm's own sets of criteria, loaded as data, and what engagements do with them. The service ships none. A set is written once: another
-- edition is another set, which supersedes it.
create table criteria_set (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  name text not null,
  publisher text not null,
  edition text not null,
  description text,
  licence_note text not null,
  criterion_count integer not null check (criterion_count between 1 and 2000),
  supersedes_id uuid,
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, supersedes_id) references criteria_set (firm_id, id),
  constraint criteria_set_once unique (firm_id, name, edition),
  constraint criteria_set_superseded_once unique (firm_id, supersedes_id),
  constraint criteria_set_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3))
);
select wall('criteria_set', 'firm'), changeable('criteria_set');
create trigger content_stays before update on criteria_set for each row
  when ((old.name, old.publisher, old.edition, old.description, old.licence_note, old.criterion_count, old.supersedes_id)
    is distinct from (new.name, new.publisher, new.edition, new.description, new.licence_note, new.criterion_count, new.supersedes_id))
  execute function refuse_change();

create table further_criterion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  criteria_set_id uuid not null,
  -- Its place in the set, from 1.
  position integer not null check (position between 1 and 2000),
  code text not null check (char_length(code) between 1 and 40),
  section text,
  title text not null,
  text text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, criteria_set_id) references criteria_set (firm_id, id),
  constraint further_criterion_code unique (firm_id, criteria_set_id, code),
  constraint further_criterion_position unique (firm_id, criteria_set_id, position)
);
select wall('further_criterion', 'firm'), written_once('further_criterion');

-- That an engagement uses a set, and for what.
create table framework (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  criteria_set_id uuid not null,
  use text not null check (use in ('MAPPING_ONLY', 'ADDITIONAL_SUBJECT_MATTER')),
  -- Whether Section V prints a mapping that the opinion does not cover.
  prints_mapping boolean not null,
  -- What the engagement partner decided on the additional criteria; null until decided.
  design_opinion text check (design_opinion in ('UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER')),
  operation_opinion text check (operation_opinion in ('UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER')),
  -- SHA-256 over what the decision rests on: when that changes, it holds no more.
  facts_digest text check (facts_digest ~ '^[0-9a-f]{64}$'),
  rationale text,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  decided_by uuid,
  decided_at timestamptz,
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, criteria_set_id) references criteria_set (firm_id, id),
  constraint framework_of_set unique (firm_id, id, engagement_id, criteria_set_id),
  constraint framework_printed check (use = 'MAPPING_ONLY' or not prints_mapping),
  constraint framework_decided check (
    num_nulls(design_opinion, facts_digest, decided_by, decided_at) in (0, 4)
    and (use = 'ADDITIONAL_SUBJECT_MATTER' or decided_at is null)
    and (decided_at is not null or num_nonnulls(operation_opinion, rationale) = 0)),
  constraint framework_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3))
);
create unique index framework_once on framework (firm_id, engagement_id, criteria_set_id) where retired_at is null;
create index framework_of_criteria_set on framework (firm_id, criteria_set_id);
select wall('framework', 'firm'), changeable('framework');

-- That a control helps to meet a criterion of a set that its engagement uses.
create table framework_mapping (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  framework_id uuid not null,
  criteria_set_id uuid not null,
  control_id uuid not null,
  criterion_code text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, framework_id, engagement_id, criteria_set_id) references framework (firm_id, id, engagement_id, criteria_set_id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, criteria_set_id, criterion_code) references further_criterion (firm_id, criteria_set_id, code),
  constraint framework_mapping_once unique (firm_id, control_id, framework_id, criterion_code)
);
create index framework_mapping_of_framework on framework_mapping (firm_id, framework_id, criterion_code);
create index framework_mapping_of_engagement on framework_mapping (firm_id, engagement_id);
select wall('framework_mapping', 'firm'), changeable('framework_mapping');
grant delete on framework_mapping to fieldwork_service;

-- Why no control serves a criterion of such a set.
create table uncovered_criterion (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  framework_id uuid not null,
  criteria_set_id uuid not null,
  criterion_code text not null,
  ground text not null check (ground in ('NOT_APPLICABLE', 'NO_CONTROL')),
  reason text not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, framework_id, engagement_id, criteria_set_id) references framework (firm_id, id, engagement_id, criteria_set_id),
  foreign key (firm_id, criteria_set_id, criterion_code) references further_criterion (firm_id, criteria_set_id, code),
  constraint uncovered_criterion_once unique (firm_id, framework_id, criterion_code)
);
create index uncovered_criterion_of_engagement on uncovered_criterion (firm_id, engagement_id);
select wall('uncovered_criterion', 'firm'), changeable('uncovered_criterion');
grant delete on uncovered_criterion to fieldwork_service;
