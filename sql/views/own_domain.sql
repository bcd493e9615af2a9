-- SPDX-License-Identifier: GPL-3.0-or-later
-- The domains that domain_access gives to the login.

-- Unlike most views this one reads the tables with the rights of the owner: row security itself asks it. A member of
-- tlsrpt_alerter may act as tlsrpt_domain_reader, to write mails to the contacts of domains: it names the domains
-- in the setting tlsrpt.domains. Nobody else can use that setting: session_user is who logged in, which SET ROLE does
-- not change.
-- Of roles, only those count whose privileges the login has: since PostgreSQL 16, who creates a role is a member of
-- it without them.
-- For entries with *. the mail domains are read one after the other, each by one look-up in the index.
CREATE OR REPLACE VIEW tlsrpt.own_domain WITH (security_barrier = true) AS
WITH RECURSIVE part(oid) AS (
  SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
  UNION
  SELECT m.roleid FROM part JOIN pg_catalog.pg_auth_members m ON m.member = part.oid
), entry AS MATERIALIZED (
  SELECT a.domain
    FROM part JOIN pg_catalog.pg_roles r USING (oid) JOIN tlsrpt.domain_access a ON a.role_name = r.rolname::text COLLATE "C"
    WHERE pg_catalog.pg_has_role(part.oid, 'USAGE')
  UNION
  SELECT named.domain COLLATE "C"
    FROM unnest(string_to_array(current_setting('tlsrpt.domains', true), ' ')) AS named(domain)
    WHERE current_user = 'tlsrpt_domain_reader' AND pg_catalog.pg_has_role(session_user, 'tlsrpt_alerter', 'MEMBER')
), known(domain) AS (
  SELECT (SELECT min(p.mail_domain) FROM tlsrpt.policy p) WHERE EXISTS (SELECT FROM entry WHERE entry.domain LIKE '*.%')
  UNION ALL
  SELECT (SELECT min(p.mail_domain) FROM tlsrpt.policy p WHERE p.mail_domain > known.domain)
    FROM known WHERE known.domain IS NOT NULL
)
SELECT entry.domain FROM entry WHERE entry.domain NOT LIKE '*.%'
UNION
SELECT known.domain FROM known JOIN entry
  ON entry.domain LIKE '*.%' AND right(known.domain, length(entry.domain) - 1) = substr(entry.domain, 2);

COMMENT ON VIEW tlsrpt.own_domain IS
'Which mail domains does the login see by its entries in domain_access, its own and those of its roles? An entry *.example.org is shown as the subdomains of example.org that have reports. The entries do not limit a login that sees all domains.';
COMMENT ON COLUMN tlsrpt.own_domain.domain IS 'Mail domain.';
