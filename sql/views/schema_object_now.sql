-- SPDX-License-Identifier: GPL-3.0-or-later
-- The objects of schema tlsrpt with owner and privileges, as table schema_object has them from the last
-- installation. Indexes that are invalid, constraints that are not validated and triggers that are disabled are
-- left out, and so are the partitions of months, which come and go.

CREATE OR REPLACE VIEW tlsrpt.schema_object_now AS
WITH relation AS (
  SELECT c.oid, c.relname, c.relowner, c.relacl, c.relrowsecurity,
         CASE WHEN c.relkind IN ('r', 'p') THEN 'table' WHEN c.relkind = 'S' THEN 'sequence' ELSE 'view' END AS kind
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND coalesce(pg_get_expr(c.relpartbound, c.oid), 'DEFAULT') = 'DEFAULT'
), granted AS (
  SELECT 'schema' AS kind, n.nspname::text AS name, n.nspowner AS owner, acl.grantee, acl.privilege_type AS privilege
    FROM pg_catalog.pg_namespace n
    LEFT JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS acl ON true
    WHERE n.nspname = 'tlsrpt'
  UNION ALL
  SELECT r.kind, r.relname, r.relowner, acl.grantee, acl.privilege_type
    FROM relation r
    LEFT JOIN LATERAL aclexplode(coalesce(r.relacl, acldefault('r', r.relowner))) AS acl ON true
  UNION ALL
  SELECT r.kind, r.relname, r.relowner, acl.grantee, format('%s (%s)', acl.privilege_type, a.attname)
    FROM relation r
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND NOT a.attisdropped
    CROSS JOIN LATERAL aclexplode(a.attacl) AS acl
  UNION ALL
  SELECT 'function', format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner,
         acl.grantee, acl.privilege_type
    FROM pg_catalog.pg_proc p
    LEFT JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl ON true
    WHERE p.pronamespace = 'tlsrpt'::regnamespace
), part AS (
  SELECT kind, name, pg_get_userbyid(owner)::text AS owner,
         coalesce(array_agg(format('%s for %s', privilege, coalesce(role.rolname, 'PUBLIC'))
                            ORDER BY format('%s for %s', privilege, coalesce(role.rolname, 'PUBLIC')) COLLATE "C")
                    FILTER (WHERE grantee <> owner AND (grantee = 0 OR role.rolname LIKE 'tlsrpt\_%')), '{}') AS privilege
    FROM granted LEFT JOIN pg_catalog.pg_roles role ON role.oid = grantee
    GROUP BY kind, name, owner
  UNION ALL
  SELECT 'index', c.relname, NULL, '{}'
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN relation r ON r.oid = i.indrelid
    WHERE i.indisvalid
  UNION ALL
  SELECT 'constraint', format('%s of %s', k.conname, r.relname), NULL, '{}'
    FROM pg_catalog.pg_constraint k JOIN relation r ON r.oid = k.conrelid
    WHERE k.convalidated AND k.contype IN ('c', 'f', 'p', 'u', 'x')
  UNION ALL
  SELECT 'trigger', format('%s of %s', t.tgname, r.relname), NULL, '{}'
    FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
  UNION ALL
  SELECT 'row security', relname, NULL, '{}' FROM relation WHERE relrowsecurity
  UNION ALL
  SELECT 'row security policy', format('%s of %s', o.polname, c.relname), NULL, '{}'
    FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid
    WHERE c.relnamespace = 'tlsrpt'::regnamespace
  UNION ALL
  SELECT 'role', rolname, NULL, '{}' FROM pg_catalog.pg_roles
    WHERE rolname IN ('tlsrpt_owner', 'tlsrpt_writer', 'tlsrpt_reader', 'tlsrpt_domain_reader', 'tlsrpt_alerter')
)
SELECT kind COLLATE "C" AS kind, name::text COLLATE "C" AS name, owner COLLATE "C" AS owner,
       privilege::text[] COLLATE "C" AS privilege
  FROM part;
COMMENT ON VIEW tlsrpt.schema_object_now IS 'Which objects are in schema tlsrpt now? The columns are those of table schema_object.';
COMMENT ON COLUMN tlsrpt.schema_object_now.kind IS 'Kind of object: table, view, function, index, constraint, trigger, role and so on.';
COMMENT ON COLUMN tlsrpt.schema_object_now.name IS 'Name of the object, with the table if it belongs to one.';
COMMENT ON COLUMN tlsrpt.schema_object_now.owner IS 'Role that owns it; null if its kind has no owner.';
COMMENT ON COLUMN tlsrpt.schema_object_now.privilege IS 'Privileges of PUBLIC and of the roles tlsrpt_* on it, without those of the owner.';
