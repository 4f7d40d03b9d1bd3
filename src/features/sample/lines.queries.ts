/**
 * The frozen populations of controls (`$1` the firm, `$2` the controls, `$3` the engagements), as a sub-select. Those that supersede
 * each other are one line: they have one seed, which no other population of the control has, and know their items by one key. An
 * item that is in several of them is one item. `line_size` is how many items the line has now: those of the populations in force,
 * which none took the place of.
 */
export const lines = `(
  select o.id, o.seed, later.id is null as in_force,
    sum(o.item_count) filter (where later.id is null) over (partition by o.control_id, o.seed)::int as line_size
  from population o
  left join lateral (select l.id from population l
    where l.firm_id = $1 and l.supersedes_id = o.id and l.state = 'FROZEN' limit 1) later on true
  where o.firm_id = $1 and o.control_id = any($2) and o.engagement_id = any($3) and o.state = 'FROZEN')`
