"""The Celery side of the benchmark: the application and its tasks."""

import os

from celery import Celery

URL = os.environ["BENCH_BROKER_URL"]

app = Celery("bench", broker=URL, backend=URL)
app.conf.task_default_queue = os.environ["BENCH_DEFAULT_QUEUE"]
app.conf.broker_connection_retry_on_startup = True


@app.task(name="bench.noop")
def noop():
    return None


@app.task(name="bench.add")
def add(x, y):
    return x + y


@app.task(name="bench.total")
def total(numbers):
    return sum(numbers)
