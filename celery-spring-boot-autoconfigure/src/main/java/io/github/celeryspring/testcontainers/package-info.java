/**
 * {@code @ServiceConnection} on a Redis container. Uses {@code autoconfigure}; nobody
 * uses it.
 */
@NullMarked
package io.github.celeryspring.testcontainers;

import org.jspecify.annotations.NullMarked;
