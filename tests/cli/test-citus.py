# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports that Citus distributes over two workers: the rows and the answers of one machine, and each
report once whatever server dies. Tried where the extension is installed; servers die only with --long:

    tests/cli/test-citus.py --long"""
import datetime
import glob
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

from harness import (PROGRAM, PSQL, ROOT, Cluster, case, clean_environment, contains, equal, mail, main, one, part,
                     report, rows, run, scratch_folder, sql)

SETTINGS = ("shared_preload_libraries=citus", "max_prepared_transactions=60", "citus.node_conninfo=sslmode=prefer",
            "citus.enable_statistics_collection=off", "citus.recover_2pc_interval=-1")
N_REPORTS = 24
# Of the catalog; or tables of the coordinator with times.
OTHER_VIEWS = ("storage", "schema_object_now", "report_key", "document_chain", "judgement_version")
VIEW = ("SELECT coalesce(jsonb_agg(j ORDER BY j::text), '[]') FROM (SELECT to_jsonb(t) - '{{stored_at,first_seen,stored_day,"
        "judged_at,made_at,version,oldest_at,newest_at}}'::text[] AS j FROM (SELECT * FROM tlsrpt.{} OFFSET 0) t) AS told")
TODAY = "2024-05-20"


class Node(Cluster):
    """A server whose host is the folder of its socket."""

    def __init__(self):
        super().__init__(*SETTINGS)
        sql(self.server, "CREATE DATABASE shared")
        self.database_there = self.server.replace("dbname=postgres", "dbname=shared")
        sql(self.database_there, "SET client_min_messages = error; CREATE EXTENSION citus")

    @property
    def host(self):
        return str(self.folder / "socket")

    def processes(self):
        """The postmaster and its children."""
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        found = [postmaster]
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                words = pathlib.Path(stat).read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(words[1]) == postmaster:
                found.append(int(stat.split("/")[2]))
        return found

    def signal(self, number):
        processes = self.processes()
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass
        # Before that it still looks started, and would not be started again.
        if number == signal.SIGKILL:
            until(lambda: not any(is_there(process) for process in processes), "the end of a killed server")

    def wait_for_standby(self, name):
        """Commits and prepared transactions wait from now on, after they are on disk, for a standby that never comes."""
        sql(self.server, f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        sql(self.server, "SELECT pg_reload_conf()")


def is_there(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def distribute(conninfo):
    return subprocess.run([PSQL, "-X", "-d", conninfo, "-f", str(ROOT / "contrib" / "replica" / "distribute.sql")],
                          capture_output=True, text=True, env=clean_environment(), check=False)


class Shared:
    """A coordinator and two workers with the schema, and one machine with the same."""

    def __init__(self):
        self.coordinator, self.first, self.second = self.nodes = Node(), Node(), Node()
        self.conninfo = self.coordinator.database_there
        sql(self.conninfo, f"SELECT citus_set_coordinator_host('{self.coordinator.host}', 5432)")
        for worker in (self.first, self.second):
            sql(self.conninfo, f"SELECT citus_add_node('{worker.host}', 5432)")
        # An installation, then workers, then an upgrade; and each may be repeated.
        for step in ("install", None, None, "upgrade", None):
            done = distribute(self.conninfo) if step is None else run("schema", step, database=self.conninfo)
            equal(done.returncode, 0, done.stderr)
        for node in self.nodes:
            sql(node.database_there, "SET client_min_messages = error; SET citus.enable_ddl_propagation = off; " + "".join(
                f"GRANT tlsrpt_{role} TO case_{role};" for role in ("writer", "reader", "alerter")))
        self.plain = self.coordinator.database()
        self.both = (self.conninfo, self.plain)


_shared = []


def shared():
    if not _shared:
        _shared.append(Shared())
    return _shared[0]


def message(number, kind="a"):
    day = datetime.date(2024, 5, 1) + datetime.timedelta(days=number % 18)
    document = report(report_id=f"{kind}{number}", failed=10 + number, domain=f"d{number % 7}.example",
                      **{"organization-name": f"Sender {number % 3}"})
    document["date-range"] = {"start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"}
    if number % 5 == 0:
        document["policies"] += report(domain="d1.example")["policies"]
    return mail(part(document), sender=f"tls@s{number % 3}.example")


def same_rows(lab):
    for found, expected in zip(rows(lab.conninfo), rows(lab.plain)):
        equal([row for row in found if row not in expected], [row for row in expected if row not in found])
        equal(len(found), len(expected))
    for table in ("reporter", "reporter_name"):
        query = f"SELECT to_jsonb(t) - 'first_seen' FROM tlsrpt.{table} t ORDER BY 1"
        equal(sql(lab.conninfo, query), sql(lab.plain, query), table)
    usage = "SELECT to_jsonb(t) FROM tlsrpt.store_usage t ORDER BY 1"
    equal(sql(lab.conninfo, usage), sql(lab.plain, usage), "what the caps count")
    identities = ("SELECT count(*) FROM tlsrpt.report_identity i FULL JOIN (SELECT report_uid FROM tlsrpt.report OFFSET 0) r"
                  " USING (report_uid) WHERE i.report_uid IS NULL OR r.report_uid IS NULL")
    equal(one(lab.conninfo, identities), "0", "reports without identity, or the reverse")


def timeless(text):
    """@text without the times at which something was made or stored."""
    return re.sub(r"20\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", "", text)


def same_answer(lab, *words, status=0):
    """Of both: standard output, without what tells the databases apart and the times."""
    told = [run(*words, database=conninfo) for conninfo in lab.both]
    for done in told:
        equal(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
    equal(timeless(told[0].stdout), timeless(told[1].stdout), f"{words}")
    return told[0].stdout


@case("/citus/holds-the-rows-of-one-machine")
def same():
    lab = shared()
    for number in range(N_REPORTS):
        for conninfo in (lab.conninfo, lab.plain, lab.conninfo):  # the third is a duplicate
            done = run("deliver", stdin=message(number), database=conninfo)
            equal(done.returncode, 0, done.stderr)
    giant = report(report_id="giant", failed=0)
    giant["policies"][0]["failure-details"] = [
        {"result-type": "certificate-expired", "failed-session-count": 1, "receiving-mx-hostname": f"mx{n}.example.org"}
        for n in range(5000)]
    giant["policies"][0]["summary"]["total-failure-session-count"] = 5000
    for conninfo in (lab.conninfo, lab.plain, lab.conninfo):
        equal(run("deliver", stdin=mail(part(giant, "application/tlsrpt+json")), database=conninfo).returncode, 0)
    for conninfo in lab.both:
        equal(run("deliver", stdin=b"no report", database=conninfo).returncode, 0)
    same_rows(lab)
    placed = sql(lab.conninfo, "SELECT nodename, count(*) FROM citus_shards WHERE table_name = 'tlsrpt.report'::regclass"
                               " GROUP BY nodename ORDER BY count(*)")
    equal([host for host, _ in placed if host == lab.coordinator.host], [], "no shard is on the coordinator")
    equal(len(placed), 2)


@case("/citus/stores-a-batch-over-many-shards")
def batch():
    lab = shared()
    archive = scratch_folder() / "mbox"
    archive.write_bytes(b"".join(b"From x Thu May  2 03:04:05 2024\n" + message(number, "b") + b"\n" for number in range(150)))
    for _ in range(2):
        same_answer(lab, "replay", "--quiet", archive)
    same_rows(lab)


@case("/citus/answers-every-view-as-one-machine-does")
def views():
    lab = shared()
    for (view,) in sql(lab.plain, "SELECT relname FROM pg_class WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'v'"
                                  " ORDER BY 1"):
        if view in OTHER_VIEWS:
            sql(lab.conninfo, f"SELECT * FROM tlsrpt.{view}")
            continue
        told = [one(conninfo, f"SET tlsrpt.today = '{TODAY}'; " + VIEW.format(view)) for conninfo in lab.both]
        equal(told[0], told[1], view)


@case("/citus/judges-and-tells-as-one-machine-does")
def tells():
    lab = shared()
    same_answer(lab, "incident", "update", "--day=2024-05-10")
    contains(same_answer(lab, "incident", "list", "--all"), "#1")
    same_answer(lab, "incident", "show", "1")
    same_answer(lab, "alert", f"--until={TODAY}", "--format=json", status=2)
    same_answer(lab, "incident", "list", "--all", "--domain=d1.example")
    for form in ("text", "json", "csv", "html"):
        contains(same_answer(lab, "digest", "--since=2024-05-01", "--until=2024-05-15", f"--format={form}"), "example")
    same_answer(lab, "digest", "--since=2024-05-01", "--until=2024-05-15", "--domain=d1.example")
    contains(same_answer(lab, "domain", "export", "d1.example"), '"report-id"')
    pages = []
    for conninfo in lab.both:
        folder = scratch_folder()
        done = run("site", f"--until={TODAY}", folder, database=conninfo)
        equal(done.returncode, 0, done.stderr)
        pages.append({str(path.relative_to(folder)): timeless(path.read_text()) for path in sorted(folder.rglob("*.html"))})
    assert len(pages[0]) > 10
    equal(sorted(pages[0]), sorted(pages[1]))
    for name, page in pages[0].items():
        equal(page, pages[1][name], name)
    evidence = []
    for conninfo in lab.both:
        done = run("evidence", "--since=2024-05-01", "--until=2024-05-15", "--domain=d1.example", database=conninfo)
        equal(done.returncode, 0, done.stderr)
        evidence.append(done.stdout.partition("Head,")[0].partition("days are UTC")[2])
        done = run("evidence", "--verify", database=conninfo)
        equal(done.returncode, 0, done.stderr)
        contains(done.stdout, "all as linked")
    contains(evidence[0], "d1.example")
    equal(evidence[0], evidence[1])


@case("/citus/copies-no-day-of-which-a-worker-lacks-a-report")
def lacks():
    lab = shared()
    query = f"SET tlsrpt.today = '{TODAY}'; SELECT count(*) FROM tlsrpt.day_version WHERE day = '2024-05-02'"
    equal(one(lab.conninfo, query), "1")
    uid = one(lab.conninfo, "SELECT report_uid FROM tlsrpt.report WHERE day = '2024-05-02' ORDER BY 1 LIMIT 1")
    shard, host = sql(lab.conninfo, "SELECT shard_name, nodename FROM citus_shards WHERE table_name = 'tlsrpt.report'::regclass"
                                    f" AND shardid = get_shard_id_for_distribution_column('tlsrpt.report', '{uid}')")[0]
    worker = next(node for node in lab.nodes if node.host == host)
    # As a worker is that has prepared, and not committed yet.
    sql(worker.database_there, f"SET session_replication_role = replica; UPDATE {shard} SET day = day - 10, first_day = first_day"
                               f" - 10 WHERE report_uid = '{uid}'")
    equal(one(lab.conninfo, query), "0")
    sql(worker.database_there, f"SET session_replication_role = replica; UPDATE {shard} SET day = day + 10, first_day = first_day"
                               f" + 10 WHERE report_uid = '{uid}'")
    equal(one(lab.conninfo, query), "1")


@case("/citus/replaces-what-nobody-signed-by-what-is-signed")
def supersedes():
    lab = shared()
    trace = ("Authentication-Results: mx.example.org; dkim=pass header.d=s1.example\n"
             "DKIM-Signature: v=1; a=rsa-sha256; d=s1.example; s=s; h=from; bh=aa; b=bb\n"
             "Received: from out.s1.example by mx.example.org; Thu, 02 May 2024 00:00:00 +0000\n")
    plain = mail(part(report(report_id="signed", failed=25, domain="d2.example")), sender="tls@s1.example")
    for conninfo in lab.both:
        for words, text in (((), plain), (("--set=authserv-id=mx.example.org",), trace.encode() + plain)):
            done = run("deliver", *words, stdin=text, database=conninfo)
            equal(done.returncode, 0, done.stderr)
        equal(one(conninfo, "SELECT count(*) FROM tlsrpt.report WHERE report_id = 'signed' AND is_verified"
                            " AND supersedes IS NOT NULL"), "1")
    same_rows(lab)


@case("/citus/decodes-the-stored-evidence-again")
def again():
    lab = shared()
    for conninfo in lab.both:
        done = run("replay", "--quiet", "--from-evidence", database=conninfo + " options='-c role=tlsrpt_owner'")
        equal(done.returncode, 0, done.stderr)
        same = run("quarantine", "retry", "--all", database=conninfo)
        equal(same.returncode, 0, same.stderr)
    same_rows(lab)


@case("/citus/refuses-what-it-cannot-do")
def refuses():
    lab = shared()
    for words in (("d1.example",), ("d1.example", "--yes")):
        done = run("domain", "remove", *words, database=lab.conninfo)
        assert done.returncode != 0
        contains(done.stderr, "reports that Citus distributes are removed by age alone")
    entry = "INSERT INTO tlsrpt.domain_access VALUES ('customer', 'd1.example')"
    refused = subprocess.run([PSQL, "-X", "-d", lab.conninfo, "-c", entry], capture_output=True, text=True,
                             env=clean_environment(), check=False)
    contains(refused.stderr, "logins of tlsrpt_domain_reader are not for distributed reports")
    sql(lab.conninfo, "SET session_replication_role = replica; " + entry)  # as if it was there before
    done = distribute(lab.conninfo)
    equal(done.returncode, 3)
    contains(done.stderr, "logins of tlsrpt_domain_reader are not for distributed reports")
    sql(lab.conninfo, "DELETE FROM tlsrpt.domain_access")
    customer = lab.coordinator.login(lab.conninfo, "customer", "tlsrpt_domain_reader")
    for view in ("daily", "session_fact", "report_fact", "incident_list"):
        denied = subprocess.run([PSQL, "-X", "-d", customer, "-c", f"SELECT * FROM tlsrpt.{view}"], capture_output=True,
                                text=True, env=clean_environment(), check=False)
        contains(denied.stderr, "permission denied")
    same_rows(lab)


@case("/citus/prunes-and-counts-what-it-prunes")
def prunes():
    lab = shared()
    for words in (("--evidence-only", "--older-than=30d"), ("--older-than=30d",)):
        same_answer(lab, "prune", *words)
        same_rows(lab)
    equal(one(lab.conninfo, "SELECT count(*) FROM tlsrpt.failure"), "0")


def repair(lab):
    """Every server is there again, waits for nobody and has ended what was prepared, as Citus does each minute."""
    for node in lab.nodes:
        node.signal(signal.SIGCONT)
        node.start()
        node.wait_for_standby("")
    sql(lab.conninfo, "SELECT recover_prepared_transactions()")


def until_stored(lab, kind):
    """As a mail system does: what is deferred is delivered again."""
    left = list(range(N_REPORTS))
    for _ in range(20):
        again = []
        for number in left:
            status = run("deliver", "--set=deadline=30", stdin=message(number, kind), database=lab.conninfo).returncode
            assert status in (0, 75), status
            if status != 0:
                again.append(number)
        left = again
        if not left:
            return
        repair(lab)
    raise AssertionError(f"never stored: {left}")


def killed(lab):
    lab.second.signal(signal.SIGKILL)


def stopped(lab):
    lab.second.signal(signal.SIGSTOP)


def until(found, what):
    for _ in range(3000):
        if found():
            return
        time.sleep(0.02)
    raise AssertionError(f"never: {what}")


def prepared(lab):
    return any(one(worker.database_there, "SELECT count(*) FROM pg_prepared_xacts") != "0" for worker in (lab.first, lab.second))


def undecided(lab):
    """Killed while a worker prepares: nothing is committed, and the worker must roll back."""
    until(lambda: prepared(lab), "a prepared transaction")
    lab.coordinator.signal(signal.SIGKILL)


def decided(lab):
    """Killed after its commit is on disk and before the workers know: they must commit."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = 'shared'"
    until(lambda: prepared(lab) and one(lab.coordinator.server, waits) != "0", "a commit that waits")
    lab.coordinator.signal(signal.SIGKILL)


def faults(kind, fault, waiting):
    lab = shared()
    for number in range(3):  # a reporter has its name since its first report, and those below come in any order
        for conninfo in lab.both:
            equal(run("deliver", stdin=message(number, "first"), database=conninfo).returncode, 0)
    if waiting:
        getattr(lab, waiting).wait_for_standby("nobody")
    delivered = [subprocess.Popen([PROGRAM, "deliver", "--set=deadline=8",
                                   "--database=" + lab.conninfo.replace("user=postgres", "user=case_writer")],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  env=clean_environment()) for _ in range(6)]
    for number, child in enumerate(delivered):
        child.stdin.write(message(number, kind))
        child.stdin.close()
        if number == 3 and not waiting:
            fault(lab)
    if waiting:
        fault(lab)
    for child in delivered:
        assert child.wait() in (0, 75), child.returncode
    repair(lab)
    until_stored(lab, kind)
    sql(lab.conninfo, "SELECT recover_prepared_transactions()")
    for number in range(N_REPORTS):
        equal(run("deliver", stdin=message(number, kind), database=lab.plain).returncode, 0)
    same_rows(lab)
    for worker in (lab.first, lab.second):
        equal(one(worker.database_there, "SELECT count(*) FROM pg_prepared_xacts"), "0")


# These need --long: they wait for deadlines.
if "--long" in sys.argv:
    sys.argv.remove("--long")
    case("/citus/stores-once-although-a-worker-is-killed", "killed", killed, None)(faults)
    case("/citus/stores-once-although-a-worker-stops-to-answer", "stopped", stopped, None)(faults)
    case("/citus/stores-once-although-the-coordinator-is-killed-before-its-commit", "undecided", undecided, "second")(faults)
    case("/citus/stores-once-although-the-coordinator-is-killed-after-its-commit", "decided", decided, "coordinator")(faults)

if not glob.glob("/usr/share/postgresql/*/extension/citus.control"):
    main("the extension citus is not installed: reports that it distributes are not tried")
else:
    main()
