-- One log, and the memory of acts already done.

create table trail_head (
  firm_id uuid not null references firm (firm_id),
  chain_id uuid not null,
  position bigint not null,
  hash bytea not null,
  primary key (firm_id, chain_id)
);
select wall('trail_head', 'shared'), changeable('trail_head');

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

-- What is hashed: the previous hash, then each part of the entry, each part preceded by its length in bytes, so that no
-- two different entries give the same bytes. Times are microseconds since 1970.
create function trail_hash(previous bytea, chain uuid, "position" bigint, at timestamptz, actor_id uuid, actor_name text,
  action text, node_type text, node_id uuid, changes text) returns bytea language sql immutable parallel safe as $$
  select sha256(previous || convert_to(string_agg(octet_length(part) || ':' || part, '' order by n), 'UTF8'))
  from unnest(array[chain::text, "position"::text, (extract(epoch from at) * 1000000)::bigint::text,
    coalesce(actor_id::text, ''), actor_name, action, node_type, node_id::text, changes]) with ordinality as p (part, n)
$$;

-- Appends one entry to a chain. Locks the chain's head, so that entries of one chain are strictly one after the other.
create function trail_append(firm uuid, chain uuid, at timestamptz, actor_id uuid, actor_name text, action text,
  node_type text, node_id uuid, changes text) returns bigint language plpgsql as $$
declare
  head trail_head;
  next_hash bytea;
begin
  insert into trail_head values (firm, chain, 0, sha256(convert_to(chain::text, 'UTF8'))) on conflict do nothing;
  select * into strict head from trail_head h where h.firm_id = firm and h.chain_id = chain for update;
  next_hash := trail_hash(head.hash, chain, head.position + 1, at, actor_id, actor_name, action, node_type, node_id, changes);
  insert into trail_entry values (firm, chain, head.position + 1, at, actor_id, actor_name, action, node_type, node_id,
    changes, head.hash, next_hash);
  update trail_head h set position = head.position + 1, hash = next_hash where h.firm_id = firm and h.chain_id = chain;
  return head.position + 1;
end $$;

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
