-- The exceptions of many procedures are read as one set: by the procedure, not through all that a team may see.
create index exception_of_procedure on exception (firm_id, procedure_id);
