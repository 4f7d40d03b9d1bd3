-- Lets so many chains grow at once by so many entries each, as chains of many firms do: entry after entry, each chain in
-- its turn, so that the entries of one lie far from each other among those of all the others. What follows is said about
-- the owner's connection: temporary, and gone with it. Hashes are those of trail_append's own function.
create function pg_temp.grow_trails(chains pg_temp.chain[], entries int) returns bigint language plpgsql
  set search_path = fieldwork, pg_temp as $$
declare
  hashes bytea[] := (select array_agg(sha256(convert_to(c.chain_id::text, 'UTF8')) order by c.place)
    from unnest(chains) with ordinality as c (firm_id, chain_id, place));
begin
  for n in 1..entries loop
    with said as (
      select c.*, timestamptz '2025-08-01 08:00Z' + make_interval(secs => n) as at,
        format('[{"type":"Result","id":"%1$s","after":{"outcome":"NO_DEVIATION","sampleItemId":"%1$s","recordedBy":"%1$s","note":"Seen in the ticket, entry %2$s"}}]',
          c.chain_id, n) as changes
      from unnest(chains, hashes) with ordinality as c (firm_id, chain_id, previous_hash, place)
    ),
    hashed as materialized (
      select *, trail_hash(previous_hash, chain_id, n, at, chain_id, 'Ada Archer', 'recordResult', 'SampleItem', chain_id, changes) as hash
      from said
    ),
    made as (
      insert into trail_entry (firm_id, chain_id, position, at, actor_id, actor_name, action, node_type, node_id, changes, previous_hash, hash)
      select firm_id, chain_id, n, at, chain_id, 'Ada Archer', 'recordResult', 'SampleItem', chain_id, changes, previous_hash, hash
      from hashed
    )
    select array_agg(hash order by place) into hashes from hashed;
  end loop;
  insert into trail_head (firm_id, chain_id, position, hash)
  select firm_id, chain_id, entries, hash from unnest(chains, hashes) as c (firm_id, chain_id, hash);
  return cardinality(chains) * entries::bigint;
end $$;
