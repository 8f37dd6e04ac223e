package io.github.celeryspring.kombu;

import java.util.concurrent.CompletionStage;

/**
 * A listener of a fanout exchange. Thread-safe.
 *
 * @since 0.1.0
 */
public interface FanoutSubscription extends AutoCloseable {

	/**
	 * Whether the listener hears.
	 * @return completes when Redis has confirmed the subscription for the first time,
	 * exceptionally if it refuses it
	 */
	CompletionStage<Void> ready();

	/**
	 * How many messages were thrown away because too many waited for the listener: more
	 * than 10 000, or 16 MB.
	 * @return the number
	 */
	long dropped();

	/**
	 * Ends it; the listener is called no more, except for what it is just doing.
	 * Idempotent.
	 */
	@Override
	void close();

}
