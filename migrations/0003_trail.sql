-- One log, and the memory of acts already done.

create table trail_head (
  firm_id uuid not null references firm (firm_id),
  chain_id uuid not null,
  position bigint not null,
  hash bytea not null,
  primary key (firm_id, chain_id)
);
-- The service reads the head; only trail_append moves it.
select wall('trail_head', 'shared');
grant select on trail_head to fieldwork_service;

create table trail_entry (
  firm_id uuid not null references firm (firm_id),
  chain_id uuid not null,
  position bigint not null,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  node_type text not null,
  node_id uuid not null,
  changes text not null,
  previous_hash bytea not null,
  hash bytea not null,
  transaction_id xid8 not null default pg_current_xact_id(),
  primary key (firm_id, chain_id, position)
);
-- A client user's act appends to the chain (the check) but nobody of the client reads it (the condition).
alter table trail_entry enable row level security;
alter table trail_entry force row level security;
create policy tenant on trail_entry
  using (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
    and nullif(current_setting('app.client_id', true), '') is null)
  with check (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid);
select written_once('trail_entry');
-- The service appends through trail_append and in no other way.
revoke insert on trail_entry from fieldwork_service;

-- What is hashed: the previous hash, then each part of the entry, each part preceded by its length in bytes, so that no
-- two different entries give the same bytes. Times are microseconds since 1970.
create function trail_hash(previous bytea, chain uuid, "position" bigint, at timestamptz, actor_id uuid, actor_name text,
  action text, node_type text, node_id uuid, changes text) returns bytea language sql immutable parallel safe as $$
  select sha256(previous || convert_to(string_agg(octet_length(part) || ':' || part, '' order by n), 'UTF8'))
  from unnest(array[chain::text, "position"::text, (extract(epoch from at) * 1000000)::bigint::text,
    coalesce(actor_id::text, ''), actor_name, action, node_type, node_id::text, changes]) with ordinality as p (part, n)
$$;

-- Appends one entry to a chain, and is the only way to: it runs as the owner, and the service's role can neither insert
-- an entry nor move a head by itself. The moment is the transaction's own, so nothing can be dated back. Locks the chain's
-- head, so that entries of one chain come strictly one after the other. Returns the position and nothing of any tenant;
-- checks the tenant itself, because an owner who is a superuser is not held by row-level security.
create function trail_append(firm uuid, chain uuid, actor_id uuid, actor_name text, action text, node_type text,
  node_id uuid, changes text) returns bigint language plpgsql security definer set search_path = fieldwork, pg_temp as $$
declare
  head trail_head;
  next_hash bytea;
begin
  if firm is distinct from nullif(current_setting('app.firm_id', true), '')::uuid then
    raise exception 'a trail is appended to by its own firm' using errcode = 'insufficient_privilege';
  end if;
  insert into trail_head values (firm, chain, 0, sha256(convert_to(chain::text, 'UTF8'))) on conflict do nothing;
  select * into strict head from trail_head h where h.firm_id = firm and h.chain_id = chain for update;
  next_hash := trail_hash(head.hash, chain, head.position + 1, now(), actor_id, actor_name, action, node_type, node_id,
    changes);
  insert into trail_entry values (firm, chain, head.position + 1, now(), actor_id, actor_name, action, node_type, node_id,
    changes, head.hash, next_hash);
  update trail_head h set position = head.position + 1, hash = next_hash where h.firm_id = firm and h.chain_id = chain;
  return head.position + 1;
end $$;
revoke execute on function trail_append from public;
grant execute on function trail_append to fieldwork_service;

-- The answer to an act, kept for seven days: the same key and input answers the same again, in the same transaction as the act.
-- `firm_id` is all zeros for acts before a firm is known (signing in).
create table idempotency (
  firm_id uuid not null,
  scope text not null,
  key text not null,
  action text not null,
  input_digest bytea not null,
  sealed_payload bytea,
  created_at timestamptz not null,
  primary key (firm_id, scope, key)
);
create index idempotency_age on idempotency (firm_id, scope, created_at);
alter table idempotency enable row level security;
alter table idempotency force row level security;
create policy tenant on idempotency using (
  firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
  or (current_setting('app.realm', true) = 'identity' and firm_id = '00000000-0000-0000-0000-000000000000'));
grant select, insert, update, delete on idempotency to fieldwork_service;
