package io.github.celeryspring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes a bean method a Celery task. Arguments are bound by position and by parameter
 * name; a parameter of type {@code TaskContext} is injected; the return value, or what a
 * returned {@code CompletionStage} completes with, is the result. The method is called
 * through the bean, so that {@code @Transactional} and other advice apply. All text
 * attributes accept <code>${...}</code> placeholders. Counterpart of {@code @app.task}.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface CeleryTask {

	/**
	 * The name of the task on the wire.
	 * @return the name; empty for the simple name of the class in lower camel case, a
	 * dot, and the name of the method
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * The name of the task on the wire.
	 * @return the name; empty for the simple name of the class in lower camel case, a
	 * dot, and the name of the method
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * The queue that this application sends the task to and takes it from.
	 * @return the queue; empty for {@code celery.task-default-queue}
	 */
	String queue() default "";

	/**
	 * Whether the message is acknowledged after the task has run ({@code acks_late}).
	 * @return {@code true}, {@code false}, or empty for {@code celery.task-acks-late}
	 */
	String acksLate() default "";

	/**
	 * Whether no result is stored ({@code ignore_result}).
	 * @return {@code true}, {@code false}, or empty for {@code celery.task-ignore-result}
	 */
	String ignoreResult() default "";

	/**
	 * Whether state STARTED is stored when the task begins ({@code track_started}).
	 * @return {@code true}, {@code false}, or empty for {@code celery.task-track-started}
	 */
	String trackStarted() default "";

}
