-- SPDX-License-Identifier: GPL-3.0-or-later
-- Links the oldest of the reports that were stored since the last time. It runs with the rights of the caller.
-- The first time all reports are new: in parts, what is done is not lost if the caller's time ends.

CREATE OR REPLACE FUNCTION tlsrpt.link_documents() RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  link tlsrpt.document_link;
  linked bigint := 0;
BEGIN
  -- The bytes of "tlslnk": one at a time, or two links would have the same link before them.
  PERFORM pg_advisory_xact_lock(128009141775979);
  FOR link IN
    SELECT NULL::bigint, 'report', u.report_uid, u.day, u.reporter_domain, u.is_verified, u.content_digest,
           u.evidence_digest, u.supersedes, u.stored_at, NULL::timestamptz, NULL::bytea
      FROM tlsrpt.document_unlinked u
      WHERE NOT u.is_late
      ORDER BY u.stored_at, u.report_uid
      LIMIT 100000
  LOOP
    PERFORM tlsrpt.link_append(link);
    linked := linked + 1;
  END LOOP;
  RETURN linked;
END
$$;
COMMENT ON FUNCTION tlsrpt.link_documents() IS
'Adds up to 100,000 reports that are not in the chain of document_link yet, but none that is backdated; returns their number, 0 when all are there.';
