"""pytest plugin of run-suite: puts the Java worker in the place of the suite's own, and keeps the results.

Celery's test files stay as they are. With the Python worker only the results are kept.
"""

import itertools
import json
import os
import platform
import time
from contextlib import contextmanager
from pathlib import Path

import billiard.einfo
import celery
import kombu
import pytest
import redis
from celery.contrib.testing import worker as testing_worker
from tap import Tap

JAVA = os.environ["CONFORMANCE_WORKER"] == "java"
PYTHON_ONLY = Path(__file__).parent.parent / "python-only.txt"


class PortRedis(redis.StrictRedis):
    """Before 5.3 the suite knows REDIS_HOST but no REDIS_PORT."""

    def __init__(self, host="localhost", port=int(os.environ["REDIS_PORT"]), **options):
        super().__init__(host=host, port=port, **options)


redis.StrictRedis = PortRedis


if not hasattr(billiard.einfo._Code, "co_positions"):
    # The billiard of Celery 5.2 is older than Python 3.11, which asks for it when an exception is logged.
    billiard.einfo._Code.co_positions = lambda code: itertools.repeat((None, None, None, None))


@contextmanager
def java_worker(app, loglevel=testing_worker.WORKER_LOGLEVEL, logfile=None, **options):
    """Has the signature of start_worker, and checks as that does that the worker works."""
    testing_worker.setup_app_for_worker(app, loglevel, logfile)
    from celery.contrib.testing.tasks import ping

    with testing_worker.allow_join_result():
        assert ping.delay().get(timeout=10) == "pong"
    assert app.control.ping(timeout=10, limit=1)
    Tap(app).start()
    yield None


@contextmanager
def python_worker(app, **options):
    """The suite's own. 5.2 registers a class of a task without binding it, of which its pool dies."""
    for task in app.tasks.values():
        if task.request_stack is None:
            task.bind(app)
    running = start_worker(app, **options)
    yield running.__enter__()
    try:
        running.__exit__(None, None, None)
    except RuntimeError as error:
        print(f"\nAfter all tests: {error}")


start_worker = testing_worker.start_worker
testing_worker.start_worker = java_worker if JAVA else python_worker


def python_only():
    """Names of tests, below t/integration and without parameters, with the reason."""
    lines = PYTHON_ONLY.read_text().splitlines()
    pairs = (line.split(" ", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name: reason.strip() for name, reason in pairs}


def pytest_collection_modifyitems(items):
    if JAVA and not os.environ["CONFORMANCE_ALL"]:
        reasons = python_only()
        for item in items:
            reason = reasons.get(short_name(item.nodeid).partition("[")[0])
            if reason:
                item.add_marker(pytest.mark.skip(reason="Python only: " + reason))


def short_name(nodeid):
    return nodeid.replace("t/integration/", "")


class Results:
    """One outcome a test. A test that passes when it is run again has passed, as the suite has it."""

    def __init__(self):
        self.tests = {}
        self.started = time.time()

    def pytest_runtest_logreport(self, report):
        test = self.tests.setdefault(short_name(report.nodeid), {"outcome": "passed", "seconds": 0.0, "reruns": 0})
        if not hasattr(report, "context"):  # a subtest's time is in that of its test
            test["seconds"] = round(test["seconds"] + report.duration, 2)
        if report.outcome == "rerun":
            test["reruns"] += 1
            test["outcome"] = "passed"
        elif report.outcome == "failed" and str(report.longrepr).startswith("[XPASS(strict)]"):
            test["unexpected"] = True
        elif report.outcome == "failed":
            test["outcome"] = "failed"
        elif report.outcome == "skipped" and test["outcome"] == "passed":
            expected_failure = hasattr(report, "wasxfail")
            test["outcome"] = "xfailed" if expected_failure else "skipped"
            test["reason"] = report.wasxfail if expected_failure else report.longrepr[2]

    def pytest_sessionfinish(self):
        document = {
            "celery": celery.__version__, "kombu": kombu.__version__, "redis-py": redis.__version__,
            "python": platform.python_version(), "worker": os.environ["CONFORMANCE_WORKER"],
            "seconds": round(time.time() - self.started), "tests": self.tests,
        }
        Path(os.environ["CONFORMANCE_RESULTS"]).write_text(json.dumps(document, indent=1) + "\n")


def pytest_configure(config):
    config.pluginmanager.register(Results())
