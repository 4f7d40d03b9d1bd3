-- What the description presents beside the controls: the principal service commitments and system requirements, the other organizations
-- that the system uses, and the controls that the service organization assumes to be in place elsewhere.
create table service_commitment (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  ref text not null,
  kind text not null check (kind in ('SERVICE_COMMITMENT', 'SYSTEM_REQUIREMENT')),
  text text not null,
  criteria_codes text[] not null default '{}',
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint service_commitment_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3))
);
create unique index service_commitment_ref_unique on service_commitment (firm_id, engagement_id, upper(ref));
select wall('service_commitment', 'firm'), changeable('service_commitment');

create table subservice_organization (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  name text not null,
  service text not null,
  method text not null check (method in ('CARVE_OUT', 'INCLUSIVE')),
  -- Why it is a vendor, whose controls are not needed.
  vendor_reason text,
  -- The controls of the engagement that it performs, under the inclusive method.
  control_ids uuid[] not null default '{}' check (cardinality(control_ids) <= 50),
  independence_statement text,
  independence_confirmed_by uuid,
  independence_confirmed_at timestamptz,
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  constraint subservice_organization_controls check (control_ids = '{}' or (method = 'INCLUSIVE' and vendor_reason is null)),
  constraint subservice_organization_independent check (
    num_nulls(independence_statement, independence_confirmed_by, independence_confirmed_at) in (0, 3)),
  constraint subservice_organization_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3))
);
create unique index subservice_organization_name_unique on subservice_organization (firm_id, engagement_id, upper(name)) where retired_at is null;
create index subservice_organization_of_engagement on subservice_organization (firm_id, engagement_id, id);
select wall('subservice_organization', 'firm'), changeable('subservice_organization');

-- What the auditor made of the report of a subservice organization, or why there is none.
create table subservice_review (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  subservice_organization_id uuid not null,
  report_kind text not null check (report_kind in ('SOC2_TYPE_2', 'SOC2_TYPE_1', 'OTHER', 'NONE')),
  covers_from date,
  covers_to date,
  opinion text check (opinion in ('UNQUALIFIED', 'QUALIFIED', 'ADVERSE', 'DISCLAIMER')),
  exceptions_noted text,
  -- [{ text, controlIds }]: what the report expects of its user entities, and the client's controls that answer it.
  user_controls jsonb not null default '[]' check (jsonb_typeof(user_controls) = 'array'),
  evaluation text not null,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, subservice_organization_id) references subservice_organization (firm_id, id),
  constraint subservice_review_period check (covers_to >= covers_from),
  constraint subservice_review_of_report check (
    (report_kind = 'NONE' and num_nonnulls(covers_from, covers_to, opinion, exceptions_noted) = 0 and user_controls = '[]')
    or (report_kind <> 'NONE' and covers_to is not null and cardinality(rests_on_ids) > 0))
);
create index subservice_review_of_organization on subservice_review (firm_id, subservice_organization_id, id);
create index subservice_review_of_engagement on subservice_review (firm_id, engagement_id);
select wall('subservice_review', 'firm'), written_once('subservice_review');

create table complementary_control (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  ref text not null,
  kind text not null check (kind in ('CUEC', 'CSOC')),
  text text not null,
  subservice_organization_id uuid,
  criteria_codes text[] not null check (cardinality(criteria_codes) > 0),
  -- The controls of the engagement that it complements.
  control_ids uuid[] not null default '{}' check (cardinality(control_ids) <= 50),
  retired_at timestamptz,
  retired_by uuid,
  retired_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, subservice_organization_id) references subservice_organization (firm_id, id),
  constraint complementary_control_of_organization check ((kind = 'CSOC') = (subservice_organization_id is not null)),
  constraint complementary_control_retired check (num_nulls(retired_at, retired_by, retired_reason) in (0, 3))
);
create unique index complementary_control_ref_unique on complementary_control (firm_id, engagement_id, upper(ref));
create index complementary_control_of_organization on complementary_control (firm_id, subservice_organization_id, id)
  where subservice_organization_id is not null;
select wall('complementary_control', 'firm'), changeable('complementary_control');

alter table engagement_document add foreign key (firm_id, subservice_organization_id) references subservice_organization (firm_id, id);
