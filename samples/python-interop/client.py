"""Calls the tasks of the Spring application and prints what comes back."""

from datetime import date

from celery import chain, chord

from tasks import app, next_day, word_count

result = app.send_task("java.add", args=[2, 3])
print("java.add(2, 3) =", result.get(timeout=10))

result = app.send_task("java.due", args=[date(2026, 1, 30)], kwargs={"days": 3})
print("java.due(2026-01-30, days=3) =", result.get(timeout=10))

result = app.send_task("java.fail", kwargs={"reason": "no luck"})
try:
    result.get(timeout=10)
except Exception as error:
    print("java.fail(reason='no luck') raised", type(error).__name__, error)

due = chain(next_day.s(date(2026, 1, 30)), app.signature("java.due", kwargs={"days": 3}))
print("java.due(next_day) =", due().get(timeout=10))

counts = [word_count.s(text) for text in ("to be", "or not", "to be")]
print("java.merge(word_counts) =", chord(counts)(app.signature("java.merge")).get(timeout=10))
