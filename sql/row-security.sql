-- SPDX-License-Identifier: GPL-3.0-or-later
-- Row security: a member of tlsrpt_domain_reader sees the rows of its own domains; the other roles see all rows.
-- Every installation creates the policies again. Policies of several roles of one login add up: for a login that
-- is also a member of tlsrpt_reader the condition is `true`, which the planner drops, so that row security costs
-- such a login nothing. The owner is not restricted.
-- Views on these tables have security_invoker: the rows are those of the user who asks, and his conditions are
-- not evaluated on other rows. A table without a mail domain of its own is shown by a policy that is.

DO $$
DECLARE
  of record;
BEGIN
  FOR of IN
    SELECT name, condition FROM (VALUES
      ('policy', 'mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[])'),
      ('incident_member', 'mail_domain = ANY ((SELECT tlsrpt.own_domains())::text[])'),
      ('report', 'EXISTS (SELECT FROM tlsrpt.policy p WHERE p.report_uid = report.report_uid)'),
      ('failure', 'EXISTS (SELECT FROM tlsrpt.policy p'
        ' WHERE p.report_uid = failure.report_uid AND p.policy_no = failure.policy_no)'),
      ('reporter', 'EXISTS (SELECT FROM tlsrpt.policy p WHERE p.reporter_domain = reporter.reporter_domain)')
    ) AS restricted(name, condition)
  LOOP
    EXECUTE format('ALTER TABLE tlsrpt.%I ENABLE ROW LEVEL SECURITY', of.name);
    EXECUTE format('DROP POLICY IF EXISTS all_rows ON tlsrpt.%I', of.name);
    EXECUTE format('CREATE POLICY all_rows ON tlsrpt.%I TO tlsrpt_writer, tlsrpt_reader, tlsrpt_alerter USING (true)',
                   of.name);
    EXECUTE format('DROP POLICY IF EXISTS own_rows ON tlsrpt.%I', of.name);
    EXECUTE format('CREATE POLICY own_rows ON tlsrpt.%I FOR SELECT TO tlsrpt_domain_reader USING (%s)',
                   of.name, of.condition);
  END LOOP;
END
$$;
