/**
 * Value types of work to be sent: a task signature and its options. Uses no other
 * package; {@code protocol}, {@code client} and {@code task} use it. Counterpart of
 * Python's {@code celery.canvas}.
 */
@NullMarked
package io.github.celeryspring.canvas;

import org.jspecify.annotations.NullMarked;
