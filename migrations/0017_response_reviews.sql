-- What the auditor made of a version that management submitted: written once, beside the version, for the client to read too.
-- The name is that of the moment: people of the client see no members of the firm.
create table response_review (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  response_version_id uuid not null,
  verdict text not null check (verdict in ('RETURNED', 'ACCEPTED')),
  reason text,
  reviewer_name text not null,
  reviewed_by uuid not null,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, response_version_id) references response_version (firm_id, id),
  constraint response_review_once unique (firm_id, response_version_id),
  check ((verdict = 'RETURNED') = (reason is not null))
);
select wall('response_review', 'client'), written_once('response_review');

-- Why a version was returned stands with the version.
alter table management_response drop column returned_reason;
