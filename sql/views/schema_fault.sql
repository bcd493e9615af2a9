-- SPDX-License-Identifier: GPL-3.0-or-later
-- How the schema differs from the one that the last installation created, for example after a dump was restored
-- without roles.

CREATE OR REPLACE VIEW tlsrpt.schema_fault AS
SELECT made.kind, made.name,
       CASE WHEN now.name IS NULL THEN format('%s %s is missing or does not work', made.kind, made.name)
            WHEN now.owner <> made.owner
              THEN format('%s %s belongs to %s, not to %s', made.kind, made.name, now.owner, made.owner)
            ELSE format('%s %s %s', made.kind, made.name, concat_ws(', and ',
              'lacks ' || (SELECT string_agg(one, ', ') FROM unnest(made.privilege) AS one
                             WHERE one <> ALL (now.privilege)),
              'has ' || (SELECT string_agg(one, ', ') FROM unnest(now.privilege) AS one
                           WHERE one <> ALL (made.privilege)) || ', which no installation gave')) END AS fault
  FROM tlsrpt.schema_object AS made
  LEFT JOIN tlsrpt.schema_object_now AS now ON now.kind = made.kind AND now.name = made.name
  WHERE now.name IS NULL OR now.owner <> made.owner OR now.privilege <> made.privilege;
COMMENT ON VIEW tlsrpt.schema_fault IS
'Which objects that the last installation created are missing now, belong to another role, or have lost or gained a privilege?';
COMMENT ON COLUMN tlsrpt.schema_fault.kind IS 'As in schema_object.';
COMMENT ON COLUMN tlsrpt.schema_fault.name IS 'As in schema_object.';
COMMENT ON COLUMN tlsrpt.schema_fault.fault IS 'What is wrong with it, in words.';
