#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a page of the manual with what the sources say, so that nothing is written twice: a line `@view NAME@` becomes
the comments on that view and its columns in sql/views, a line `@deviations@` the table of src/core/deviation.h.

    fill.py SOURCE-ROOT PAGE OUTPUT DEPFILE"""
import pathlib
import re
import sys
import textwrap

WIDTH = 78
SQL_STRING = r"'((?:[^']|'')*)'"
C_STRING = r'"((?:[^"\\]|\\.)*)"'


def escape(text):
    """@text as lines of mdoc, a new one for each sentence."""
    text = text.replace("\\", r"\e").replace("'", r"\(aq").replace('"', r"\(dq")
    text = re.sub(r"`([^`]*)`", r"\\(oq\1\\(cq", " ".join(text.split()))
    lines = [line for sentence in re.split(r"(?<=[.?!]) (?=[A-Z])", text)
             for line in textwrap.wrap(sentence, WIDTH, break_on_hyphens=False, break_long_words=False)]
    return "".join((r"\&" if line.startswith(".") else "") + line + "\n" for line in lines)


def view(source, name):
    def comments(of):
        found = re.findall(rf"COMMENT ON {of} IS\s+{SQL_STRING};", source)
        if not found:
            sys.exit(f"fill.py: {name}.sql has no COMMENT ON {of}")
        return found

    question = comments(rf"VIEW tlsrpt\.{name}")[0].replace("''", "'")
    items = "".join(f".It Va {column}\n{escape(text.replace(2 * chr(39), chr(39)))}"
                    for column, text in comments(rf"COLUMN tlsrpt\.{name}\.(\w+)"))
    return f".Ss {name}\n{escape(question)}.Pp\n.Bl -tag -compact -width failure_reason_code\n{items}.El\n"


def deviations(source):
    words = rf"((?:\s*{C_STRING})+)".replace("((?:[^", "(?:(?:[^")
    found = re.findall(rf"ROW \(\w+,{words},{words},{words},{words}\)", source)

    def text(literals):
        return escape("".join(re.findall(C_STRING, literals)).replace(r"\"", '"'))

    return ".Bl -tag -width Ds\n" + "".join(
        f".It Li {text(word)}.Bl -tag -compact -width seenxfrom\n.It found\n{text(what)}"
        f".It seen from\n{text(seen)}.It stored\n{text(stored)}.El\n"
        for word, what, seen, stored in found) + ".El\n"


def main():
    root, page, output, depfile = map(pathlib.Path, sys.argv[1:])
    read = []

    def source(*names):
        read.append(root.joinpath(*names))
        return read[-1].read_text()

    def filled(match):
        if match[2]:
            return view(source("sql", "views", f"{match[2]}.sql"), match[2])
        return deviations(source("src", "core", "deviation.h").replace("\\\n", "\n"))

    output.write_text(re.sub(r"^@(view (\w+)|deviations)@\n", filled, page.read_text(), flags=re.M))
    depfile.write_text(f"{output}: {' '.join(map(str, read))}\n")


if __name__ == "__main__":
    main()
