-- What a conclusion on operation rests on: a walkthrough answers design and implementation, a control may be marked as having no
-- population, an automated one relies on general controls, and a reason names its papers.

alter table control add column conclusion_rests_on_ids uuid[] not null default '{}';

create table control_reliance (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  relies_on_id uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, relies_on_id) references control (firm_id, id),
  constraint control_reliance_unique unique (firm_id, control_id, relies_on_id),
  constraint control_reliance_on_another check (control_id <> relies_on_id)
);
create index control_reliance_of_engagement on control_reliance (firm_id, engagement_id);
create index control_reliance_on_control on control_reliance (firm_id, relies_on_id);
select wall('control_reliance', 'firm'), changeable('control_reliance');
grant delete on control_reliance to fieldwork_service;

create table no_population_mark (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  control_id uuid not null,
  reason text not null,
  marked_by uuid not null,
  marked_at timestamptz not null,
  approved_by uuid,
  approved_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  foreign key (firm_id, marked_by) references member (firm_id, id),
  foreign key (firm_id, approved_by) references member (firm_id, id),
  constraint no_population_mark_once unique (firm_id, control_id),
  constraint no_population_mark_by_two check (approved_by <> marked_by),
  constraint no_population_mark_approved check ((approved_by is null) = (approved_at is null))
);
create index no_population_mark_of_engagement on no_population_mark (firm_id, engagement_id);
select wall('no_population_mark', 'firm'), changeable('no_population_mark');

create table walkthrough (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  procedure_id uuid not null,
  performed_on date not null,
  person_asked text not null,
  role_asked text not null,
  traced text not null,
  seen text not null,
  performed_by uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, procedure_id) references procedure (firm_id, id),
  foreign key (firm_id, performed_by) references member (firm_id, id)
);
create index walkthrough_of_procedure on walkthrough (firm_id, procedure_id);
create index walkthrough_of_engagement on walkthrough (firm_id, engagement_id);
select wall('walkthrough', 'firm'), changeable('walkthrough');
