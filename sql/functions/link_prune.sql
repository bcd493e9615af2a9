-- SPDX-License-Identifier: GPL-3.0-or-later
-- Links what is not linked yet, and then says up to which day reports are deleted. prune calls it before it
-- deletes and once more afterwards, for reports that came in between.

CREATE OR REPLACE FUNCTION tlsrpt.link_prune(prune_kind text, prune_day date) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  link tlsrpt.document_link;
BEGIN
  WHILE tlsrpt.link_documents() > 0 LOOP NULL; END LOOP;
  IF EXISTS (SELECT FROM tlsrpt.document_chain c
               WHERE c.report_uid < tlsrpt.first_key(prune_day)
                 AND NOT coalesce(c.report_uid < tlsrpt.first_key(CASE prune_kind WHEN 'prune' THEN c.pruned_until
                                                                   ELSE c.evidence_pruned_until END), false)) THEN
    link.kind := prune_kind;
    link.day := prune_day;
    PERFORM tlsrpt.link_append(link);
  END IF;
END
$$;
COMMENT ON FUNCTION tlsrpt.link_prune(text, date) IS
'Adds a link that says that reports of days before prune_day are deleted, or their documents, unless no linked report needs it.';
