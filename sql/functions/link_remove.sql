-- SPDX-License-Identifier: GPL-3.0-or-later
-- Says that reports, or the documents of reports, are deleted with the data of a domain. It does not read report:
-- the statement that deletes calls it. A report that is not linked leaves no trace.

CREATE OR REPLACE FUNCTION tlsrpt.link_remove(removed uuid[], forgotten uuid[]) RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  link tlsrpt.document_link;
  linked bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(128009141775979);  -- as link_documents
  FOR link IN
    SELECT DISTINCT ON (l.report_uid) l.* FROM tlsrpt.document_link l
      WHERE l.report_uid = ANY (removed || forgotten)
      ORDER BY l.report_uid, l.link_no DESC
  LOOP
    link.kind := CASE WHEN link.report_uid = ANY (removed) THEN 'remove' ELSE 'remove-evidence' END;
    PERFORM tlsrpt.link_append(link);
    linked := linked + 1;
  END LOOP;
  RETURN linked;
END
$$;
COMMENT ON FUNCTION tlsrpt.link_remove(uuid[], uuid[]) IS
'Adds a link for each of these reports that is linked: its report is deleted, or its document. Returns their number.';
