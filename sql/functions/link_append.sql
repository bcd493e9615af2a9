-- SPDX-License-Identifier: GPL-3.0-or-later
-- Adds one link to the chain of digests. The caller holds the lock of link_documents.

CREATE OR REPLACE FUNCTION tlsrpt.link_append(link tlsrpt.document_link) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last record;
BEGIN
  SELECT l.link_no, l.link_digest INTO last FROM tlsrpt.document_link l ORDER BY l.link_no DESC LIMIT 1;
  link.link_no := coalesce(last.link_no, 0) + 1;
  link.linked_at := now();
  link.link_digest := sha256(coalesce(last.link_digest, '') || convert_to(tlsrpt.link_text(link), 'UTF8'));
  INSERT INTO tlsrpt.document_link SELECT link.*;
END
$$;
COMMENT ON FUNCTION tlsrpt.link_append(tlsrpt.document_link) IS
'Adds a link to the chain in document_link; sets its number, time and digest.';
