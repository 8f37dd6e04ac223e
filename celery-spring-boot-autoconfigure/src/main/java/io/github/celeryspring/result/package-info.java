/**
 * Results: states, the result document, the backend contract, and the handle of a sent
 * task. Uses only the errors of the root package; {@code task}, {@code client} and
 * {@code worker} use it. Counterpart of Python's {@code celery.states},
 * {@code celery.result} and {@code celery.backends.base}.
 */
@NullMarked
package io.github.celeryspring.result;

import org.jspecify.annotations.NullMarked;
