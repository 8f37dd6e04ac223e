"""Records what Celery makes of canvases. Run with a Python that has Celery:

    python golden.py signatures > signatures-5.7.0.jsonl

Every line is {"name": ..., "value": ...}. Ids are replaced by id-1, id-2, ... in order of appearance.
"""
import json
import re
import sys
from datetime import datetime, timezone

import celery
from celery import chain, chord, group
from kombu.utils.json import dumps

NEW = tuple(int(part) for part in celery.__version__.split('.')[:2]) >= (5, 3)
app = celery.Celery('golden', broker='memory://', backend='cache+memory://')
app.conf.task_allow_error_cb_on_chord_header = False


@app.task(name='tasks.add')
def add(x, y):
    return x + y


def s(*args, **kwargs):
    return add.s(*args, **kwargs)


def frozen(signature):
    signature.freeze('the-id', group_id='the-group', group_index=3, root_id='the-root', parent_id='the-parent')
    return signature


def prepared(signature):
    """What is on the wire of a chain: the first task and the chain after it."""
    steps, _ = signature.prepare_steps((), {}, signature.tasks)
    first = steps.pop()
    first.options['chain'] = steps
    return first


def signatures():
    when = datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=timezone.utc)
    yield 'task', s(1, 'two')
    yield 'kwargs', s(1, y={'a': [None, 1.5]})
    yield 'immutable', add.si(1, 2)
    yield 'typed arguments', s(when, b'abc' if NEW else 'abc')
    yield 'options', s().set(
        task_id='a', reply_to='b', root_id='c', parent_id='d', queue='q', routing_key='r', exchange='e', priority=3,
        countdown=1.5, expires=10, retries=2, time_limit=30, soft_time_limit=20, serializer='json',
        compression='gzip', headers={'x': 'y'}, ignore_result=True, shadow='other', group_id='g', group_index=0)
    yield 'times as text', s().set(eta='2030-01-02T03:04:05.678901+00:00', expires='2030-01-02T03:04:05+00:00')
    yield 'unknown options', s().set(route_name='x', delivery_mode=1, expiration=3.5)
    yield 'nesting', s().set(replaced_task_nesting=2)
    linked = s(1, 1)
    linked.link(s(2))
    linked.link_error(s(3).set(queue='errors'))
    yield 'links', linked
    yield 'link that is no list', s().set(link=s(2), link_error=s(3))
    yield 'chain', chain(s(1, 1), s(2), s(3))
    yield 'chain of one', chain(s(1, 1))
    yield 'empty chain', chain()
    yield 'group', group(s(1, 1), s(2, 2))
    yield 'group of a generator', group(s(i, i) for i in range(3))
    yield 'empty group', group()
    yield 'group with options', group(s(1, 1)).set(queue='q')
    yield 'chord', chord([s(1, 1), s(2, 2)], s(3))
    yield 'chord without header', chord([], s(3))
    yield 'chord with options', chord([s(1, 1)], s(3)).set(priority=5)
    yield 'chord of a chain', chord(chain(s(1, 1), s(2)), s(3))
    yield 'chord of chords', chord([chord([s(1, 1)], s(2)), chord([s(1, 1)], s(2))], chord([s(5)], s(6)))
    yield 'map', add.map([1, [2], None])
    yield 'starmap', add.starmap([(1, 2), (3, 4)])
    yield 'chunks', add.chunks(zip(range(5), range(5)), 2)
    yield 'group of chunks', add.chunks(zip(range(5), range(5)), 2).group()
    yield 'frozen task', frozen(s(1, 1))
    yield 'frozen chain', frozen(chain(s(1, 1), s(2)))
    yield 'frozen group', frozen(group(s(1, 1), s(2, 2)))
    yield 'frozen chord', frozen(chord([s(1, 1), s(2, 2)], s(3)))
    yield 'prepared chain', prepared(chain(s(1, 1), s(2), s(3)))
    yield 'prepared chain with chord', prepared(chain(s(1, 1), group(s(2), s(3)), s(4), s(5)))
    if NEW:
        stamped = chain(s(1, 1), s(2))
        stamped.stamp(stamp='value', other=[1])
        yield 'stamped chain', stamped


def main(what):
    for name, value in globals()[what]():
        text = dumps(value)
        ids = {}
        text = re.sub(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
                      lambda match: ids.setdefault(match.group(), f'id-{len(ids) + 1}'), text)
        print(json.dumps({'name': name, 'value': json.loads(text)}))


if __name__ == '__main__':
    main(sys.argv[1])
