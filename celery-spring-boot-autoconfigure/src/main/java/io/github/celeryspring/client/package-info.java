/**
 * Sends tasks: the operations, the template, routing and the handle of the result. Uses
 * {@code canvas}, {@code protocol}, {@code kombu}, {@code result} and, for the ids of the
 * running task only, {@code task}. Counterpart of Python's {@code celery.app.base},
 * {@code celery.app.routes} and {@code celery.result}.
 */
@NullMarked
package io.github.celeryspring.client;

import org.jspecify.annotations.NullMarked;
