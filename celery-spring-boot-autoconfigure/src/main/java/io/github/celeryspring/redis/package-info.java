/**
 * Shared Redis plumbing: where Redis is, the connections to it, scripts, group commit.
 * Only {@code kombu.redis}, {@code result.redis}, {@code beat} and the Boot packages may
 * enter; of ours it uses only the errors of the root package. Together with the other
 * {@code *.redis} packages the only place that sees Lettuce. Counterpart of redis-py's
 * connection pools.
 */
@NullMarked
package io.github.celeryspring.redis;

import org.jspecify.annotations.NullMarked;
