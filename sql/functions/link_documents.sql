-- SPDX-License-Identifier: GPL-3.0-or-later
-- Links the oldest of the reports that were stored since the last time. It runs with the rights of the caller.
-- The first time all reports are new: in parts, what is done is not lost if the caller's time ends.

CREATE OR REPLACE FUNCTION tlsrpt.link_documents() RETURNS bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  link tlsrpt.document_link;
  linked bigint := 0;
  since timestamptz;
BEGIN
  -- The bytes of "tlslnk": one at a time, or two links would have the same link before them.
  PERFORM pg_advisory_xact_lock(128009141775979);
  -- As in the view, but known when the next query is planned: or it would read the whole chain to find what is new.
  SELECT least(l.stored_at, now()) - interval '2 days' INTO since FROM tlsrpt.document_link l
    WHERE l.stored_at IS NOT NULL ORDER BY l.stored_at DESC LIMIT 1;
  FOR link IN
    SELECT NULL::bigint, 'report', u.report_uid, u.day, u.reporter_domain, u.is_verified, u.content_digest,
           u.evidence_digest, u.supersedes, u.stored_at, NULL::timestamptz, NULL::bytea
      FROM tlsrpt.document_unlinked u
      WHERE NOT u.is_late AND u.stored_at >= coalesce(since, '-infinity')
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
