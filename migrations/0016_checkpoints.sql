-- What the trail did not see: a chain that was cut short or written anew as a whole, head included.

-- Nothing read it, and it was not hashed: anybody who could write the table could change it unseen. Within a chain entries
-- are made strictly one after the other, so that a reader who goes by position misses none.
alter table trail_entry drop column transaction_id;

-- Keys that sign checkpoints (Ed25519). The private half is sealed under the service's secret; the public halves are
-- published and kept for ever, so every session may read them, also of keys that sign no more. Only the identity realm
-- makes a key.
create table checkpoint_key (
  id text primary key,
  public_jwk jsonb not null,
  sealed_private bytea not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
-- One key signs at a time, also when two services start at once.
create unique index checkpoint_key_sole_current on checkpoint_key ((true)) where retired_at is null;
alter table checkpoint_key enable row level security;
alter table checkpoint_key force row level security;
create policy published on checkpoint_key using (true) with check (current_setting('app.realm', true) = 'identity');
grant select, insert, update on checkpoint_key to fieldwork_service;

-- The head of a chain as it was at one moment, signed. A row that the service's role, or a superuser, puts here without the
-- key has no valid signature, and is named when the chain is verified.
create table checkpoint (
  firm_id uuid not null references firm (firm_id),
  chain_id uuid not null,
  position bigint not null,
  hash bytea not null,
  at timestamptz not null,
  key_id text not null,
  signature bytea not null,
  primary key (firm_id, chain_id, position)
);
-- As with entries: an act of a client user may be followed by one (the check), but nobody of the client reads it.
alter table checkpoint enable row level security;
alter table checkpoint force row level security;
create policy tenant on checkpoint
  using (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
    and nullif(current_setting('app.client_id', true), '') is null)
  with check (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid);
select written_once('checkpoint');

-- An issued report carries the checkpoint of the trail as it stood just before; reports issued before this have none.
alter table report add column checkpoint text;
