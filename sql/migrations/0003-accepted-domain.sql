-- SPDX-License-Identifier: GPL-3.0-or-later
-- Whose reports are accepted, for those with more domains than a settings file should hold: read by
-- the writer at store time where the setting accept-domains-table says so.

CREATE TABLE tlsrpt.accepted_domain (
  domain text NOT NULL,
  CONSTRAINT accepted_domain_pkey PRIMARY KEY (domain),
  CONSTRAINT accepted_domain_domain_check
    CHECK (domain ~ '^([*][.])?[a-z0-9_-]+([.][a-z0-9_-]+)*$')
);
COMMENT ON TABLE tlsrpt.accepted_domain IS 'Domains and MX hosts whose reports are accepted, with the setting accept-domains-table.';
COMMENT ON COLUMN tlsrpt.accepted_domain.domain IS 'Lower-case A-label, or *. and one for all that is below it.';

INSERT INTO tlsrpt.schema_version (version) VALUES (3);

DO $$
BEGIN
  INSERT INTO tlsrpt.accepted_domain VALUES ('*.xn--bcher-kva.example'), ('localdomain');
  BEGIN
    INSERT INTO tlsrpt.accepted_domain VALUES ('Example.org');
    RAISE EXCEPTION 'migration 3: accepted_domain takes capitals' USING ERRCODE = 'TR004';
  EXCEPTION WHEN check_violation THEN NULL;
  END;
  DELETE FROM tlsrpt.accepted_domain;
END
$$;
