/**
 * Remote control: the mailbox in which workers hear commands, and the client that sends
 * them. Whoever serves or sends commands may use it; of ours it uses only {@code kombu}.
 * Counterpart of Python's {@code kombu.pidbox} and {@code celery.app.control}.
 */
@NullMarked
package io.github.celeryspring.control;

import org.jspecify.annotations.NullMarked;
