-- SPDX-License-Identifier: GPL-3.0-or-later
-- Links reports that were decoded again from the same document, if that changed what their link says.

CREATE OR REPLACE FUNCTION tlsrpt.link_replay(report_uids uuid[]) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  link tlsrpt.document_link;
BEGIN
  WHILE tlsrpt.link_documents() > 0 LOOP NULL; END LOOP;
  FOR link IN
    SELECT NULL::bigint, 'replay', r.report_uid, r.day, r.reporter_domain, r.is_verified, r.content_digest,
           sha256(r.evidence), r.supersedes, r.stored_at, NULL::timestamptz, NULL::bytea
      -- OFFSET has Citus, where it distributes reports, bring these few here.
      FROM (SELECT * FROM tlsrpt.report WHERE report_uid = ANY (report_uids) OFFSET 0) AS r
      WHERE EXISTS (SELECT FROM tlsrpt.document_link l
                      WHERE l.stored_at = r.stored_at AND l.evidence_digest = sha256(r.evidence))
        AND NOT EXISTS (SELECT FROM tlsrpt.document_link l
                          WHERE l.report_uid = r.report_uid AND l.stored_at = r.stored_at
                            AND (l.day, l.reporter_domain, l.is_verified, l.content_digest, l.supersedes)
                              IS NOT DISTINCT FROM (r.day, r.reporter_domain, r.is_verified, r.content_digest, r.supersedes))
      ORDER BY r.report_uid
  LOOP
    PERFORM tlsrpt.link_append(link);
  END LOOP;
END
$$;
COMMENT ON FUNCTION tlsrpt.link_replay(uuid[]) IS
'Adds a link for each of these reports whose document is linked, but not with the row that it makes today.';
