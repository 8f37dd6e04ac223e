/**
 * The embedded default: a real redis-server for an application that has configured none,
 * started only when {@code org.signal:embedded-redis} is on the class path. Uses
 * {@code autoconfigure}; nobody uses it.
 */
@NullMarked
package io.github.celeryspring.embedded;

import org.jspecify.annotations.NullMarked;
