/**
 * kombu's model: messages, queues, the transport contract, and the serializers of message
 * bodies. Knows nothing of tasks. Counterpart of Python's {@code kombu.message},
 * {@code kombu.entity}, {@code kombu.serialization}, {@code kombu.utils.json} and
 * {@code kombu.transport.virtual}. Everything above may use it; of ours it uses only the
 * errors of the root package.
 */
@NullMarked
package io.github.celeryspring.kombu;

import org.jspecify.annotations.NullMarked;
