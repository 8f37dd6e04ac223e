/**
 * What a task author touches, and what makes a bean method a task: context, definitions,
 * registry, the annotation processor and the binding of arguments. Uses
 * {@code annotation}, {@code canvas}, {@code protocol}, {@code result} and {@code kombu};
 * {@code client} (only the current context) and {@code worker} use it. Counterpart of
 * Python's {@code celery.app.task} and {@code celery.app.registry}.
 */
@NullMarked
package io.github.celeryspring.task;

import org.jspecify.annotations.NullMarked;
