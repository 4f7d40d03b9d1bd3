-- An operator's command goes through all firms one after the other, each inside its own wall. To know which there are it
-- reads the table of firms and the heads of trails, and nothing else, across firms: in the realm `maintenance`, which no
-- request opens. A firm whose row was removed has left its trail.
drop policy tenant on firm;
create policy tenant on firm
  using (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
    or current_setting('app.realm', true) = 'maintenance')
  with check (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid);
drop policy tenant on trail_head;
create policy tenant on trail_head
  using (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid
    or current_setting('app.realm', true) = 'maintenance')
  with check (firm_id = nullif(current_setting('app.firm_id', true), '')::uuid);
