-- What is looked up is indexed, and what is no longer needed can be removed.

-- Whether a session was ended is asked with each request: of the sessions of one sign-in, one for each refresh, this finds
-- the ones that say so.
create index session_ended on session (firm_id, family_id) where revoked_at is not null;

-- Whether a member has a place on an engagement's team is asked of every row behind the team's wall. Unique, as
-- team_member_once says already: the planner then knows that to join the places repeats no row.
drop index team_member_of_member;
create unique index team_member_of_member on team_member (firm_id, member_id, engagement_id)
  include (independence_confirmed_at) where removed_at is null;

-- A team is read with those who left it.
create index team_member_of_engagement on team_member (firm_id, engagement_id);

-- Another one after each change of the member's places on teams: whoever knows the places that were there at this mark need
-- not read them again.
alter table member add column team_mark uuid not null default '00000000-0000-0000-0000-000000000000';
-- The same of the items of a sample and their results.
alter table sample add column content_mark uuid;
-- What a signature was given on, so that it can be told without reading every item again whether that is still there: a digest
-- of everything but the items and their results, and the mark that the sample had then. Null for signatures made before.
alter table sign_off add column frame_digest text, add column content_mark uuid;

-- What `npm run sweep` removes. A row that is still in force stays, whoever asks.
create function refuse_removal() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % that are in force are not removed', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger in_force_stays before delete on session for each row
  when (old.revoked_at is null and old.expires_at > now()) execute function refuse_removal();
create trigger in_force_stays before delete on invitation for each row
  when (old.accepted_at is null and old.expires_at > now()) execute function refuse_removal();
grant delete on session, invitation to fieldwork_service;

-- Items of an import that another took the place of. The service removes none: it has no grant. The owner does, by the command,
-- which says so by its realm; no update is possible to anybody, as before.
drop trigger written_once on population_item;
create trigger written_once before update on population_item for each row execute function refuse_change();
create trigger never_removed before delete on population_item for each row
  when (current_setting('app.realm', true) is distinct from 'maintenance') execute function refuse_change();
