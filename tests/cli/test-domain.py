#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`domain export` and `domain remove`: what is stored of one mail domain comes out whole and goes whole, and nothing of
any other domain changes."""
import functools
import gzip
import json
import re

from harness import Cluster, by_schema, case, contains, equal, mail, main, one, part, report, rows, run, scratch_folder, sql

cluster = functools.cache(Cluster)
GONE = "gone.example"
# The whole name, also of its policy host; sub.gone.example and begone.example are others, and kept.example uses its MX.
NAMES = r"(?<![a-z0-9.-])(mta-sts\.)?gone\.example(?![a-z0-9-])"
# What may name it afterwards: the manual says so.
LEFT = {"accepted_domain", "quarantine"}


def policies(domain, failed, mx=None):
    """Its policy of MTA-STS, and that of its MX host under DANE."""
    mx = mx or f"mx.{domain}"
    sts = report("x", domain, failed)["policies"][0]
    sts["policy"].update({"policy-string": ["version: STSv1", "mode: enforce", f"mx: {mx}", "max_age: 86400"], "mx-host": [mx]})
    tlsa = report("x", mx, failed)["policies"][0]
    tlsa["policy"] = {"policy-type": "tlsa", "policy-string": ["3 1 1 " + "ab" * 32], "policy-domain": mx}
    for policy in (sts, tlsa):
        policy["failure-details"][0].update({"receiving-mx-hostname": mx, "failure-reason-code": f"not for {domain}"})
    return [sts, tlsa]


def store(conninfo, number, *domains, **members):
    document = report(f"{number}_{'+'.join(domains)}", **members, policies=policies(domains[0], 3 + number) + [
        policies(name, 3 + number)[0] for name in domains[1:]])
    message = mail(part(document), header=[f"Message-ID: <{number}.{domains[0]}@sender.example>"])
    done = run("deliver", stdin=message.replace(b"Domain: example.org", b"Domain: " + domains[0].encode()), database=conninfo)
    contains(done.stderr, "stored")


MORE = """
INSERT INTO tlsrpt.domain_access VALUES ('customer', 'gone.example'), ('customer', 'kept.example');
INSERT INTO tlsrpt.domain_contact VALUES ('gone.example', 'a@gone.example'), ('kept.example', 'a@kept.example'),
  ('gone.example', 'a@kept.example');
INSERT INTO tlsrpt.digest_delivery VALUES ('gone.example', 'a@gone.example', '2024-05-01', '2024-05-01'),
  ('kept.example', 'a@kept.example', '2024-05-01', '2024-05-01');
INSERT INTO tlsrpt.delivery SELECT event_no, channel FROM tlsrpt.event,
  unnest(ARRAY['each a@gone.example', 'each a@kept.example']) AS channel;
INSERT INTO tlsrpt.acknowledgement (action, subject_kind, subject, note) VALUES
  ('mute', 'domain', 'gone.example', 'x'), ('mute', 'domain', 'kept.example', 'as GONE.example asked'),
  ('ack', 'incident', '101', 'x');
INSERT INTO tlsrpt.observation (mail_domain, place, kind, is_healthy, detail) VALUES
  ('gone.example', 'mta-sts.gone.example', 'policy-host', false, 'x'), (NULL, 'mx.gone.example', 'mx', true, 'x'),
  (NULL, 'mx.sub.gone.example', 'mx', true, 'x'), ('kept.example', 'mx.kept.example', 'mx', false, 'not gone.example'),
  (NULL, 'begone.example', 'zone', true, 'x');
INSERT INTO tlsrpt.incident (incident_no, place_kind, place, cause, effect, severity, fault, state, is_security, first_day,
    last_day, last_word_day, failed_days, failed_sessions, refused_sessions, sessions, unplaced_sessions, judged_on)
  SELECT 100 + n, kind, place, 'found-wrong', 'unknown', 'warning', 'ours', 'open', false, '2024-05-02', '2024-05-02',
         '2024-05-02', 0, 0, 0, 0, 0, '2024-05-03'
    FROM unnest(ARRAY['domain', 'mx', 'policy-host', 'domain'],
                ARRAY['gone.example', 'mx.gone.example', 'mta-sts.gone.example', 'kept.example'])
      WITH ORDINALITY AS seen(kind, place, n);
INSERT INTO tlsrpt.incident_member SELECT incident_no, '2024-05-01', 'sender.example', 'kept.example', 'kept.example', 'sts',
  'certificate-expired', 'mx.gone.example', 1 FROM tlsrpt.incident_member WHERE mail_domain = 'gone.example' LIMIT 1;
INSERT INTO tlsrpt.accepted_domain VALUES ('gone.example'), ('kept.example');
"""


@functools.cache
def stored():
    """The name of a database with reports of it alone, of it with others, of others; copied by each case."""
    conninfo = cluster().database()
    for number, domains in enumerate(((GONE,), (GONE, "kept.example"), ("kept.example",), ("kept.example", GONE),
                                      ("sub.gone.example", "begone.example"), (GONE, "sub.gone.example"))):
        store(conninfo, number, *domains, **{"x-about": list(domains)} if number % 2 else {})
    equal(run("deliver", stdin=mail(part(report("9", GONE, **{"date-range": 5}))), database=conninfo).returncode, 0)
    equal(run("incident", "update", "--day=2024-05-03", database=conninfo).returncode, 0)
    sql(conninfo, MORE)
    return re.search("dbname=([^ ]+)", conninfo)[1]


def database():
    return cluster().empty_database(stored())


def names(conninfo):
    """The tables in which any text, or any document, names the domain."""
    tables = sql(conninfo, "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'r'")
    found = {table for (table,) in tables
             if one(conninfo, f"SELECT count(*) FROM tlsrpt.{table} t WHERE t::text ~* $${NAMES}$$") != "0"}
    kept = sql(conninfo, "SELECT encode(evidence, 'hex') FROM tlsrpt.report WHERE evidence IS NOT NULL")
    assert kept
    if any(re.search(NAMES, gzip.decompress(bytes.fromhex(row[0])).decode()) for row in kept):
        found.add("evidence")
    return found | ({"quarantine"} if GONE in one(conninfo, "SELECT string_agg(encode(raw, 'escape'), '') FROM tlsrpt.quarantine")
                    or one(conninfo, "SELECT count(*) FROM tlsrpt.quarantine") != "0" else set())


def views(conninfo):
    """What every view with a mail domain says of the other ones."""
    known = sql(conninfo, "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                          " WHERE c.relnamespace = 'tlsrpt'::regnamespace AND c.relkind = 'v'"
                          " AND a.attname IN ('mail_domain', 'policy_domain') ORDER BY 1, 2 DESC")
    assert len({name for name, _ in known}) > 10, known
    # Its report-id and document may name the domain.
    return {name: sql(conninfo, "SET tlsrpt.today = '2024-05-03'; SELECT to_jsonb(t) - '{report_id, has_document}'::text[]"
                                f" FROM tlsrpt.{name} t"
                                f" WHERE {column} !~ '^(mx[.])?{GONE}$' ORDER BY 1")
            for name, column in known}


COUNTERS = """
SELECT (SELECT count(*) FROM (
    (SELECT sender_domain, day, kept_reports, kept_rows, kept_bytes FROM tlsrpt.store_day
     EXCEPT SELECT sender_domain, day, count(*), sum(charged_rows), sum(charged_bytes) FROM tlsrpt.report GROUP BY 1, 2)
    UNION ALL
    (SELECT sender_domain, day, count(*), sum(charged_rows), sum(charged_bytes) FROM tlsrpt.report GROUP BY 1, 2
     EXCEPT SELECT sender_domain, day, kept_reports, kept_rows, kept_bytes FROM tlsrpt.store_day)) AS wrong),
  (SELECT sum(kept_rows) FROM tlsrpt.store_total) - (SELECT sum(charged_rows) FROM tlsrpt.report),
  (SELECT sum(kept_bytes) FROM tlsrpt.store_total) - (SELECT sum(charged_bytes) FROM tlsrpt.report),
  (SELECT sum(charged_rows) FROM tlsrpt.report) - (SELECT count(*) FROM tlsrpt.report) - (SELECT count(*) FROM tlsrpt.policy)
    - (SELECT count(*) FROM tlsrpt.failure)
"""


def domain(conninfo, *words):
    done = run("domain", *words, database=conninfo)
    equal((done.returncode, done.stderr), (0, ""))
    return done.stdout


def counts(conninfo, name):
    return sql(conninfo, "SELECT p.policy_domain, p.policy_type, p.policy_mode, p.total_successful_session_count,"
                         " p.successful_sessions, p.validated_sessions, p.failed_sessions, f.result_type, f.receiving_mx,"
                         " f.failed_session_count, f.failed_sessions, f.failure_reason_code, p.reporter_domain IS NOT NULL"
                         " FROM tlsrpt.policy p JOIN tlsrpt.report r USING (report_uid)"
                         " LEFT JOIN tlsrpt.failure f USING (report_uid, policy_no)"
                         f" WHERE p.mail_domain = '{name}' ORDER BY r.report_id, p.policy_no, f.failure_no")


def exported(conninfo, name):
    lines = [json.loads(line) for line in domain(conninfo, "export", name).splitlines()]
    incidents = [line for line in lines if "kind" in line]
    equal(lines[len(lines) - len(incidents):], incidents, "they come last")
    return lines[:len(lines) - len(incidents)], incidents


@case("/domain/an-export-can-be-replayed-and-gives-the-same-counts")
def export():
    conninfo, folder = database(), scratch_folder()
    reports, incidents = exported(conninfo, GONE)
    equal(len(reports), 4)
    for number, document in enumerate(reports):
        assert {policy["policy"]["policy-domain"] for policy in document["policies"]} <= {GONE, f"mx.{GONE}"}
        (folder / f"{number}!{GONE}!0!0.json").write_text(json.dumps(document))
    empty = cluster().database()
    done = run("replay", folder, database=empty)
    equal(done.returncode, 0, done.stderr)
    equal(counts(empty, GONE), counts(conninfo, GONE))
    equal(len(counts(empty, GONE)), 7)
    for line in incidents:
        by_schema("domain", json.dumps(line))
    equal([line["place"] for line in incidents if line["failed_sessions"] == 0], [GONE], "only doctor saw it")
    equal(sum(line["failed_sessions"] for line in incidents),
          int(one(conninfo, f"SELECT sum(failed_sessions) FROM tlsrpt.incident_member WHERE mail_domain = '{GONE}'")))


@case("/domain/a-document-that-is-not-kept-is-made-from-its-rows")
def no_evidence():
    conninfo = database()
    kept = exported(conninfo, GONE)[0]
    sql(conninfo, "UPDATE tlsrpt.report SET evidence = CASE WHEN report_id LIKE '0%' THEN '\\x00'::bytea END")
    made = exported(conninfo, GONE)[0]
    equal([[policy["summary"] for policy in document["policies"]] for document in made],
          [[policy["summary"] for policy in document["policies"]] for document in kept])


@case("/domain/an-original-of-several-lines-is-one-line")
def several_lines():
    conninfo = cluster().database()
    text = json.dumps(report("1", GONE), indent=2).replace("\n", "\r\n")
    for document in (text, "\ufeff" + text.replace('"1"', '"2"')):
        contains(run("deliver", stdin=mail(part(document)), database=conninfo).stderr, "stored")
    equal(sorted(document["report-id"] for document in exported(conninfo, GONE)[0]), ["1", "2"])
    equal(sorted(exported(conninfo, GONE)[0], key=lambda document: document["report-id"])[0], report("1", GONE))


@case("/domain/remove-leaves-nothing-that-names-the-domain-and-changes-nothing-of-others")
def remove():
    conninfo = database()
    before = views(conninfo)
    assert len(names(conninfo)) > 10, names(conninfo)
    expected = domain(conninfo, "remove", GONE).splitlines()[1:]
    said = domain(conninfo, "remove", "--yes", "GONE.example.").splitlines()
    equal(said[0], f"{GONE}: removed")
    equal(said[1:], expected, "as it was announced")
    equal([int(line.split()[0]) for line in said[1:-1]][:2], [1, 3])
    equal(names(conninfo) - LEFT, set())
    after = views(conninfo)
    for name, found in before.items():
        equal(after[name], found, name)
    equal(sql(conninfo, COUNTERS), [["0", "0", "0", "0"]])
    equal(sql(conninfo, "SELECT channel, count(*) > 0 FROM tlsrpt.delivery GROUP BY 1"), [["each a@kept.example", "t"]])
    equal(sql(conninfo, "SELECT place, detail FROM tlsrpt.observation ORDER BY 1"),
          [["begone.example", "x"], ["mx.kept.example", "not removed"], ["mx.sub.gone.example", "x"]])
    equal(one(conninfo, "SELECT string_agg(incident_no::text, ' ') FROM tlsrpt.incident WHERE incident_no > 100"), "104")
    equal(sql(conninfo, "SELECT note FROM tlsrpt.acknowledgement"), [["as removed asked"]])
    equal(one(conninfo, "SELECT count(*) FROM tlsrpt.accepted_domain"), "2")
    again = domain(conninfo, "remove", "--yes", GONE).splitlines()
    equal(len(again), 2, "nothing is left to remove")


@case("/domain/what-was-removed-is-stored-again-and-what-was-shared-is-not")
def again():
    conninfo = database()
    domain(conninfo, "remove", "--yes", GONE)
    store(conninfo, 0, GONE)
    document = report(f"1_{GONE}+kept.example", **{"x-about": [GONE, "kept.example"]},
                      policies=policies(GONE, 4) + policies("kept.example", 4)[:1])
    message = mail(part(document)).replace(b"Domain: example.org", b"Domain: " + GONE.encode())
    contains(run("deliver", stdin=message, database=conninfo).stderr, "duplicate")
    equal(len(counts(conninfo, GONE)), 2)


@case("/domain/a-report-without-policies-of-it-loses-the-name")
def header_alone():
    conninfo = database()
    sql(conninfo, f"UPDATE tlsrpt.report SET report_domain = '{GONE}', mail_domain = '{GONE}' WHERE report_id LIKE '4%'")
    sql(conninfo, "DELETE FROM tlsrpt.policy WHERE report_uid = (SELECT report_uid FROM tlsrpt.report WHERE report_id LIKE '0%')")
    sql(conninfo, "UPDATE tlsrpt.report SET charged_rows = 1 WHERE report_id LIKE '0%'")
    contains(domain(conninfo, "remove", "--yes", GONE), "2 reports that name it only as what they are about")
    equal(names(conninfo) - LEFT, set())
    equal(sql(conninfo, "SELECT report_id FROM tlsrpt.report ORDER BY 1")[-2:],
          [["4_sub.gone.example+begone.example"], ["5_removed+sub.gone.example"]])
    equal(sql(conninfo, COUNTERS), [["0", "0", "0", "0"]])


@case("/domain/a-dry-run-changes-nothing")
def dry():
    conninfo = database()
    found = rows(conninfo), views(conninfo), names(conninfo)
    text = domain(conninfo, "remove", GONE)
    contains(text, "would be removed, with --yes")
    contains(text, "Not searched: quarantine.")
    equal((rows(conninfo), views(conninfo), names(conninfo)), found)


@case("/domain/more-than-one-batch", 1001)
def batches(n):
    conninfo = cluster().database()
    store(conninfo, 1, GONE)
    store(conninfo, 2, "kept.example")
    sql(conninfo, "CREATE TEMP TABLE like_it AS SELECT * FROM tlsrpt.policy WHERE mail_domain = 'gone.example' LIMIT 1;"
                  f"INSERT INTO tlsrpt.policy SELECT p.* FROM generate_series(100, {99 + n}) AS n, like_it, LATERAL"
                  " jsonb_populate_record(like_it, jsonb_build_object('policy_no', n, 'report_uid',"
                  " (SELECT report_uid FROM tlsrpt.report WHERE report_id LIKE '2%'))) AS p;"
                  f"UPDATE tlsrpt.report SET charged_rows = charged_rows + {n} WHERE report_id LIKE '2%';")
    domain(conninfo, "remove", "--yes", GONE)
    equal(sql(conninfo, "SELECT mail_domain, count(*) FROM tlsrpt.policy GROUP BY 1"), [["kept.example", "2"]])
    equal(sql(conninfo, COUNTERS), [["0", "0", "0", "0"]])


@case("/domain/name-with-a-quote", "o'gone.example\"; drop schema tlsrpt cascade; --")
@case("/domain/name-of-a-pattern", ".*")
@case("/domain/name-of-like", "%")
@case("/domain/name-with-blanks-and-backslashes", "a b\\s\\nc\n\\")
@case("/domain/name-with-brackets", "([{?+*^$|.example")
@case("/domain/name-like-an-option", "--yes")
@case("/domain/name-of-a-dot", ".")
@case("/domain/name-like-the-word-in-its-place", "removed")
def hostile(name):
    conninfo = database()
    quoted = "E'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
    sql(conninfo, f"UPDATE tlsrpt.policy SET mail_domain = {quoted} WHERE mail_domain = '{GONE}'")
    sql(conninfo, f"UPDATE tlsrpt.incident_member SET mail_domain = {quoted} WHERE mail_domain = '{GONE}'")
    sql(conninfo, "UPDATE tlsrpt.acknowledgement SET note = 'REMOVED, and ' || note")
    before = views(conninfo)["daily"]
    others = [row for row in before if json.loads(row[0]).get("mail_domain") != name]
    equal(len(domain(conninfo, "export", "--", name).splitlines()) > 4, True)
    domain(conninfo, "remove", "--yes", "--", name)
    equal(one(conninfo, f"SELECT count(*) FROM tlsrpt.policy WHERE mail_domain = {quoted}"), "0")
    equal(views(conninfo)["daily"], others)


@case("/domain/an-unknown-domain-has-nothing")
def unknown():
    conninfo = database()
    found = rows(conninfo)
    equal(domain(conninfo, "export", "nobody.example"), "")
    equal(len(domain(conninfo, "remove", "--yes", "example").splitlines()), 2, "a parent domain is another domain")
    equal(rows(conninfo), found)


@case("/domain/a-wrong-role-is-told-which-it-needs", ("export", GONE), "reader")
@case("/domain/a-writer-may-not-remove", ("remove", "--yes", GONE), "writer")
@case("/domain/a-reader-may-not-count", ("remove", GONE), "reader")
def wrong_role(words, role):
    conninfo = database()
    done = run("domain", *words, database=cluster().login(conninfo, f"case_{role}", f"tlsrpt_{role}"))
    equal((done.returncode, done.stdout), (69, ""), done.stderr)
    contains(done.stderr, f'GRANT tlsrpt_owner TO "case_{role}"')


@case("/domain/a-member-of-the-owner-may")
def owner():
    conninfo = database()
    member = cluster().login(conninfo, "case_owner", "tlsrpt_owner")
    equal(len(exported(member, GONE)[0]), 4)
    domain(member, "remove", "--yes", GONE)
    equal(names(conninfo) - LEFT, set())


@case("/domain/without-words", ())
@case("/domain/without-a-name", ("remove",))
@case("/domain/with-an-empty-name", ("remove", ""))
@case("/domain/with-two-names", ("export", "a.example", "b.example"))
@case("/domain/with-another-word", ("list", "a.example"))
@case("/domain/export-with-yes", ("export", "--yes", "a.example"))
def usage(words):
    equal(run("domain", *words, database=database()).returncode, 64)


if __name__ == "__main__":
    main()
