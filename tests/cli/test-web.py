#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site behind real web servers, by the samples of contrib/web, and its cron line."""
import base64
import functools
import http.client
import re
import shutil
import socket
import subprocess
import time

from harness import PATIENCE, PROGRAM, ROOT, Cluster, Skip, case, clean_environment, contains, cron_environment, equal, main, one, run, scratch_folder
from strangers import UNTIL, fill

cluster = functools.cache(lambda: Cluster("max_connections=10"))
WEB = ROOT / "contrib" / "web"
MODULES = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "alias", "dir", "mime", "headers")


@functools.cache
def database():
    conninfo = cluster().database()
    fill(conninfo, "clean")
    return conninfo


@functools.cache
def site():
    # Where the servers' own users can read it.
    folder = scratch_folder() / "site"
    equal(run("site", folder, f"--until={UNTIL}", database=database()).returncode, 0)
    for path in (folder.parent, folder):
        path.chmod(0o755)
    return folder


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def password():
    made = subprocess.run(["openssl", "passwd", "-apr1", "secret"], capture_output=True, text=True, check=True)
    path = scratch_folder() / "htpasswd"
    path.write_text(f"auditor:{made.stdout}")
    path.parent.chmod(0o755)
    path.chmod(0o644)
    return path


def sample(name):
    text = (WEB / name).read_text().replace("/var/lib/tlsrpt-site", str(site()))
    return re.sub(r"/etc/(?:nginx|apache2)/tlsrpt\.htpasswd", str(password()), text)


def nginx(port):
    folder = scratch_folder()
    (folder / "nginx.conf").write_text(
        f"daemon off; user root; pid {folder}/pid; error_log stderr;\nevents {{}}\nhttp {{ include /etc/nginx/mime.types;"
        f" access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;"
        f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\nserver {{ listen 127.0.0.1:{port};\n{sample('nginx.conf')}\n}} }}\n")
    return ["nginx", "-c", folder / "nginx.conf"]


def apache(port):
    folder = scratch_folder()
    modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in MODULES)
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog /dev/stderr\nUser www-data\n"
        f"Group www-data\n{modules}TypesConfig /etc/mime.types\n{sample('apache.conf')}")
    return ["apache2", "-DFOREGROUND", "-f", folder / "apache.conf"]


def get(port, path, secret="secret"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    header = {"Authorization": "Basic " + base64.b64encode(f"auditor:{secret}".encode()).decode()} if secret else {}
    connection.request("GET", path, headers=header)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def wait_for(server, port):
    for _ in range(PATIENCE * 20):
        if server.poll() is not None:
            break
        try:
            return get(port, "/")
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no answer: {server.communicate()[1]}")


@case("/web/nginx-shows-the-pages-to-whom-has-the-password", "nginx", nginx)
@case("/web/apache-shows-the-pages-to-whom-has-the-password", "apache2", apache)
def shows(program, configure):
    if not shutil.which(program):
        raise Skip(f"{program} is not installed: tests/install lab")
    port = free_port()
    server = subprocess.Popen([str(word) for word in configure(port)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                              env=clean_environment())
    try:
        wait_for(server, port)
        for secret in (None, "wrong"):
            equal(get(port, "/tlsrpt/index.html", secret)[0], 401)
        status, headers, body = get(port, "/tlsrpt/")
        equal((status, headers["Content-Type"].lower().replace('"', ""), body), (200, "text/html; charset=utf-8", (site() / "index.html").read_bytes()))
        equal((headers["X-Content-Type-Options"], headers["Referrer-Policy"]), ("nosniff", "no-referrer"))
        contains(headers["Content-Security-Policy"], "style-src 'self'")
        equal(get(port, "/tlsrpt/style.css")[1].get_content_type(), "text/css")
        uid = one(database(), "SELECT report_uid FROM tlsrpt.report WHERE day = '2024-04-30'")
        equal(get(port, f"/tlsrpt/report/{uid}.html")[2], (site() / f"report/{uid}.html").read_bytes())
        equal(get(port, "/tlsrpt/.tlsrpt-site")[0], 403)
        for path in ("/tlsrpt/../etc/passwd", "/tlsrpt/report/"):
            assert get(port, path)[0] in (400, 403, 404), path
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)


@case("/web/cron-line-runs")
def cron():
    folder = scratch_folder()
    (folder / "tlsrpt-ingest").symlink_to(PROGRAM)
    text = (WEB / "cron").read_text().replace("/usr/local/bin", str(folder)).replace("/var/lib/tlsrpt-site", f"{folder}/site")
    line = re.search(r"^\d+ \* \* \* \*  tlsrpt  (.*)$", text, re.M)[1]
    done = subprocess.run(["sh", "-c", line], env=cron_environment(text, TLSRPT_DATABASE=database()), capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""))
    assert (folder / "site" / "index.html").is_file()


@case("/web/systemd-finds-no-fault-with-the-unit")
def unit():
    if not shutil.which("systemd-analyze"):
        raise Skip("systemd-analyze is not installed")
    folder = scratch_folder()
    for name in ("tlsrpt-site.service", "tlsrpt-site.timer"):
        text = (ROOT / "contrib/systemd" / name).read_text().replace("/usr/bin/tlsrpt-ingest", str(PROGRAM))
        (folder / name).write_text(text.replace("Documentation=man:tlsrpt-ingest-site(1)\n", ""))
    done = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", folder / "tlsrpt-site.service",
                           folder / "tlsrpt-site.timer"], capture_output=True, text=True, timeout=PATIENCE, check=False)
    equal((done.returncode, [line for line in done.stderr.splitlines() if "tlsrpt-site" in line]), (0, []))


if __name__ == "__main__":
    main()
