"""Calls the tasks of the Spring application and prints what comes back."""

from datetime import date

from tasks import app

result = app.send_task("java.add", args=[2, 3])
print("java.add(2, 3) =", result.get(timeout=10))

result = app.send_task("java.due", args=[date(2026, 1, 30)], kwargs={"days": 3})
print("java.due(2026-01-30, days=3) =", result.get(timeout=10))

result = app.send_task("java.fail", kwargs={"reason": "no luck"})
try:
    result.get(timeout=10)
except Exception as error:
    print("java.fail(reason='no luck') raised", type(error).__name__, error)
