-- SPDX-License-Identifier: GPL-3.0-or-later
-- What alert has told, so that it tells each thing once.

CREATE TABLE tlsrpt.alert_state (
  alert_no bigint GENERATED ALWAYS AS IDENTITY,
  policy_domain text NOT NULL,
  result_type text NOT NULL,
  receiving_mx text,
  first_day date NOT NULL,
  last_day date NOT NULL,
  state text NOT NULL,
  severity text NOT NULL,
  reporters integer NOT NULL,
  failed_share double precision NOT NULL,
  event text NOT NULL,
  event_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT alert_state_pkey PRIMARY KEY (alert_no),
  CONSTRAINT alert_state_state_check CHECK (state IN ('open', 'flapping', 'closed'))
);
CREATE INDEX alert_state_incident_idx ON tlsrpt.alert_state (policy_domain, result_type, last_day);
COMMENT ON TABLE tlsrpt.alert_state IS 'What `tlsrpt-ingest alert` has told of each incident, so that it tells it once.';
COMMENT ON COLUMN tlsrpt.alert_state.alert_no IS 'Number of the incident in alerts.';
COMMENT ON COLUMN tlsrpt.alert_state.policy_domain IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.alert_state.result_type IS 'As in view incident.';
COMMENT ON COLUMN tlsrpt.alert_state.receiving_mx IS 'As in view incident; null if no report named the MX yet.';
COMMENT ON COLUMN tlsrpt.alert_state.first_day IS 'As in view incident when last told.';
COMMENT ON COLUMN tlsrpt.alert_state.last_day IS 'As in view incident when last looked at.';
COMMENT ON COLUMN tlsrpt.alert_state.state IS 'As told last.';
COMMENT ON COLUMN tlsrpt.alert_state.severity IS 'As told last.';
COMMENT ON COLUMN tlsrpt.alert_state.reporters IS 'Number of senders, as told last.';
COMMENT ON COLUMN tlsrpt.alert_state.failed_share IS 'Share of failed sessions, as told last.';
COMMENT ON COLUMN tlsrpt.alert_state.event IS 'What was told last: opened, worsened, closed.';
COMMENT ON COLUMN tlsrpt.alert_state.event_at IS 'When.';

INSERT INTO tlsrpt.schema_version (version) VALUES (6);

DO $$
DECLARE
  made text;
BEGIN
  SELECT string_agg(format('%s %s', c.relname, (SELECT count(*) FROM pg_catalog.pg_attribute a
                                                WHERE a.attrelid = c.oid AND a.attnum > 0)),
                    ', ' ORDER BY c.relname) INTO made
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r'
      AND c.relname = 'alert_state';
  IF made IS DISTINCT FROM 'alert_state 12' THEN
    RAISE EXCEPTION 'migration 6 made: %', made USING ERRCODE = 'TR004';
  END IF;
END
$$;
