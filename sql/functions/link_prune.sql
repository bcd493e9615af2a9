-- SPDX-License-Identifier: GPL-3.0-or-later
-- Links what is not linked yet, and then says up to which day reports are deleted. prune calls it before it
-- deletes and once more afterwards, for reports that came in between.

CREATE OR REPLACE FUNCTION tlsrpt.link_prune(prune_kind text, prune_day date) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kinds text[] := CASE prune_kind WHEN 'prune' THEN '{prune}' ELSE '{prune,prune-evidence}' END;
  link tlsrpt.document_link;
  last record;
BEGIN
  WHILE tlsrpt.link_documents() > 0 LOOP NULL; END LOOP;
  -- The link that says the most. What it says is not said again: of the links before it only those of later days need
  -- another one, of those after it also those of earlier days. So the chain is not read as a whole.
  SELECT l.link_no, l.day INTO last FROM tlsrpt.document_link l
    WHERE l.kind IN ('prune', 'prune-evidence') AND l.kind = ANY (kinds) ORDER BY l.day DESC, l.link_no DESC LIMIT 1;
  -- ORDER BY wants the index: a scan for any of them would find the first one in the middle of the chain.
  IF (SELECT l.report_uid FROM tlsrpt.document_link l
        WHERE l.report_uid >= tlsrpt.first_key(coalesce(last.day, '1970-01-01'))
          AND l.report_uid < tlsrpt.first_key(prune_day)
        ORDER BY l.report_uid LIMIT 1) IS NOT NULL
     OR EXISTS (SELECT FROM tlsrpt.document_link l
                  WHERE l.link_no > last.link_no AND l.report_uid < tlsrpt.first_key(least(last.day, prune_day))
                    AND NOT EXISTS (SELECT FROM tlsrpt.document_link said
                                      WHERE said.kind IN ('prune', 'prune-evidence') AND said.kind = ANY (kinds)
                                        AND said.link_no > l.link_no AND l.report_uid < tlsrpt.first_key(said.day))) THEN
    link.kind := prune_kind;
    link.day := prune_day;
    PERFORM tlsrpt.link_append(link);
  END IF;
END
$$;
COMMENT ON FUNCTION tlsrpt.link_prune(text, date) IS
'Adds a link that says that reports of days before prune_day are deleted, or their documents, unless no linked report needs it.';
