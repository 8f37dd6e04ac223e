"""A Python Celery application that works together with the Spring application beside it."""

import os
from datetime import date, timedelta

from celery import Celery

broker = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/0")

app = Celery("interop", broker=broker, backend=broker)
app.conf.task_default_queue = "python"
app.conf.task_routes = {"java.*": {"queue": "java"}}


@app.task(name="python.word_count")
def word_count(text, ignore_case=False):
    counts = {}
    for word in text.split():
        word = word.lower() if ignore_case else word
        counts[word] = counts.get(word, 0) + 1
    return counts


@app.task(name="python.next_day")
def next_day(day):
    if isinstance(day, str):  # kombu before 5.3 knows no dates in JSON
        day = date.fromisoformat(day[:10])
    return day + timedelta(days=1)


@app.task(name="python.fail")
def fail(reason):
    raise ValueError(reason)
