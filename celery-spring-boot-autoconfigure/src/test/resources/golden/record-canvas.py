"""Records what Celery's own client sends for a table of canvases.

Usage: record-canvas.py <url of an empty Redis> > canvas.jsonl

Each line: the signature in its JSON form, arguments and options of the call, and what
was written: the messages in order, the sizes of chords, the saved groups, the result.
"""
import base64
import json
import sys

from celery import Celery, chain, chord, chunks, group, signature
from celery.canvas import _chain
from kombu.transport.redis import Channel
from kombu.utils.json import dumps
from redis import Redis

url = sys.argv[1]
redis = Redis.from_url(url)
app = Celery('recorder', broker=url, backend=url)
app.set_default()


def t(name, *args, **options):
    immutable = options.pop('immutable', False)
    return signature(name, args=args, options=options, immutable=immutable, app=app)


def a(*args, **options):
    return t('a', *args, **options)


def b(*args, **options):
    return t('b', *args, **options)


def c(*args, **options):
    return t('c', *args, **options)


def d(*args, **options):
    return t('d', *args, **options)


def raw(*tasks, **options):
    """A chain as it is in JSON that nobody has simplified."""
    sig = _chain(app=app)
    sig.tasks = list(tasks)
    sig.options.update(options)
    return sig


def linked(sig, link=(), errors=()):
    for one in link:
        sig.link(one)
    for one in errors:
        sig.link_error(one)
    return sig


def optioned(sig, **options):
    return sig.set(**options)


def frozen(sig, *args, **kwargs):
    sig.freeze(*args, **kwargs)
    return sig


REST = json.loads(dumps([frozen(d(9)), frozen(c(8))]))
BODY = json.loads(dumps(frozen(d(7), 'body-id', group_id='outer')))

CASES = {
    'task': a(1, 2),
    'task with options': a(1, task_id='mine', queue='q', priority=3, retries=2, shadow='s', time_limit=9,
                           soft_time_limit=8, headers={'x': 1}, ignore_result=True, replaced_task_nesting=1),
    'task with a countdown': a(1, countdown=10, expires=20),
    'task with links': linked(a(1), [b(), b(1, immutable=True)], [c()]),
    'task with a chain as callback': linked(a(1), [b() | c()]),
    'task with stamps': a(1, stamped_headers=['s'], s='v'),
    'called task': (a(1), (5, 6), dict(parent_id='p', root_id='r', priority=4)),
    'called immutable task': (a(1, immutable=True), (5,), dict(parent_id='p', root_id='r')),
    'called task in a chain': (a(1), (5,), dict(parent_id='p', root_id='r', chain=REST)),
    'called task with an empty chain': (a(1), (5,), dict(parent_id='p', root_id='r', chain=[])),
    'replaced task in a chord': (a(1), (), dict(task_id='x', chord=BODY, group_id='outer', group_index=4,
                                                root_id='r', parent_id='p', replaced_task_nesting=1)),
    'called task in its own group': (a(1, group_id='g', group_index=2), (5,), dict(group_id='other')),
    'chain of two': a(1) | b(2),
    'chain of three': chain(a(1), b(2), c(3)),
    'chain of one': raw(a(1)),
    'chain of immutables': chain(a(1, immutable=True), b(2, immutable=True)),
    'chain with options': optioned(chain(a(1), b(2)), queue='q', countdown=5),
    'chain with an id': optioned(chain(a(1), b(2)), task_id='mine'),
    'chain with links': linked(chain(a(1), b(2), c(3)), [d()], [t('e')]),
    'chain with links of its tasks': chain(linked(a(1), [d()], [t('e')]), linked(b(2), [d(1)])),
    'called chain': (chain(a(1), b(2)), (5,), dict(parent_id='p', root_id='r', chain=REST, task_id='x')),
    'replaced by a chain in a chord': (chain(a(1), b(2)), (), dict(task_id='x', chord=BODY, group_id='outer',
                                                                   group_index=4, root_id='r')),
    'chain of chains': raw(a(1), raw(b(2), c(3)), d(4)),
    'chain that begins with a chain': (raw(raw(b(2), c(3)), d(4)), (5,), {}),
    'chain with an empty group': raw(a(1), group([]), b(2)),
    'chain that begins with an empty group': (raw(group([]), a(1), b(2)), (5,), {}),
    'chain of an empty group': raw(group([])),
    'chain with a group of one': raw(a(1), group([b(2)]), c(3)),
    'chain that ends in a group': a(1) | group(b(2), c(3)),
    'chain of a group': raw(group(b(2), c(3))),
    'chain with a group': chain(a(1), group(b(2), c(3)), d(4)),
    'raw chain with a group': raw(a(1), group(b(2), c(3)), d(4)),
    'raw chain that begins with a group': raw(group(b(2), c(3)), d(4), a(5)),
    'raw chain with two groups': raw(a(1), group(b(2), c(3)), group(b(4), c(5)), d(6)),
    'chain with a group and more': chain(a(1), group(b(2), c(3)), d(4), a(5), group(b(6), c(7))),
    'chain with a group and errbacks': linked(chain(a(1), group(b(2), c(3)), d(4)), [a(9)], [t('e')]),
    'chain that ends in a group with links': linked(raw(a(1), group(b(2), c(3))), [d()], [t('e')]),
    'chain with a chord': raw(a(1), chord([b(2), c(3)], d(4)), a(5)),
    'chain that ends in a chord': raw(a(1), chord([b(2), c(3)], d(4))),
    'chain that ends in a chord with links': linked(raw(a(1), chord([b(2), c(3)], d(4))), [a(9)], [t('e')]),
    'chain with a chord of a chain': raw(a(1), chord([b(2), c(3)], chain(d(4), a(5))), b(6)),
    'chain with chords': raw(chord([a(1), b(2)], c(3)), chord([a(4), b(5)], c(6)), d(7)),
    'called chain that begins with a chord': (raw(chord([a(1), b(2)], c(3)), d(7)), (5,),
                                              dict(parent_id='p', root_id='r', chain=REST)),
    'group': group(a(1), b(2), c(3)),
    'group of one': group(a(1)),
    'empty group': group([]),
    'group with options': optioned(group(a(1), b(2)), queue='q', countdown=3, priority=2),
    'group with an id': optioned(group(a(1), b(2)), task_id='mine'),
    'group in a group': group(a(1), group(b(2), c(3)), d(4)),
    'group of chains': group(a(1) | b(2), c(3) | d(4)),
    'group of chains that end in groups': group(a(1) | group(b(2), c(3)), d(4)),
    'group of one chain that ends in a group': group(a(1) | group(b(2), c(3))),
    'group with an empty chain': group(a(1), raw(), b(2)),
    'group of chords': group(chord([a(1), b(2)], c(3)), chord([a(4), b(5)], d(6))),
    'called group': (group(a(1), b(2, immutable=True)), (5,), dict(parent_id='p', root_id='r', priority=1)),
    'called group of chains': (group(a(1) | b(2), chord([a(4), b(5)], d(6))), (5,),
                               dict(parent_id='p', root_id='r')),
    'called group in a chain': (frozen(group(a(1), b(2)), group_id='outer', chord=signature(BODY)), (5,),
                                dict(parent_id='p', root_id='r', chain=[])),
    'chord': chord([a(1), b(2)], c(3)),
    'chord of one': chord([a(1)], c(3)),
    'chord of nothing': chord([], c(3)),
    'chord of nothing with a chain': chord([], chain(c(3), d(4))),
    'chord with options': optioned(chord([a(1), b(2)], c(3)), queue='q', priority=2),
    'chord with a countdown': optioned(chord([a(1), b(2)], c(3)), countdown=5),
    'chord with an id': optioned(chord([a(1), b(2)], c(3)), task_id='mine'),
    'chord whose body has an id': chord([a(1), b(2)], c(3, task_id='mine')),
    'chord with links': optioned(chord([a(1), b(2)], c(3)), link=[d(4)], link_error=[t('e')]),
    'chord whose body has links': chord([a(1), b(2)], linked(c(3), [d(4)], [t('e')])),
    'chord with a chain as body': chord([a(1), b(2)], chain(c(3), d(4))),
    'chord with a chain as body and links': optioned(chord([a(1), b(2)], chain(c(3), d(4))), link=[a(9)],
                                                     link_error=[t('e')]),
    'chord with a group as body': chord([a(1), b(2)], group(c(3), d(4))),
    'chord with a group as body and links': optioned(chord([a(1), b(2)], group(c(3), d(4))), link=[a(9)],
                                                     link_error=[t('e')]),
    'chord with a chord as body': chord([a(1), b(2)], chord([c(3), d(4)], a(5))),
    'chord with a chain with a group as body': chord([a(1), b(2)], chain(c(3), group(c(3), d(4)), a(5))),
    'chord of chains': chord([a(1) | b(2), c(3) | d(4)], a(5)),
    'chord of chains that end in groups': chord([a(1) | group(b(2), c(3)), d(4)], a(5)),
    'chord of chains with chords': chord([chain(a(1), group(b(2), c(3)), d(4)), d(4)], a(5)),
    'chord of groups': chord([group(a(1), b(2)), c(3)], d(4)),
    'chord of nested groups': chord([group(a(1), group(b(2), c(3))), c(4)], d(5)),
    'chord of chords': chord([chord([a(1), b(2)], c(3)), chord([a(4), b(5)], c(6))], d(7)),
    'chord of chords of chords': chord([chord([chord([a(1), b(2)], c(3)), b(4)], c(5)), d(6)], a(7)),
    'chord of chords whose body is a group': chord([chord([a(1), b(2)], group(c(3), d(4))), d(6)], a(7)),
    'chord of chords whose body is a chain': chord([chord([a(1), b(2)], chain(c(3), d(4))), d(6)], a(7)),
    'chord with linked members': chord([linked(a(1), [c()], [t('e')]), b(2)], c(3)),
    'chord of a group with options': chord(optioned(group(a(1), b(2)), task_id='mine'), c(3)),
    'called chord': (chord([a(1), b(2)], c(3)), (5,), dict(parent_id='p', root_id='r', chain=REST)),
    'called chord with a group as body': (chord([a(1), b(2)], group(c(3), d(4))), (5,),
                                          dict(parent_id='p', root_id='r')),
    'replaced by a chord in a chord': (chord([a(1), b(2)], c(3)), (), dict(task_id='x', chord=BODY, group_id='outer',
                                                                         group_index=4, root_id='r')),
    'chunks': chunks(a(), [(1, 2), (3, 4), (5, 6)], 2, app=app),
}


SENT = []


def put(channel, queue, message, **kwargs):
    args, kwargs, embed = json.loads(base64.b64decode(message['body']))
    properties = message['properties']
    headers = message['headers']
    for name in ('lang', 'origin', 'argsrepr', 'kwargsrepr'):
        del headers[name]
    SENT.append({'headers': headers, 'args': args, 'kwargs': kwargs, 'embed': embed, 'queue': queue,
                 'reply_to': properties['reply_to'], 'priority': properties['priority']})


Channel._put = put


def written(suffix):
    prefix = 'celery-taskset-meta-'
    names = sorted(key.decode()[len(prefix):] for key in redis.keys(prefix + '*'))
    return {name.partition('.')[0]: json.loads(redis.get(prefix + name))
            for name in names if name.partition('.')[2] == suffix}


def record(name, case):
    sig, args, options = case if isinstance(case, tuple) else (case, (), {})
    form = json.loads(dumps(sig))
    redis.flushdb()
    SENT.clear()
    result = signature(json.loads(dumps(form)), app=app).apply_async(args, **options)
    return {'name': name, 'signature': form, 'args': args, 'options': options, 'messages': SENT,
            'sizes': written('s'), 'groups': [group['result'] for group in written('').values()],
            'result': result.as_tuple()}


for each, canvas in CASES.items():
    print(json.dumps(record(each, canvas)), flush=True)
