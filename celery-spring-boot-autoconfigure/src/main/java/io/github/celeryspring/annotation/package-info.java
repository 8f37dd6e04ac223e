/**
 * The annotations that application code carries. Uses no other package; {@code task} and
 * {@code client} read them. Counterpart of Python's {@code @app.task} decorator.
 */
@NullMarked
package io.github.celeryspring.annotation;

import org.jspecify.annotations.NullMarked;
