-- Who of the client's people answers for a control, beside the title in words (`owner`). Who was named stays named: people leave.
alter table control add column owner_member_id uuid,
  add constraint control_owner_member foreign key (firm_id, owner_member_id) references member (firm_id, id);
