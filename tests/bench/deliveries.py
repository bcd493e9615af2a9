# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that deliver one mail each: alone, as many as a busy mail system starts at once, and the floors under
one. Times are from before the process is started until it has ended."""
import os
import pathlib
import shutil
import subprocess
import threading
import time

TABLES = ("report", "policy", "failure")


class Failed(Exception):
    pass


def run_once(words, stdin):
    """Seconds that a program takes with the file stdin as its input."""
    null = os.open(os.devnull, os.O_RDWR)
    source = os.open(stdin, os.O_RDONLY)
    started = time.perf_counter()
    pid = os.posix_spawn(words[0], words, os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, null, 1),
                                       (os.POSIX_SPAWN_DUP2, null, 2)])
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    seconds = time.perf_counter() - started
    os.close(source)
    os.close(null)
    if status != 0:
        raise Failed(f"{words[0]} ended with {status}")
    return seconds


def insert_of(table, columns):
    """A query for plain INSERT statements that make the rows of table again."""
    values = " || ', ' || ".join(f"quote_nullable({column})" for column in columns)
    return (f"SELECT 'INSERT INTO tlsrpt.{table} ({', '.join(columns)}) VALUES (' || {values} || ');' "
            f"FROM tlsrpt.{table} WHERE report_uid = (SELECT report_uid FROM tlsrpt.report ORDER BY stored_at DESC LIMIT 1)")


class ByHand:
    """The rows that a delivery made, as the statements that a person would write who knew them beforehand."""

    def __init__(self, query):
        self.query = query
        self.columns = {table: query("SELECT attname FROM pg_attribute WHERE attrelid = 'tlsrpt." + table + "'::regclass "
                                     "AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum")
                        for table in TABLES}

    def take_back_last(self):
        """Returns the statements for the report that was stored last, and deletes it."""
        text = "\n".join(line for table in TABLES for line in self.query(insert_of(table, self.columns[table])))
        self.delete_last()
        return text

    def delete_last(self):
        self.query("DELETE FROM tlsrpt.report WHERE report_uid = "
                   "(SELECT report_uid FROM tlsrpt.report ORDER BY stored_at DESC LIMIT 1)")


def many(words, mails, n_processes):
    """Delivers mails by n_processes at a time. Returns mails a second and the sorted seconds of each."""
    waiting = iter(mails)
    lock = threading.Lock()
    times, failures = [], []

    def work():
        while not failures:
            with lock:
                mail = next(waiting, None)
            if mail is None:
                return
            try:
                times.append(run_once(words, mail))
            except Failed as failure:
                failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(n_processes)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return len(times) / (time.perf_counter() - started), sorted(times)


class Pooler:
    """PgBouncer in transaction mode in front of the server of conninfo, in folder."""

    def __init__(self, folder, conninfo):
        socket = dict(word.split("=", 1) for word in conninfo.split())["host"]
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        (self.folder / "users").write_text('"postgres" ""\n', encoding="ascii")
        (self.folder / "pgbouncer.ini").write_text(
            f"[databases]\npostgres = host={socket}\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {folder}\n"
            "listen_port = 6432\npool_mode = transaction\nauth_type = trust\n"
            f"auth_file = {folder}/users\ndefault_pool_size = 10\nmax_client_conn = 200\nunix_socket_mode = 0777\n",
            encoding="ascii")
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        if become:
            shutil.chown(self.folder, "postgres", "postgres")
        self.process = subprocess.Popen([*become, "/usr/sbin/pgbouncer", str(self.folder / "pgbouncer.ini")],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (self.folder / ".s.PGSQL.6432").exists():
            if self.process.poll() is not None:
                raise Failed("pgbouncer does not start")
            time.sleep(0.01)
        self.conninfo = f"host={folder} port=6432 user=postgres dbname=postgres"

    def stop(self):
        self.process.terminate()
        self.process.wait()
