/**
 * The Redis transport: key names, queues, leases, the restore sweep. Implements the
 * contract of {@code kombu} and uses only that and {@code redis}; only the Boot packages
 * enter. Counterpart of Python's {@code kombu.transport.redis}.
 */
@NullMarked
package io.github.celeryspring.kombu.redis;

import org.jspecify.annotations.NullMarked;
