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
	 * Whether the message is acknowledged after the task has run ({@code acks_late}). The
	 * message of a worker that was killed then always comes back, as with Celery's
	 * {@code reject_on_worker_lost}, up to {@code celery.worker-max-deliveries} times.
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

	/**
	 * Whether failures are stored even if results are not
	 * ({@code store_errors_even_if_ignored}).
	 * @return {@code true}, {@code false}, or empty for
	 * {@code celery.task-store-errors-even-if-ignored}
	 */
	String storeErrorsEvenIfIgnored() default "";

	/**
	 * Whether the message of a task that failed is acknowledged as any other
	 * ({@code acks_on_failure}). If not, it is rejected, which puts it into the
	 * dead-letter queue. Means nothing without {@link #acksLate()}.
	 * @return {@code true}, {@code false}, or empty for {@link #acksOnFailureOrTimeout()}
	 */
	String acksOnFailure() default "";

	/**
	 * Whether the message of a task over its {@link #timeLimit()} is acknowledged as any
	 * other ({@code acks_on_timeout}). If not, it goes back to its queue. Means nothing
	 * without {@link #acksLate()}.
	 * @return {@code true}, {@code false}, or empty for {@link #acksOnFailureOrTimeout()}
	 */
	String acksOnTimeout() default "";

	/**
	 * What {@link #acksOnFailure()} and {@link #acksOnTimeout()} are if they are empty
	 * ({@code acks_on_failure_or_timeout}, which Celery 5.7 deprecates).
	 * @return {@code true}, {@code false}, or empty for
	 * {@code celery.task-acks-on-failure} and {@code celery.task-acks-on-timeout}
	 */
	String acksOnFailureOrTimeout() default "";

	/**
	 * What the task is retried for by itself ({@code autoretry_for}).
	 * @return types of exceptions, their subtypes included
	 */
	Class<? extends Throwable>[] autoretryFor() default {};

	/**
	 * What it is not retried for, although {@link #autoretryFor()} names it
	 * ({@code dont_autoretry_for}).
	 * @return types of exceptions, their subtypes included
	 */
	Class<? extends Throwable>[] dontAutoretryFor() default {};

	/**
	 * How often the task is retried at most ({@code max_retries}).
	 * @return from 0; negative for no limit
	 */
	int maxRetries() default 3;

	/**
	 * How long it takes until a retry that does not say it ({@code default_retry_delay}).
	 * @return such as {@code 180s} or {@code PT3M}; a plain number is seconds
	 */
	String defaultRetryDelay() default "180s";

	/**
	 * Whether the pause before a retry by itself is doubled each time
	 * ({@code retry_backoff}).
	 * @return the first pause, such as {@code 5s}, a plain number is seconds;
	 * {@code true} for 1 second; empty or {@code false} for {@link #defaultRetryDelay()}
	 * each time
	 */
	String retryBackoff() default "";

	/**
	 * The longest pause if it is doubled ({@code retry_backoff_max}).
	 * @return such as {@code 10m}; a plain number is seconds
	 */
	String retryBackoffMax() default "600s";

	/**
	 * Whether a pause that is doubled is cut short by chance, to anything from 0 on
	 * ({@code retry_jitter}).
	 * @return whether it is
	 */
	boolean retryJitter() default true;

	/**
	 * How often each worker begins the task at most ({@code rate_limit}).
	 * @return such as {@code 10/s}, {@code 10/m} or {@code 10/h}; a plain number is per
	 * second; 0 for no limit; empty for {@code celery.task-default-rate-limit}
	 */
	String rateLimit() default "";

	/**
	 * When the task is interrupted ({@code soft_time_limit}). Whatever it throws then, it
	 * fails with {@code SoftTimeLimitExceeded}; it may also return, or ask for a retry.
	 * @return such as {@code 30s}; a plain number is seconds; 0 for never; empty for
	 * {@code celery.task-soft-time-limit}
	 */
	String softTimeLimit() default "";

	/**
	 * When the task fails with {@code TimeLimitExceeded}, whatever it does
	 * ({@code time_limit}). It is interrupted; its slot is free when its thread has
	 * ended.
	 * @return such as {@code 60s}; a plain number is seconds; 0 for never; empty for
	 * {@code celery.task-time-limit}
	 */
	String timeLimit() default "";

	/**
	 * Exceptions that are no surprise: they are logged at level INFO and without stack
	 * trace ({@code throws}).
	 * @return types of exceptions, their subtypes included
	 */
	Class<? extends Throwable>[] expected() default {};

	/**
	 * The priority that this application sends the task with ({@code priority}).
	 * @return 0 to 255, 0 the most urgent on Redis; negative to leave it open
	 */
	int priority() default -1;

	/**
	 * How this application serializes the arguments ({@code serializer}).
	 * @return such as {@code json}; empty for {@code celery.task-serializer}
	 */
	String serializer() default "";

	/**
	 * How this application compresses the arguments ({@code compression}).
	 * @return such as {@code gzip}; empty for {@code celery.task-compression}
	 */
	String compression() default "";

	/**
	 * How long after it was sent by this application the task may begin
	 * ({@code expires}).
	 * @return such as {@code 1h}; a plain number is seconds; empty for ever
	 */
	String expires() default "";

}
