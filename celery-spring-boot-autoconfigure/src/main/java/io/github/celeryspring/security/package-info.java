/**
 * Signed messages: the {@code auth} serializer. Uses {@code kombu}; {@code autoconfigure}
 * uses it. Counterpart of Python's {@code celery.security}.
 */
@NullMarked
package io.github.celeryspring.security;

import org.jspecify.annotations.NullMarked;
