"""A Celery client that obeys the lines of its standard input, see processes.py."""

import json
import sys
import time

from bench_tasks import app, noop


def delay(count, queue):
    started = time.perf_counter()
    for _ in range(count):
        noop.delay()
    return {"seconds": time.perf_counter() - started}


def roundtrip(count, queue):
    millis = []
    for _ in range(count):
        started = time.perf_counter()
        noop.apply_async(queue=queue).get(timeout=60)
        millis.append((time.perf_counter() - started) * 1000)
    return {"millis": millis}


STEPS = {"delay": delay, "roundtrip": roundtrip}

if __name__ == "__main__":
    # Where a plain delay() goes: the messages are taken from there to the worker's queue at once.
    app.conf.task_default_queue = "bench-staged"
    print("ready", flush=True)
    for line in sys.stdin:
        step, count, queue = line.split()
        print(json.dumps(STEPS[step](int(count), queue)), flush=True)
