/**
 * Celery's task messages: headers, body, and the codec between them and kombu's messages
 * (protocol 2 written, 1 and 2 read). Uses {@code kombu} and {@code canvas};
 * {@code task}, {@code client} and {@code worker} use it. Counterpart of Python's
 * {@code celery.app.amqp} and {@code celery.worker.strategy}.
 */
@NullMarked
package io.github.celeryspring.protocol;

import org.jspecify.annotations.NullMarked;
