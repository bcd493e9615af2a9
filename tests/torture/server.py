# SPDX-License-Identifier: GPL-3.0-or-later
"""The private PostgreSQL that is maltreated: on a small tmpfs where one may be mounted."""
import os
import pwd
import random
import signal
import subprocess
import time

SETTINGS = ["max_connections=60", "max_wal_size=64MB", "min_wal_size=32MB", "wal_keep_size=0",
            "restart_after_crash=on", "unix_socket_permissions=0777",
            "log_min_messages=warning"]
TMPFS_BYTES = 700 * 1024 * 1024


class Server:
    def __init__(self, folder, script):
        self.folder = folder
        self.script = script
        self.data = os.path.join(folder, "data")
        self.socket = os.path.join(folder, "socket")
        self.mounted = False
        self.conninfo = "host=%s user=postgres dbname=postgres" % self.socket

    def mount(self):
        """True if the data lie on a file system that can be filled."""
        if os.getuid() != 0:
            return False
        os.makedirs(self.data, exist_ok=True)
        user = pwd.getpwnam("postgres")
        options = "size=%d,mode=0700,uid=%d,gid=%d" % (TMPFS_BYTES, user.pw_uid, user.pw_gid)
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.data],
                                      stderr=subprocess.DEVNULL).returncode == 0
        return self.mounted

    def start(self):
        """Until it stands: after a kill the old one's processes may still be leaving."""
        for _ in range(200):
            if subprocess.run([self.script, "start", self.folder] + SETTINGS,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
                if self.answers():
                    return
            time.sleep(0.2)
        raise SystemExit("the server does not start: see %s/server.log" % self.folder)

    def stop(self, mode="immediate"):
        subprocess.run([self.script, "stop", self.folder, mode], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def clear(self):
        self.stop()
        if self.mounted:
            subprocess.run(["umount", self.data])

    def answers(self):
        return subprocess.run(["psql", "-Xqc", "SELECT 1", self.conninfo], timeout=60,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def sql(self, sql, dbname="postgres"):
        done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql,
                               self.conninfo + " dbname=" + dbname], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit("%s: %s" % (sql, done.stderr))
        return done.stdout

    def postmaster(self):
        with open(os.path.join(self.data, "postmaster.pid")) as file:
            return int(file.readline())

    def children(self, parent):
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % name) as file:
                    if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                        found.append(int(name))
            except (OSError, ValueError):
                pass
        return found

    # The faults, each of which leaves a server that stands.

    def kill_postmaster(self):
        os.kill(self.postmaster(), signal.SIGKILL)
        self.start()

    def kill_process(self):
        """One of its processes: the postmaster ends all sessions and recovers."""
        children = self.children(self.postmaster())
        if children:
            send(random.choice(children), signal.SIGKILL)
        self.start()

    def freeze(self):
        """Stopped, all of it or only what takes new connections, for longer than some wait."""
        postmaster = self.postmaster()
        frozen = [postmaster] + (self.children(postmaster) if random.random() < 0.7 else [])
        for process in frozen:
            send(process, signal.SIGSTOP)
        time.sleep(random.choice([0.1, 0.5, 2.5]))
        for process in reversed(frozen):
            send(process, signal.SIGCONT)
        self.start()

    def end_sessions(self):
        subprocess.run(["psql", "-Xqc", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE pid <> pg_backend_pid() AND datname = 'torture'", self.conninfo],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def restart(self):
        self.stop("fast")
        self.start()

    def fill_disk(self):
        """Nothing left but a few pages, for a while; a server that cannot write its log dies of it."""
        ballast = os.path.join(self.data, "ballast")
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass
            file.truncate(max(0, file.tell() - random.choice([0, 8192, 65536, 1 << 20])))
        time.sleep(random.choice([0.3, 1.0]))
        os.unlink(ballast)
        self.start()


def send(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass
