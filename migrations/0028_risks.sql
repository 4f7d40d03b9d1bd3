-- The risk assessment: risks to the service commitments, and the controls that answer them.
create table risk (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  ref text not null,
  statement text not null,
  -- The service commitment or system requirement that would not be achieved.
  threatens text not null,
  is_fraud_risk boolean not null,
  likelihood text not null check (likelihood in ('LOW', 'MODERATE', 'HIGH')),
  impact text not null check (impact in ('LOW', 'MODERATE', 'HIGH')),
  rating text not null check (rating in ('LOW', 'MODERATE', 'HIGH')),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id)
);
create unique index risk_ref_unique on risk (firm_id, engagement_id, upper(ref));
select wall('risk', 'firm'), changeable('risk');

create table risk_control (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  risk_id uuid not null,
  control_id uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, risk_id) references risk (firm_id, id),
  foreign key (firm_id, control_id) references control (firm_id, id),
  constraint risk_control_once unique (firm_id, risk_id, control_id)
);
create index risk_control_of_engagement on risk_control (firm_id, engagement_id);
create index risk_control_of_control on risk_control (firm_id, control_id);
select wall('risk_control', 'firm'), changeable('risk_control');
grant delete on risk_control to fieldwork_service;

-- What people of the entity were asked about fraud, and what they answered.
create table fraud_inquiry (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  person_asked text not null,
  role_asked text not null,
  asked_on date not null,
  asked text not null,
  answer text not null,
  rests_on_ids uuid[] not null default '{}' check (cardinality(rests_on_ids) <= 20),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id)
);
create index fraud_inquiry_of_engagement on fraud_inquiry (firm_id, engagement_id, id);
select wall('fraud_inquiry', 'firm'), written_once('fraud_inquiry');
