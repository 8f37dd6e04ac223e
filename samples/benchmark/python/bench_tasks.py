"""The Celery side of the benchmark: the application and its no-op task."""

import os

from celery import Celery

URL = os.environ["BENCH_BROKER_URL"]

app = Celery("bench", broker=URL, backend=URL)
app.conf.broker_connection_retry_on_startup = True


@app.task(name="bench.noop")
def noop():
    return None
