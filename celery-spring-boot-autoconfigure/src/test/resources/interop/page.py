"""Prints what is wrong with a page for Celery's users: code that does not parse, names that are not there."""

import ast
import inspect
import re
import sys

import celery
from celery.app.autoretry import add_autoretry_behaviour
from celery.app.control import Control, Inspect
from celery.app.task import Context, Task
from celery.canvas import Signature, _chain, _chord, group
from celery.result import AsyncResult, GroupResult, ResultSet

INTERNAL = """
    MaxRetriesExceededError Mailbox OperationalError TYPES TimeoutError abstract add_around annotate
    append_to_list_option as_execution_options discard_all extend_list_option from_config fun items maybe_reraise
    on_bound pop_request prepare_steps push_request register_type registered_tasks request_stack run
    signature_from_request start_strategy subtask_from_request subtask_type supports_native_join task_type taskset
    unchain_tasks
""".split()


def names():
    for kind in (Task, Context, AsyncResult, GroupResult, ResultSet, Signature, _chain, group, _chord, Control, Inspect):
        yield from (name for name in vars(kind) if not name.startswith("_"))
    app = celery.Celery
    for function in (app._task_from_fun, app.send_task, Task.apply_async, Task.retry):
        yield from inspect.signature(function).parameters
    yield from (name for name in add_autoretry_behaviour.__code__.co_consts if str(name).startswith("retry_"))
    yield from "queue exchange routing_key delivery_mode immediate mandatory compression shared lazy filter".split()


text = open(sys.argv[1], encoding="utf-8").read()
blocks = re.findall(r"(?ms)^```python\n(.*?)^```$", text)
for block in blocks:
    try:
        ast.parse(block)
    except SyntaxError as error:
        print(error, "in", block)
if celery.__version__.startswith("5.7."):  # what the page is written for
    words = set(re.findall(r"\w+", " ".join(blocks + re.findall(r"`([^`\n]+)`", text))))
    for name in sorted(set(names()) - words - set(INTERNAL)):
        print("missing:", name)
