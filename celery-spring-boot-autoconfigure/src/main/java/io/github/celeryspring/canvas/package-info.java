/**
 * Value types of work to be sent: signatures of all kinds, their options and stamps, and
 * Celery's JSON form of them. Uses no other package; {@code protocol}, {@code client},
 * {@code task} and {@code worker} use it. Counterpart of Python's {@code celery.canvas}.
 */
@NullMarked
package io.github.celeryspring.canvas;

import org.jspecify.annotations.NullMarked;
