"""The Python side of the interop tests: a Celery application and its tasks.

Configured by environment variables: CELERY_TEST_URL (the Redis), CELERY_TEST_MARKS_URL (the Redis of the marks, if
another), CELERY_TEST_CONFIG (settings as a JSON object, and broadcast: the name of a
broadcast queue) and CELERY_TEST_NAME (how the process signs what it writes).
"""
import datetime
import decimal
import json
import os
import threading
import time
import uuid

import redis
from celery import Celery
from kombu.common import Broadcast

url = os.environ["CELERY_TEST_URL"]
name = os.environ.get("CELERY_TEST_NAME", "python")
app = Celery("tasks", broker=url, backend=url)
config = json.loads(os.environ.get("CELERY_TEST_CONFIG", "{}"))
broadcast = config.pop("broadcast", None)
if broadcast:
    config.setdefault("task_queues", {})[broadcast] = Broadcast(broadcast)
app.conf.update(config)


def end_with_parent():
    """Ends this process as soon as the tests' JVM is gone: its end of our standard input closes then."""
    def watch():
        # Not sys.stdin: its lock would be held in every forked child.
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if os.environ.get("CELERY_TEST_WATCH_STDIN"):
    end_with_parent()


class Unusual(Exception):
    """An exception that only this application knows."""


@app.task(name="python.add")
def add(x, y):
    return x + y


@app.task(name="python.echo")
def echo(*args, **kwargs):
    return {"args": args, "kwargs": kwargs}


@app.task(name="python.sum")
def total(values):
    return sum(values)


@app.task(name="python.identity")
def identity(value):
    return value


@app.task(name="python.repr")
def representation(value):
    return repr(value)


@app.task(name="python.value")
def value(kind):
    return {
        "datetime": datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc),
        "offset": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        "naive": datetime.datetime(2026, 1, 2, 3, 4, 5),
        "date": datetime.date(2026, 1, 2),
        "time": datetime.time(3, 4, 5),
        "uuid": uuid.UUID("12345678-1234-5678-1234-567812345678"),
        "decimal": decimal.Decimal("1.10"),
        "nan": float("nan"),
        "infinity": float("inf"),
        "big": 2 ** 70,
        "bytes": b"\xff\x00",
    }[kind]


@app.task(name="python.fail")
def fail(kind, *arguments):
    raise {"value": ValueError, "key": KeyError, "unusual": Unusual}[kind](*arguments)


@app.task(name="python.silent", ignore_result=True)
def silent(key):
    client().rpush(key, "done")
    return "not stored"


@app.task(name="python.retry", bind=True, max_retries=5)
def retry(self, times):
    if self.request.retries < times:
        raise self.retry(countdown=0, exc=ValueError("not yet"))
    return self.request.retries


@app.task(name="python.parent", bind=True)
def parent(self, task, queue):
    return self.app.send_task(task, args=["from the parent"], queue=queue).id


@app.task(name="python.request", bind=True)
def request(self):
    return {"id": self.request.id, "root_id": self.request.root_id, "parent_id": self.request.parent_id,
            # Attributes of the request: request.headers is newer than Celery 5.2.
            "headers": {key: value for key, value in vars(self.request).items() if key.startswith("x-")},
            "priority": self.request.delivery_info.get("priority"), "eta": self.request.eta}


@app.task(name="shared.record", bind=True, acks_late=True)
def record(self, seconds):
    """Leaves a mark before and after its work: the tests derive from the marks who did what, and when."""
    mark("start", self.request.id)
    time.sleep(seconds)
    mark("finish", self.request.id)
    return name


@app.task(name="shared.gate", bind=True, acks_late=True)
def gate(self):
    """Works until something is pushed onto gate:<name>."""
    mark("start", self.request.id)
    client().blpop("gate:" + name, timeout=50)
    mark("finish", self.request.id)
    return name


def step(request, pause):
    """A part of a canvas, as RecordingTasks has it."""
    if not request.delivery_info.get("redelivered"):
        mark("first", request.id)
    mark("start", request.id)
    time.sleep(pause)
    mark("finish", request.id)


@app.task(name="shared.add", bind=True, acks_late=True)
def shared_add(self, *values, pause=0):
    step(self.request, pause)
    return sum(values)


@app.task(name="shared.sum", bind=True, acks_late=True)
def shared_sum(self, values, pause=0):
    step(self.request, pause)
    return sum(values)


@app.task(name="shared.fail", bind=True, acks_late=True)
def shared_fail(self, pause=0):
    step(self.request, pause)
    raise ValueError("for ever")


@app.task(name="shared.told", bind=True, acks_late=True)
def shared_told(self, failed):
    step(self.request, 0)
    mark("told:" + failed, self.request.id)
    return failed


connection = None


def client():
    global connection
    if connection is None:
        connection = redis.Redis.from_url(os.environ.get("CELERY_TEST_MARKS_URL", url))
    return connection


def mark(what, task_id):
    client().rpush("marks", "%s %s %s %d" % (what, task_id, name, time.time() * 1000))
