-- SPDX-License-Identifier: GPL-3.0-or-later
-- A verified report replaces unverified ones in the transaction that stores it. It runs with the owner's
-- rights, because the writer may not delete. The writer removes a report only by storing a verified one that
-- has the same key, makes the same claim or has the same content.

CREATE OR REPLACE FUNCTION tlsrpt.report_supersedes() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  gone record;
  old tlsrpt.report;
  kept bytea;
BEGIN
  IF coalesce(pg_partition_root(TG_RELID), TG_RELID) <> 'tlsrpt.report'::regclass THEN
    RAISE EXCEPTION 'a trigger of tlsrpt.report alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR gone IN
    SELECT report_uid, content_digest FROM tlsrpt.report_key AS r
      WHERE r.report_uid = ANY (NEW.supersedes) AND NEW.is_verified AND NOT r.is_verified
        AND (r.report_uid = NEW.report_uid OR r.claim_uid = NEW.claim_uid
             OR (r.reporter_domain = NEW.reporter_domain AND r.content_digest = NEW.content_digest))
      ORDER BY r.report_uid FOR UPDATE
  LOOP
    -- A report with the same content is not kept: nothing of it is lost.
    IF gone.content_digest <> NEW.content_digest THEN
      SELECT * INTO old FROM tlsrpt.report WHERE report_uid = gone.report_uid;
      kept := coalesce(old.evidence, convert_to(tlsrpt.report_document(gone.report_uid)::text, 'UTF8'));
      INSERT INTO tlsrpt.quarantine (quarantine_uid, reason, stage, detail, envelope_sender, header_from,
                                     message_id, raw_bytes, raw)
        VALUES (left(encode(sha256(kept), 'hex'), 32)::uuid, 'superseded', 'store',
                format('store: a report signed by %s took the place of this one, which nothing shows to be its own',
                       NEW.reporter_domain),
                old.envelope_sender, old.header_from, old.message_id, octet_length(kept), kept)
        ON CONFLICT (quarantine_uid) DO NOTHING;
    END IF;
    DELETE FROM tlsrpt.report_key WHERE report_uid = gone.report_uid;
  END LOOP;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION tlsrpt.report_supersedes() IS
'Deletes the unverified reports that a verified report names in column supersedes. One with other content goes to quarantine, even past its caps.';

CREATE OR REPLACE TRIGGER report_supersedes BEFORE INSERT ON tlsrpt.report
  FOR EACH ROW WHEN (NEW.supersedes IS NOT NULL) EXECUTE FUNCTION tlsrpt.report_supersedes();
