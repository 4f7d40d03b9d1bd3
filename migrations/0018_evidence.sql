-- Evidence: files, whose bytes lie encrypted in a storage outside the database.

-- Keys and places of files are read by the statements that receive, open and remove files, and by no other: those open the
-- realm `files` for themselves.
create function wall_of_files(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s using (%s)', target,
    $q$firm_id = nullif(current_setting('app.firm_id', true), '')::uuid and current_setting('app.realm', true) = 'files'$q$);
end $$;

-- The keys by which the keys of a firm's files are encrypted. One is present; a retired one goes when no file needs it any more.
create table firm_key (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  -- Encrypted under the service's secret.
  sealed_key bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz,
  primary key (firm_id, id)
);
create unique index firm_key_present on firm_key (firm_id) where retired_at is null;
select wall_of_files('firm_key'), changeable('firm_key');
grant delete on firm_key to fieldwork_service;

-- What lies in the storage: each content of a firm once, however many bring it.
create table stored_file (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  byte_count bigint not null check (byte_count >= 0),
  firm_key_id uuid,
  -- The key of this file, encrypted by the firm's; null once the file is removed: what is left of it anywhere opens no more.
  wrapped_key bytea,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (firm_id, id),
  foreign key (firm_id, firm_key_id) references firm_key (firm_id, id),
  constraint stored_file_has_key check ((removed_at is null) = (wrapped_key is not null and firm_key_id is not null))
);
create unique index stored_file_once on stored_file (firm_id, sha256) where removed_at is null;
create index stored_file_of_key on stored_file (firm_id, firm_key_id);
select wall_of_files('stored_file'), changeable('stored_file');

-- Who brought a file, for which engagement, and what it is. Only what becomes of it changes.
create table evidence (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  stored_file_id uuid not null,
  is_of_client boolean not null,
  file_name text not null,
  byte_count bigint not null,
  media_type text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  origin text not null check (origin in ('TOLD_BY_CLIENT', 'CLIENT_SCREENSHOT', 'PLATFORM_EXPORT', 'SOURCE_SYSTEM_REPORT', 'TAKEN_BY_AUDITOR', 'OUTSIDE_CONFIRMATION')),
  source text not null,
  covers_from date,
  covers_to date,
  supersedes_id uuid,
  state text not null check (state in ('PENDING', 'AVAILABLE', 'INFECTED', 'REMOVED')),
  removed_reason text,
  removed_by uuid,
  removed_at timestamptz,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, client_id) references client (firm_id, id),
  foreign key (firm_id, stored_file_id) references stored_file (firm_id, id),
  foreign key (firm_id, supersedes_id) references evidence (firm_id, id),
  constraint evidence_time check (covers_from <= covers_to),
  constraint evidence_removed check ((state = 'REMOVED') = (removed_at is not null and removed_reason is not null) and (removed_by is null or state = 'REMOVED'))
);
-- What was removed supersedes nothing any more.
create unique index evidence_superseded_once on evidence (firm_id, supersedes_id) where state <> 'REMOVED';
create index evidence_of_engagement on evidence (firm_id, engagement_id, id);
create index evidence_of_client on evidence (firm_id, client_id, id);
create index evidence_of_file on evidence (firm_id, stored_file_id);
select wall('evidence', 'client', 'is_of_client');
grant select, insert, update (state, removed_reason, removed_by, removed_at, version) on evidence to fieldwork_service;

create function refuse_change_of_evidence() returns trigger language plpgsql as $$
begin
  if (old.firm_id, old.id, old.engagement_id, old.client_id, old.stored_file_id, old.is_of_client, old.file_name, old.byte_count,
      old.media_type, old.sha256, old.origin, old.source, old.covers_from, old.covers_to, old.supersedes_id, old.created_by, old.created_at)
    is distinct from
     (new.firm_id, new.id, new.engagement_id, new.client_id, new.stored_file_id, new.is_of_client, new.file_name, new.byte_count,
      new.media_type, new.sha256, new.origin, new.source, new.covers_from, new.covers_to, new.supersedes_id, new.created_by, new.created_at)
  then
    raise exception 'evidence is never changed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger never_changed before update on evidence for each row execute function refuse_change_of_evidence();

-- The files of documents and of imported lists.
alter table engagement_document add foreign key (firm_id, evidence_id) references evidence (firm_id, id);
create index engagement_document_of_evidence on engagement_document (firm_id, evidence_id);
alter table population add foreign key (firm_id, evidence_id) references evidence (firm_id, id);
create index population_of_evidence on population (firm_id, evidence_id);

-- What a piece of evidence supports.
create table evidence_link (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  evidence_id uuid not null,
  node_type text not null check (node_type in ('Procedure', 'Walkthrough', 'Result', 'Population', 'Exception', 'ManagementResponse')),
  node_id uuid not null,
  -- Of a result: the sample that it belongs to, which is marked anew when the evidence of its results changes.
  sample_id uuid,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, evidence_id) references evidence (firm_id, id),
  foreign key (firm_id, sample_id) references sample (firm_id, id),
  constraint evidence_link_of_result check ((node_type = 'Result') = (sample_id is not null)),
  constraint evidence_linked_once unique (firm_id, node_id, evidence_id)
);
create index evidence_link_of_evidence on evidence_link (firm_id, evidence_id, id);
create index evidence_link_of_engagement on evidence_link (firm_id, engagement_id);
create index evidence_link_of_sample on evidence_link (firm_id, sample_id) where sample_id is not null;
select wall('evidence_link', 'client', $$node_type = 'ManagementResponse'$$);
grant select, insert, delete on evidence_link to fieldwork_service;

-- While a hold is placed on an engagement, none of its evidence, of the files of that, and of the items of its imports is removed.
create table legal_hold (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  reason text not null,
  released_by uuid,
  released_at timestamptz,
  released_reason text,
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id)
);
create index legal_hold_of_engagement on legal_hold (firm_id, engagement_id);
select wall('legal_hold', 'firm'), changeable('legal_hold');

-- That a member opened a paper or a file as it was then. Beside the trail: it changes nothing. People of a client see what was opened
-- by people of theirs.
create table opening (
  firm_id uuid not null references firm (firm_id),
  id uuid not null,
  engagement_id uuid not null,
  client_id uuid not null,
  is_of_client boolean not null,
  node_type text not null,
  node_id uuid not null,
  content_digest text not null check (content_digest ~ '^[0-9a-f]{64}$'),
  version integer not null default 1,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (firm_id, id),
  foreign key (firm_id, engagement_id) references engagement (firm_id, id),
  foreign key (firm_id, client_id) references client (firm_id, id),
  foreign key (firm_id, created_by) references member (firm_id, id)
);
create index opening_of_engagement on opening (firm_id, engagement_id, id);
create index opening_of_member on opening (firm_id, engagement_id, created_by, id);
create index opening_of_node on opening (firm_id, node_id, created_by, id);
select wall('opening', 'client', 'is_of_client'), written_once('opening');

-- How long evidence is kept after an engagement ended: its report was issued, or the firm withdrew.
alter table engagement add column withdrawn_at timestamptz;
alter table firm add column retention_years integer not null default 7 check (retention_years between 1 and 30);
