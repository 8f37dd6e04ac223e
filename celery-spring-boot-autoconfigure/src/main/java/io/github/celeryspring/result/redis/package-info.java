/**
 * The Redis result backend. Implements the contract of {@code result} and uses only that,
 * {@code redis} and the serializers of {@code kombu}; only the Boot packages enter.
 * Counterpart of Python's {@code celery.backends.redis}.
 */
@NullMarked
package io.github.celeryspring.result.redis;

import org.jspecify.annotations.NullMarked;
