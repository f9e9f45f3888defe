#!/usr/bin/env python3
"""Checks an orderscope journal with nothing but Python 3: chain, seq, files' succession, heads kept elsewhere.

usage: verify.py [--head SEQ:HASH]... FILE...      files oldest first; decompress .zst files before (zstd -d)

Written from docs/formats.md, so that nobody has to trust the program that wrote the journal.
Exit 0: it stands; 1: the first line that does not is named; 2: usage.
"""
import hashlib
import json
import os
import sys

SUFFIX = 75  # ,"hash":"<64 hex>"} without the line feed
HEX = set(b"0123456789abcdef")
PARSER = json.JSONDecoder(object_pairs_hook=list, parse_int=lambda digits: int(digits[:20]))


def problem_of(line, state, first_of_file, previous_file):
    """What is wrong with a line (without its line feed), or None; moves the state on."""
    claimed = line[-66:-2]
    if b"\r" in line or line[-SUFFIX:-66] != b',"hash":"' or line[-2:] != b'"}' or not set(claimed) <= HEX:
        return "does not end in a hash, or holds a carriage return"
    try:
        pairs = PARSER.decode(line.decode("utf-8"))
        entry = dict(pairs)
    except (ValueError, TypeError, RecursionError) as error:
        return "is not one JSON object: %s" % error
    if len(entry) != len(pairs):
        return "has a key twice"
    seq = entry.get("seq")
    if not isinstance(seq, int):
        return "has no seq"
    if first_of_file:
        if entry.get("event_type") != "journal.opened":
            return "does not open the file"
        if previous_file and entry.get("previous_file") != os.path.basename(previous_file):
            return "does not name %s as the file before it" % previous_file
        if state["seq"] is None and seq != 1:  # earlier files are absent
            state["seq"], state["hash"] = seq - 1, str(entry.get("previous_hash")).encode()
    if seq != (state["seq"] or 0) + 1:
        return "has seq %s, expected %d" % (seq, (state["seq"] or 0) + 1)
    if hashlib.sha256(state["hash"] + line[:-SUFFIX]).hexdigest().encode() != claimed:
        return "has a hash that does not follow from its content and the line before it"
    if state["heads"].get(seq, claimed.decode()) != claimed.decode():
        return "has another hash than the head that is kept elsewhere"
    state["seq"], state["hash"] = seq, claimed
    return None


def verify(files, heads=()):
    """None, or (file, line number, problem). `heads` are (seq, hash) pairs."""
    state = {"seq": None, "hash": b"0" * 64, "heads": dict(heads)}
    for index, file in enumerate(files):
        number = 0
        with open(file, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.endswith(b"\n"):
                    problem = problem_of(line[:-1], state, number == 1, files[index - 1] if index else None)
                    if problem:
                        return file, number, problem
                elif index < len(files) - 1:  # at the very end it is a line in the making
                    return file, number, "is not ended by a line feed, and another file follows"
    last = max(state["heads"], default=0)
    if last > (state["seq"] or 0):
        return files[-1], number, "ends at seq %s, but a head of seq %d is kept elsewhere" % (state["seq"], last)
    return None


if __name__ == "__main__":
    words = sys.argv[1:]
    kept = [words[at + 1].split(":") for at, word in enumerate(words[:-1]) if word == "--head"]
    names = [word for at, word in enumerate(words) if "--head" not in (word, words[at - 1] if at else "")]
    if not names or names[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    bad = verify(names, [(int(seq), digest) for seq, digest in kept])
    print("%s: line %d %s" % bad if bad else "OK")
    sys.exit(1 if bad else 0)
