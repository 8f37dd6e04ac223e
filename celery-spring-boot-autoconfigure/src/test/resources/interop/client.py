"""A Python client driven by the tests: one JSON request per line in, one JSON answer per line out.

A request is {"code": <body of a function>, "values": {...}}; the code sees the names of tasks.py, `values`, and
`kept`, a dict that lives as long as this process.
"""
import json
import os
import sys
import textwrap
import traceback

import celery
import kombu
import tasks

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
scope = dict(vars(tasks), celery=celery, kombu=kombu, kept={})


def answer(request):
    local = {}
    try:
        source = "def snippet(values):\n" + textwrap.indent(textwrap.dedent(request["code"]), "    ")
        exec(compile(source, "<snippet>", "exec"), scope, local)
        return {"value": local["snippet"](request["values"])}
    except Exception as exc:
        return {"error": type(exc).__name__, "message": str(exc), "traceback": traceback.format_exc()}


while True:
    line = sys.stdin.readline()
    if not line:
        break
    answers.write(json.dumps(answer(json.loads(line)), default=repr) + "\n")
    answers.flush()
