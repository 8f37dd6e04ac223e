/**
 * Spring Boot's side: properties, auto-configurations, connection details and failure
 * analyzers. Uses everything; only {@code embedded} and {@code testcontainers} use it.
 */
@NullMarked
package io.github.celeryspring.autoconfigure;

import org.jspecify.annotations.NullMarked;
