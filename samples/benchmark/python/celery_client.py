"""A Celery client that obeys the lines of its standard input, see processes.py."""

import json
import sys
import time

from bench_tasks import add, app, noop, total
from celery import chain, chord, group


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


def timed(canvas, expected):
    """Seconds from the making of a canvas until its result is here."""
    started = time.perf_counter()
    result = canvas().apply_async().get(timeout=300)
    assert result == expected, result
    return {"seconds": time.perf_counter() - started}


def chains(count, queue):
    return timed(lambda: chain([add.s(0, 1), *(add.s(1) for _ in range(count - 1))]), count)


def groups(count, queue):
    return timed(lambda: group(add.s(i, 0) for i in range(count)), list(range(count)))


def chords(count, queue):
    return timed(lambda: chord([add.s(i, 0) for i in range(count)], total.s()), (count - 1) * count // 2)


STEPS = {"delay": delay, "roundtrip": roundtrip, "chain": chains, "group": groups, "chord": chords}

if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        step, count, queue = line.split()
        print(json.dumps(STEPS[step](int(count), queue)), flush=True)
