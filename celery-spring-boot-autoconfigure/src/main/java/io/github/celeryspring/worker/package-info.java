/**
 * The worker: takes messages, runs tasks, stores what comes of them. Uses all packages
 * below; only the Boot packages use it. Counterpart of Python's {@code celery.worker}.
 */
@NullMarked
package io.github.celeryspring.worker;

import org.jspecify.annotations.NullMarked;
