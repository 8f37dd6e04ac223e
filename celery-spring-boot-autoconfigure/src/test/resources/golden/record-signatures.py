"""Records what Celery makes of canvases. Run with a Python that has Celery:

    python record-signatures.py signatures > signatures-5.7.0.jsonl   # and 5.2.7
    python record-signatures.py pipes > pipes-5.7.0.jsonl
    python record-signatures.py stamps > stamps-5.7.0.jsonl

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
    yield 'links', linked(s(1, 1), s(2), s(3).set(queue='errors'))
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
        yield 'stamped chain', stamped(chain(s(1, 1), s(2)), stamp='value', other=[1])


def linked(signature, callback=None, errback=None):
    if callback is not None:
        signature.link(callback)
    if errback is not None:
        signature.link_error(errback)
    return signature


def pipes():
    """What | makes of two canvases; 5.2 has other rules."""
    def two():
        return group(s(1, 1), s(2, 2))

    def pair():
        return chord([s(1, 1), s(2, 2)], s(3))

    yield 'task, task', s(1) | s(2)
    yield 'task, chain', s(1) | chain(s(2), s(3))
    yield 'task, group', s(1) | two()
    yield 'task, group of one', s(1) | group(s(2))
    yield 'task, empty group', s(1) | group()
    yield 'task, chord', s(1) | pair()
    yield 'chain, task', chain(s(1), s(2)) | s(3)
    yield 'chain, chain', chain(s(1), s(2)) | chain(s(3), s(4))
    yield 'chain, group', chain(s(1), s(2)) | two()
    yield 'chain, group of one', chain(s(1), s(2)) | group(s(3))
    yield 'chain, empty group', chain(s(1), s(2)) | group()
    yield 'chain, chord', chain(s(1), s(2)) | pair()
    yield 'empty chain, task', chain() | s(1)
    yield 'empty chain, group', chain() | two()
    yield 'chain with group, task', s(1) | two() | s(3)
    yield 'chain with group, task, task', s(1) | two() | s(3) | s(4)
    yield 'chain with group, group', s(1) | two() | two()
    yield 'chain with group, chord', s(1) | two() | pair()
    yield 'chain with group, chain', (s(1) | two()) | chain(s(3), s(4))
    yield 'chain with chord, task', s(1) | pair() | s(4)
    yield 'chain with chord, group', s(1) | pair() | two()
    yield 'chain with chord, group, task', s(1) | pair() | two() | s(4)
    yield 'chain with chord, chord', s(1) | pair() | pair()
    yield 'chain with links, task', linked(chain(s(1), s(2)), s(8), s(9)) | s(3)
    yield 'chain with links and group, task', linked(s(1) | two(), s(8), s(9)) | s(3)
    yield 'chain, chain with links', chain(s(1), s(2)) | linked(chain(s(3), s(4)), s(8), s(9))
    yield 'group, task', two() | s(3)
    yield 'group, task, task', two() | s(3) | s(4)
    yield 'group, group', two() | two()
    yield 'group, empty group', two() | group()
    yield 'group of one, task', group(s(1)) | s(2)
    yield 'group, chord', two() | pair()
    yield 'chord, task', pair() | s(4)
    yield 'chord, chain', pair() | chain(s(4), s(5))
    yield 'chord, group', pair() | two()
    yield 'chord, group of one', pair() | group(s(4))
    yield 'chord, group of a chain', pair() | group(chain(s(4), s(5)))
    yield 'chord, chord', pair() | pair()
    yield 'chain()', chain(s(1), group(s(2)), chain(s(3), chain(s(4))), group(), s(5))
    yield 'chain() with groups', chain(s(1), two(), s(2), two(), s(3))
    yield 'chain() of a group', chain(two(), s(3), s(4))
    yield 'chain() of a list', chain([s(1), s(2)])
    yield 'linked chain', linked(chain(s(1), s(2)), s(8), s(9))
    yield 'linked group', linked(two(), s(8), s(9))
    yield 'linked chord', linked(pair(), s(8), s(9))
    yield 'linked chord of chords', linked(chord([pair(), s(1)], pair()), s(8), s(9))
    yield 'linked twice', linked(linked(s(1), s(8), s(9)), s(8), s(9))
    yield 'partial', s(2).clone((1,), {'z': 3})
    yield 'partial of an immutable', add.si(2).clone((1,), {'z': 3})


def stamped(signature, visitor=None, append=False, **stamps):
    signature.stamp(visitor, append, **stamps)
    return signature


def stamps():
    """Only with 5.3 and later."""
    from celery.canvas import StampingVisitor

    class Where(StampingVisitor):
        def on_signature(self, sig, **headers):
            return {'of': sig.args[0] if sig.args else None}

        def on_group_start(self, group, **headers):
            return {'members': len(group.tasks)}

        def on_chain_start(self, chain, **headers):
            return {'steps': len(chain.tasks)}

        def on_chord_body(self, sig, **headers):
            return {'body': 1}

        def on_callback(self, callback, **headers):
            return {'after': callback.args[0]}

        def on_errback(self, errback, **headers):
            return {'failed': errback.args[0]}

    class Same(StampingVisitor):
        def on_signature(self, sig, **headers):
            return {'a': 'signature'}

        def on_chain_start(self, chain, **headers):
            return {'a': 'chain'}

    def everything():
        return chain(s(1, 1), group(s(2), linked(s(3), s(8), s(9)), chain(s(4), s(5))), linked(s(6), s(8)), s(7))

    yield 'task', stamped(s(1), a='x', b=[1, 2])
    yield 'task with links', stamped(linked(linked(s(1), s(7), s(9)), s(8)), a='x')
    yield 'chord', stamped(chord([s(1), s(2)], s(3)), a='x')
    yield 'everything', stamped(everything(), a='x')
    yield 'visited task', stamped(s(1), Where())
    yield 'visited task with links', stamped(linked(linked(s(1), s(7), s(9)), s(8)), Where())
    yield 'visited group', stamped(group(s(1), s(2)), Where())
    yield 'visited chord', stamped(chord([s(1), group(s(2), s(3))], chain(s(4), s(5))), Where())
    yield 'visited everything', stamped(everything(), Where())
    yield 'linked chain', stamped(linked(chain(s(1), s(2)), s(8), s(9)), Where())
    yield 'again', stamped(stamped(s(1), a='x', b=[1]), a='y', b=[2], c=3)
    yield 'again, appended', stamped(stamped(s(1), a='x', b=[1]), None, True, a='y', b=[2], c=3)
    yield 'same', stamped(chain(s(1), s(2)), Same())
    yield 'same, appended', stamped(chain(s(1), s(2)), Same(), True)


def main(what):
    for name, value in globals()[what]():
        text = dumps(value)
        ids = {}
        text = re.sub(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
                      lambda match: ids.setdefault(match.group(), f'id-{len(ids) + 1}'), text)
        print(json.dumps({'name': name, 'value': json.loads(text)}))


if __name__ == '__main__':
    main(sys.argv[1])
