/**
 * The errors of celery-spring-boot: {@link io.github.celeryspring.CeleryException} and
 * its subclasses. Every package may use this one; it uses none.
 */
@NullMarked
package io.github.celeryspring;

import org.jspecify.annotations.NullMarked;
