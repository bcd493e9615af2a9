#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login that may see one domain tries every view, table and function of the schema, as the catalog lists them,
in every way that shows a row to whoever may not read it: in results, in numbers, in errors, through functions
and operators of its own, in plans and in statistics.

What belongs to others has `secret` in its name and more than a million sessions."""
import functools
import gzip
import re
import subprocess

from harness import (PATIENCE, PSQL, Cluster, case, clean_environment, contains, equal, mail, main, one, part, report, run,
                     sql)

cluster = functools.cache(Cluster)
TODAY = "SET tlsrpt.today = '2024-05-03'; "
OWN = "own.example"
# Views that are not for such a login: sizes of tables, and what the schema consists of.
# A document, and what names a report, may name other domains of the same report.
NOT_READ = {"storage", "partition", "partition_fault", "schema_object_now", "schema_fault", "report_list", "report_evidence",
            "document_chain", "document_fault", "document_unlinked"}
# Own rows are there, or the test would pass on an empty view. These are about the installation, not a domain.
EMPTY = {"quarantine_count", "quarantine_usage", "refusal_count", "store_usage"}


def policy(domain, successful, failed, reason):
    own = report("x", domain)["policies"][0]
    own["policy"]["policy-string"][2] = f"mx: mx.{domain}"
    own["policy"]["mx-host"] = [f"mx.{domain}"]
    own["summary"] = {"total-successful-session-count": successful, "total-failure-session-count": failed}
    own["failure-details"][0].update({"failed-session-count": failed, "failure-reason-code": reason,
                                      "receiving-mx-hostname": "mx.shared.example"})
    return own


def store(database, sender, *documents):
    for number, policies in enumerate(documents):
        names = "_".join(one_policy["policy"]["policy-domain"] for one_policy in policies)
        document = report(f"{sender}-{number}-{names}", policies=policies)
        document.update({"organization-name": sender.title(), "contact-info": f"tls@{sender}"})
        done = run("deliver", stdin=mail(part(document), sender=f"tls@{sender}"), database=database)
        equal((done.returncode, done.stderr.split(":")[1].strip()), (0, "stored"), done.stderr)


SEEN = """
INSERT INTO tlsrpt.domain_access VALUES ('visitor', 'own.example'), ('other_visitor', 'secret.example');
INSERT INTO tlsrpt.domain_contact VALUES ('own.example', 'a@own.example'), ('secret.example', 'a@secret.example');
INSERT INTO tlsrpt.delivery SELECT event_no, 'mail a@secret.example' FROM tlsrpt.event;
INSERT INTO tlsrpt.acknowledgement (action, subject_kind, subject, note, made_by) VALUES
  ('ack', 'mx', 'mx.shared.example', 'as secret.example asked', 'secret_operator'),
  ('mute', 'domain', 'secret.example', 'secret', 'secret_operator');
INSERT INTO tlsrpt.observation (at, mail_domain, place, kind, is_healthy, detail) VALUES
  ('2024-05-02', 'secret.example', 'mx.shared.example', 'mx', false, 'seen for secret.example'),
  ('2024-05-02', NULL, 'mx.shared.example', 'mx', true, 'in order'),
  ('2024-05-02', NULL, 'mx.found.example', 'mx', false, 'no answer'),
  ('2024-05-02', 'own.example', 'mx.found.example', 'domain-mx', true, 'an MX host of own.example'),
  ('2024-05-02', 'secret.example', 'mx.found.example', 'domain-mx', true, 'an MX host of secret.example'),
  ('2024-05-02', 'own.example', 'mx.found.example', 'policy-mx', true, 'named'),
  ('2024-05-02', 'secret.example', 'mx.found.example', 'policy-mx', false, 'not named by the policy of secret.example'),
  ('2024-05-02', 'own.example', 'mta-sts.own.example', 'policy-host', false, 'no answer'),
  ('2024-05-02', 'secret.example', 'mta-sts.secret.example', 'policy-host', false, 'no answer from secret');
INSERT INTO tlsrpt.incident (incident_no, place_kind, place, cause, effect, severity, fault, state, is_security, first_day,
    last_day, last_word_day, failed_days, failed_sessions, refused_sessions, sessions, unplaced_sessions, judged_on)
  SELECT 100 + n, kind, place, 'found-wrong', 'unknown', 'warning', 'ours', 'open', false, '2024-05-02', '2024-05-02',
         '2024-05-02', 0, 0, 0, 0, 0, '2024-05-03'
    FROM (VALUES ('policy-host', 'mta-sts.own.example', 1), ('policy-host', 'mta-sts.secret.example', 2),
                 ('mx', 'mx.found.example', 3), ('policy-mx', 'mx.found.example', 4)) AS seen(kind, place, n);
INSERT INTO tlsrpt.incident (incident_no, place_kind, place, cause, effect, severity, fault, state, is_security, first_day,
    last_day, last_word_day, failed_days, failed_sessions, refused_sessions, sessions, unplaced_sessions, judged_on)
  VALUES (200, 'reporter', 'secret-reporter.example', 'reporter-silent', 'unknown', 'warning', 'unclear', 'open', false,
    '2024-05-02', '2024-05-02', '2024-05-02', 0, 0, 0, 0, 0, '2024-05-03');
ANALYZE
"""


@functools.cache
def database():
    conninfo = cluster().database()
    mine = policy(OWN, 90, 10, "expired")
    theirs = policy("secret.example", 7000000, 3000000, "certificate of secret.example")
    store(conninfo, "sender.example", [mine], [theirs], [policy(OWN, 4, 6, "expired"), policy("b.secret.example", 5000000, 2000000, "secret")])
    store(conninfo, "secret-reporter.example", [theirs], [policy("www.own.example.secret.example", 8000000, 1500000, "x")])
    equal(run("deliver", stdin=mail(part(report("9", "secret.example", **{"date-range": 5}))), database=conninfo).returncode, 0)
    equal(run("incident", "update", "--day=2024-05-03", database=conninfo).returncode, 0)
    sql(conninfo, SEEN)
    return conninfo


@functools.cache
def visitor():
    return cluster().login(database(), "visitor", "tlsrpt_domain_reader")


@functools.cache
def reader():
    return cluster().login(database(), "all_reader", "tlsrpt_reader")


def names(kinds):
    return [name for name, in sql(database(), "SELECT relname FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace"
                                  f" AND relkind IN ({kinds}) ORDER BY 1")]


def columns(relation):
    return [name for name, in sql(database(), "SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped"
                                  f" AND attrelid = 'tlsrpt.{relation}'::regclass ORDER BY attnum")]


def attempt(script):
    """What comes back as rows, notices and errors; a statement that fails does not end the script."""
    done = subprocess.run([PSQL, "-XAtq", "-v", "VERBOSITY=verbose", "-d", visitor()], input=TODAY + script, text=True,
                          capture_output=True, env=clean_environment(), timeout=10 * PATIENCE, check=False)
    return done.stdout + done.stderr


def opened(text):
    """@text with each bytea in it as what it holds, and unpacked where that is gzip."""
    def plain(found):
        held = bytes.fromhex(found[1])
        return (gzip.decompress(held) if held[:2] == b"\x1f\x8b" else held).decode(errors="replace")
    return re.sub(r"\\x([0-9a-f]+)", plain, text)


def assert_nothing(text, what):
    """Nothing of others; the statements that psql repeats in an error are the visitor's own words."""
    text = "\n".join(line for line in opened(text).splitlines() if not line.startswith(("LINE ", "LOCATION:", "CONTEXT:")))
    found = [line for line in text.splitlines() if "secret" in line.lower()]
    equal(found, [], what)
    text = re.sub(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "", text)
    equal(re.findall(r"(?<![\d.])\d{7,}", text), [], what)


@case("/domain-access/own-rows-of-every-view-and-no-others")
def views():
    for name in names("'v', 'm'"):
        said = attempt(f"SELECT * FROM tlsrpt.{name};")
        if name in NOT_READ:
            contains(said, f"permission denied for view {name}")
            continue
        assert_nothing(said, name)
        equal(said == "", name in EMPTY, f"{name}: {said}")


# The same rows that a login without limits gets by asking for the domain.
@case("/domain-access/a-view-by-domain-is-that-of-the-domain")
def by_domain():
    tried = set()
    for name in names("'v'"):
        if "mail_domain" in columns(name) and name not in NOT_READ:
            tried.add(name)
            equal(sorted(attempt(f"SELECT * FROM tlsrpt.{name};").splitlines()),
                  sorted("|".join("" if cell == "\\N" else cell for cell in row) for row in
                         sql(reader(), f"{TODAY} SELECT * FROM tlsrpt.{name} WHERE mail_domain = '{OWN}'")), name)
    assert tried >= {"daily", "daily_failure", "coverage", "trust", "mx_health", "domain_health"}, tried


@case("/domain-access/an-incident-of-several-customers-shows-ones-own-part")
def part_of_incident():
    text = ("SELECT place, failed_sessions, sessions, mail_domains, reporters, failed_days, failure_reason_code, held, held_note,"
            " held_by, is_whole FROM tlsrpt.incident_list WHERE place = 'mx.shared.example'")
    equal(attempt(text + ";"), "mx.shared.example|16|110|1|1|1|{}|ack|not shown|the operator|f\n")
    equal(sql(reader(), TODAY + text)[0][1:5], ["9500016", "36500110", "4", "2"])
    # Of two that doctor found at one host, that of the policy is another customer's.
    equal(attempt("SELECT place_kind, place, mail_domains FROM tlsrpt.incident_list ORDER BY 2, 1;"),
          "policy-host|mta-sts.own.example|1\nmx|mx.found.example|1\npolicy-mx|mx.shared.example|1\n")
    equal([row[1:] for row in sql(reader(), "SELECT place_kind, place, mail_domains FROM tlsrpt.incident_list ORDER BY 2, 1")
           if row[1] == "mx.found.example"], [["mx.found.example", "2"], ["mx.found.example", "1"]])
    equal(attempt("SELECT DISTINCT event, channel FROM tlsrpt.incident_event;"), "opened|\n")


# Where all domains of an incident are the login's, it sees the row that everybody sees.
@case("/domain-access/an-incident-of-ones-own-domains-is-whole")
def whole():
    sql(database(), "INSERT INTO tlsrpt.domain_access VALUES ('owner_of_all', 'own.example'), ('owner_of_all', 'secret.example'),"
                    "('owner_of_all', '*.secret.example')")
    everything = cluster().login(database(), "owner_of_all", "tlsrpt_domain_reader")
    text = (TODAY + "SELECT to_jsonb(i) - '{held_note,held_by}'::text[] FROM tlsrpt.incident_list i"
            " WHERE cause <> 'reporter-silent' ORDER BY incident_no")
    equal(sql(everything, text), sql(reader(), text))
    text = (TODAY + "SELECT sessions FROM tlsrpt.incident_list WHERE place = 'mx.shared.example'")
    sql(database(), "DELETE FROM tlsrpt.domain_access WHERE domain = '*.secret.example'")
    # 100 and 10 of the own domain, and 10 million from each of two reporters of secret.example.
    equal(one(everything, text), "20000110")


@case("/domain-access/every-table-refuses-or-shows-own-rows")
def tables():
    for name in names("'r', 'p'"):
        said = attempt(f"SELECT * FROM tlsrpt.{name};" + "".join(
            f"SELECT {column} FROM tlsrpt.{name};" for column in columns(name)))
        assert_nothing(said, name)
        assert_nothing(attempt(f"INSERT INTO tlsrpt.{name} DEFAULT VALUES; DELETE FROM tlsrpt.{name};"
                               f"TRUNCATE tlsrpt.{name};"), name)


@case("/domain-access/every-function-shows-nothing-of-others")
def functions():
    found = sql(database(), "SELECT p.oid::regproc, pg_get_function_identity_arguments(p.oid) FROM pg_proc p"
                            " WHERE pronamespace = 'tlsrpt'::regnamespace AND prorettype <> 'trigger'::regtype")
    values = {"uuid": [f"'{uid}'" for uid, in sql(database(), "SELECT report_uid FROM tlsrpt.report")],
              "text": ["'secret.example'"], "text[]": ["ARRAY['mx: mx']"], "date": ["'2024-05-01'"], "date[]": ["ARRAY[date '2024-01-01']"],
              "bigint": ["1"], "bigint[]": ["ARRAY(SELECT generate_series(1, 50))"], "integer": ["365"],
              "tlsrpt.document_link": ["ROW(1, 'prune', NULL, '2024-05-01', NULL, NULL, NULL, NULL, NULL, NULL, now(), 'x')::tlsrpt.document_link"]}
    values["uuid[]"] = [f"ARRAY[{', '.join(values['uuid'])}]::uuid[]"]
    for name, arguments in found:
        types = [argument.split()[-1] for argument in filter(None, arguments.split(", "))]
        for n in range(max([len(values[kind]) for kind in types], default=1)):
            assert_nothing(attempt(f"SELECT {name}({', '.join(values[kind][n % len(values[kind])] for kind in types)});")
                           .replace("secret.example is", ""), name)
    # With arguments that fit, an owner gets what the login does not.
    digests = sql(database(), "SELECT DISTINCT policy_domain, policy_mx_digest FROM tlsrpt.policy WHERE policy_domain LIKE '%secret%'"
                              " AND policy_mx_digest IS NOT NULL")
    assert digests
    for domain, digest in digests:
        text = (f"SELECT policy_mx FROM tlsrpt.policy_patterns(ARRAY['{domain}'], ARRAY['{digest}'], ARRAY[date '2024-01-01'],"
                " '2024-12-31');")
        assert sql(database(), text), text
        equal(attempt(text), "")


LEAK = """
CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
  $$ BEGIN RAISE NOTICE 'saw %', $1; RETURN true; END $$;
CREATE FUNCTION pg_temp.less(text, text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
  $$ BEGIN RAISE NOTICE 'saw % %', $1, $2; RETURN true; END $$;
CREATE OPERATOR pg_temp.<<< (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.less, RESTRICT = eqsel);
"""


def ways(relation, names_of_columns):
    yield f"SELECT count(*) FROM tlsrpt.{relation} t WHERE pg_temp.leak(t::text);"
    yield f"SELECT 1 FROM tlsrpt.{relation} t ORDER BY pg_temp.leak(t::text) LIMIT 1;"
    for column in names_of_columns:
        value = f"t.{column}::text"
        yield f"SELECT count(*) FROM tlsrpt.{relation} t WHERE pg_temp.leak({value});"
        yield f"SELECT count(*) FROM tlsrpt.{relation} t WHERE {value} OPERATOR(pg_temp.<<<) 'x';"
        yield f"SELECT count(*) FROM tlsrpt.{relation} t WHERE {value}::point IS NOT NULL;"
    yield f"EXPLAIN (VERBOSE) SELECT * FROM tlsrpt.{relation} t WHERE t::text > 'n';"


@case("/domain-access/functions-operators-errors-and-plans-show-nothing-of-others")
def leaks():
    for name in [*names("'v'"), *names("'r', 'p'")]:
        if name not in NOT_READ:
            assert_nothing(attempt(LEAK + "".join(ways(name, columns(name)))), name)
    # The traps work: a login without limits falls into them.
    contains(subprocess.run([PSQL, "-Xq", "-d", reader()], input=LEAK + "".join(ways("daily", ["mail_domain"])), text=True,
                            capture_output=True, env=clean_environment(), timeout=PATIENCE, check=False).stderr, "saw secret")


@case("/domain-access/statistics-and-settings-show-nothing-of-others")
def around():
    assert_nothing(attempt("SELECT * FROM pg_stats WHERE schemaname = 'tlsrpt';"), "pg_stats")
    for script in ("SET tlsrpt.domains = 'secret.example';", "SET tlsrpt.domains = 'secret.example'; SET ROLE tlsrpt_domain_reader;",
                   "SET row_security = off;", "SET ROLE tlsrpt_reader;", "SET ROLE other_visitor;"):
        assert_nothing(attempt("\\set QUIET 1\n" + script + "SELECT * FROM tlsrpt.daily; SELECT * FROM tlsrpt.own_domain;"
                               "SELECT * FROM tlsrpt.incident_list;").replace("other_visitor", ""), script)


@case("/domain-access/an-entry-covers-its-domain-and-a-star-the-subdomains", "own.example", ["own.example"])
@case("/domain-access/a-star-covers-subdomains-without-the-domain", "*.secret.example",
      ["b.secret.example", "www.own.example.secret.example"])
@case("/domain-access/a-star-at-a-label-is-not-a-suffix-of-letters", "*.cret.example", [])
@case("/domain-access/a-login-without-entries-sees-nothing", None, [])
def rule(entry, expected):
    name = re.sub(r"\W", "_", f"rule_{entry}").lower()
    login = cluster().login(database(), name, "tlsrpt_domain_reader")
    if entry:
        sql(database(), f"INSERT INTO tlsrpt.domain_access VALUES ('{name}', '{entry}')")
    equal([domain for domain, in sql(login, "SELECT DISTINCT mail_domain FROM tlsrpt.daily ORDER BY 1")], expected)


@case("/domain-access/a-role-gives-its-entries-to-its-members")
def by_role():
    sql(database(), "CREATE ROLE customer NOLOGIN IN ROLE tlsrpt_domain_reader;"
                    "INSERT INTO tlsrpt.domain_access VALUES ('customer', 'secret.example')")
    member = cluster().login(database(), "member", "customer")
    equal(sql(member, "SELECT DISTINCT mail_domain FROM tlsrpt.daily"), [["secret.example"]])


@case("/domain-access/a-role-without-its-privileges-gives-no-entries")
def role_without_privileges():
    sql(database(), "CREATE ROLE stranger NOLOGIN; CREATE ROLE warden NOLOGIN NOINHERIT IN ROLE stranger;"
                    "INSERT INTO tlsrpt.domain_access VALUES ('stranger', 'secret.example')")
    login = cluster().login(database(), "keeper", "tlsrpt_domain_reader, warden")
    equal(sql(login, "SELECT DISTINCT mail_domain FROM tlsrpt.daily"), [])


@case("/domain-access/whoever-is-a-reader-too-sees-all")
def both():
    sql(database(), "INSERT INTO tlsrpt.domain_access VALUES ('in_both', 'own.example')")
    login = cluster().login(database(), "in_both", "tlsrpt_reader, tlsrpt_domain_reader")
    for name in sorted(set(names("'v'")) - {"own_domain", "incident_event"}):
        text = f"{TODAY} SELECT count(*) FROM tlsrpt.{name}"
        equal(sql(login, text), sql(reader(), text), name)


@case("/domain-access/digest-and-openmetrics-are-of-ones-own-domains")
def digests():
    for form in ("text", "html", "json", "csv", "openmetrics"):
        done = run("digest", "--since=2024-05-01", "--until=2024-05-02", f"--format={form}",
                   environment={"TLSRPT_DATABASE": visitor()})
        equal((done.returncode, done.stderr), (0, ""), form)
        assert_nothing(done.stdout, form)
        contains(done.stdout, OWN)


# Enough rows for an index to pay, and a login with a few of its domains.
MANY = """
CREATE TEMP TABLE made AS SELECT (lpad(to_hex(19000 + n / 100), 8, '0') || left(md5(n::text), 24))::uuid AS uid,
  date '1970-01-01' + 19000 + n / 100 AS day, 'd' || n % 1000 || '.example' AS domain FROM generate_series(1, 30000) AS n;
INSERT INTO tlsrpt.report (report_uid, organization_name, report_id, start_datetime, end_datetime, document_bytes,
    reporter_domain, reporter_basis, is_verified, day, first_day, last_day, reported_sessions, content_digest)
  SELECT uid, 'S', uid, day, day, 1, 'sender.example', 'from', false, day, day, day, 1, sha256(uid::text::bytea) FROM made;
INSERT INTO tlsrpt.policy (report_uid, policy_no, policy_type, policy_domain, total_successful_session_count,
    total_failure_session_count, day, first_day, last_day, mail_domain, reporter_domain, is_verified, is_counted,
    successful_sessions, validated_sessions, failed_sessions)
  SELECT uid, 0, 'sts', domain, 0, 1, day, day, day, domain, 'sender.example', false, true, 0, 0, 1 FROM made;
INSERT INTO tlsrpt.failure (report_uid, policy_no, failure_no, result_type, failed_session_count, failed_sessions, alike_sessions)
  SELECT uid, 0, n, 'certificate-expired', 1, 1, 1 FROM made, generate_series(0, 2) AS n;
INSERT INTO tlsrpt.domain_access VALUES ('planner', 'd7.example'), ('planner', 'd8.example');
ANALYZE tlsrpt.report, tlsrpt.policy, tlsrpt.failure
"""


@functools.cache
def many():
    conninfo = cluster().database()
    equal(run("deliver", stdin=mail(part(report())), database=conninfo).returncode, 0)
    sql(conninfo, MANY)
    return conninfo, cluster().login(conninfo, "planner", "tlsrpt_domain_reader")


@case("/domain-access/plans-use-an-index")
def plans():
    _, login = many()
    for name in ("daily", "daily_failure", "session_count", "failed_session", "sending_mta", "session_fact", "failure_fact",
                 "policy_change", "coverage"):
        plan = "\n".join(line for line, in sql(login, f"{TODAY} EXPLAIN SELECT * FROM tlsrpt.{name}"))
        contains(plan, "Index Cond: (mail_domain = ANY (")
        # All but the look-up of names, which is in memory: reporters are few. Partitions of months are empty here.
        assert not re.search("Seq Scan on (policy|failure)(_default)?( |$)", plan.split("on reporter label")[0], re.M), f"{name}\n{plan}"


@case("/domain-access/row-security-leaves-nothing-in-the-plans-of-a-login-without-limits")
def same_plans():
    conninfo, login = many()
    reads_all = cluster().login(conninfo, "plan_reader", "tlsrpt_reader")
    invoked = [name for name, in sql(conninfo, "SELECT relname FROM pg_class WHERE reloptions @> '{security_invoker=true}'")]
    assert len(invoked) > 15, invoked
    for name in invoked:
        text = f"{TODAY} EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM tlsrpt.{name}"
        plan, restricted = ("\n".join(line for line, in sql(who, text)) for who in (reads_all, login))
        contains(restricted, "own_domains()")
        # incident_scope and incident_use, which some of them read, ask on their own.
        if "incident_member" not in plan or name == "incident_day":
            assert "own_domains()" not in plan, f"{name}\n{plan}"


if __name__ == "__main__":
    main()
