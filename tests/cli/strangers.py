# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports with a stranger's words in every place where a stranger's words can stand, and a month without."""
from harness import equal, mail, part, report, run, scratch_folder

UNTIL = "2024-05-03"
LIVE = ("<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">",
        "</title></style></pre></td></svg><script>document.title='taken'</script>",
        "\"><svg onload=\"document.title='taken'\"><iframe src='https://stranger.example/'></iframe>",
        "' autofocus onfocus=document.title='taken' x='", "<!--", "]]>", "&lt;script&gt;", "<a href=javascript:alert(1)>",
        "<link rel=stylesheet href=https://stranger.example/x.css><meta http-equiv=refresh content='0;url=https://x.example'>",
        "{{7*7}}${7*7}", "\u202egnihtyna\u202c", "\u0001\u001b[2J\ufffe", "W" * 250, "A sender of many words, " * 10, "日本語の送信者" * 9)


def failure(words, sessions=3, result_type="certificate-expired"):
    return {"result-type": result_type, "failed-session-count": sessions, "receiving-mx-hostname": words,
            "failure-reason-code": words, "additional-information": words, "receiving-mx-helo": words}


def documents():
    """Strangers' words as sender, MX, result type, reason, policy and policy type; and a month that is clean."""
    for number, words in enumerate(LIVE):
        one = report(f"hostile-{number}", failed=9, **{"organization-name": words, "contact-info": words})
        one["policies"][0]["policy"].update({"policy-string": [words], "mx-host": [words]})
        one["policies"][0]["failure-details"] = [failure(words), failure("mx." + "x" * 190 + ".example"),
                                                 failure(words, result_type=words)]
        yield one
    for day in range(10, 31):
        yield report(f"clean-{day}", domain="clean.example", failed=0,
                     **{"date-range": {"start-datetime": f"2024-04-{day}T00:00:00Z",
                                       "end-datetime": f"2024-04-{day}T23:59:59Z"}})


def fill(conninfo, kind):
    """Puts the `hostile` reports and the clean ones, the `clean` ones alone, or none into a database."""
    box = scratch_folder() / "month.mbox"
    chosen = [one for one in documents() if kind == "hostile" or one["report-id"].startswith(f"{kind}-")]
    if chosen:
        # A reporter has one name at a time: each stranger is one of his own.
        box.write_bytes(b"".join(b"From tls@sender.example Thu Jan  1 00:00:00 1970\n" + mail(part(one), sender=f"tls@{one['report-id']}.example") + b"\n" for one in chosen))
        stored = run("replay", box, database=conninfo)
        equal((stored.returncode, stored.stderr.split(": ")[1].split(",")[0]), (0, f"{len(chosen)} stored"))
