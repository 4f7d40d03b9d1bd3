-- Lets so many chains grow at once by so many entries each, as chains of many firms do: entry after entry, each chain in
-- its turn, so that the entries of one lie far from each other among those of all the others. What follows is said about
-- the owner's connection: temporary, and gone with it. Hashes are those of trail_append's own function.
create function pg_temp.grow_trails(chains pg_temp.chain[], entries int) returns bigint language plpgsql
  set search_path = fieldwork, pg_temp as $$
declare
  made bigint := 0;
  rows bigint;
begin
  for n in 1..entries loop
    with said as (
      select c.firm_id, c.chain_id, c.chain_id as actor_id, 'Ada Archer' as actor_name, 'recordResult' as action, 'SampleItem' as node_type,
        c.chain_id as node_id, timestamptz '2025-08-01 08:00Z' + make_interval(secs => n) as at,
        json_build_array(json_build_object('type', 'Result', 'id', c.chain_id, 'after', json_build_object('outcome', 'PASS',
          'sampleItemId', c.chain_id, 'recordedBy', c.chain_id, 'note', 'Seen in the ticket, entry ' || n)))::text as changes,
        coalesce(last.hash, sha256(convert_to(c.chain_id::text, 'UTF8'))) as previous_hash
      from unnest(chains) c left join trail_entry last
        on last.firm_id = c.firm_id and last.chain_id = c.chain_id and last.position = n - 1
    )
    insert into trail_entry (firm_id, chain_id, position, at, actor_id, actor_name, action, node_type, node_id, changes, previous_hash, hash)
    select firm_id, chain_id, n, at, actor_id, actor_name, action, node_type, node_id, changes, previous_hash,
      trail_hash(previous_hash, chain_id, n, at, actor_id, actor_name, action, node_type, node_id, changes)
    from said;
    get diagnostics rows = row_count;
    made := made + rows;
  end loop;
  insert into trail_head (firm_id, chain_id, position, hash)
  select e.firm_id, e.chain_id, e.position, e.hash
  from unnest(chains) c join trail_entry e on e.firm_id = c.firm_id and e.chain_id = c.chain_id and e.position = entries;
  return made;
end $$;
