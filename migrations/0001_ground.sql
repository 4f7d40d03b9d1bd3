-- What the other files stand on: how a table of the product is walled, and what the service's role may do with it.
-- This file runs as the owner; the service works as a member of the group role fieldwork_service, which owns nothing.
grant usage on schema fieldwork to fieldwork_service;

grant usage on schema fieldwork to fieldwork_service;

-- The three walls. ONE permissive policy per table, the whole condition in one expression, no sub-select: the shape that
-- is fast under an index and that a cluster sharded by firm carries to its workers unchanged.
--   firm     the firm's own rows, for its members only: working papers
--   client   the firm's rows; a client user sees those of their own client
--   shared   the firm's rows, for everybody of the firm and its clients (holds nothing confidential)
-- `published` is a further condition for client users, on top of `client`.
create function wall(target regclass, kind text, published text default 'true') returns void language plpgsql as $$
declare
  firm constant text := $q$firm_id = nullif(current_setting('app.firm_id', true), '')::uuid$q$;
  firm_session constant text := $q$nullif(current_setting('app.client_id', true), '') is null$q$;
  own_client constant text := $q$client_id = nullif(current_setting('app.client_id', true), '')::uuid$q$;
  condition text;
begin
  condition := case kind
    when 'firm' then format('%s and %s', firm, firm_session)
    when 'client' then format('%s and (%s or (%s and (%s)))', firm, firm_session, own_client, published)
    when 'shared' then firm
  end;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s using (%s)', target, condition);
end $$;

-- Refuses every change of a row, whoever asks. For what is written once.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are written once', tg_table_name using errcode = 'restrict_violation';
end $$;

create function written_once(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger written_once before update or delete on %s for each row execute function refuse_change()', target);
  execute format('create trigger never_emptied before truncate on %s for each statement execute function refuse_change()', target);
  execute format('grant select, insert on %s to fieldwork_service', target);
end $$;

create function changeable(target regclass) returns void language plpgsql as $$
begin
  execute format('grant select, insert, update on %s to fieldwork_service', target);
end $$;
