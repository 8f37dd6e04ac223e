package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;

/**
 * How a consumer that found nothing learns that there is something. For the polling
 * thread of the consumer. The semaphore is the consumer's doorbell: a permit in it means
 * that it should look again, for whatever reason.
 */
sealed interface ArrivalSignal permits TrackingSignal, BlockingPopSignal {

	/**
	 * Waits until there may be messages.
	 * @param lists the lists in order
	 * @param bell the doorbell
	 * @param timeout how long at most
	 * @throws InterruptedException if interrupted
	 */
	void await(byte[][] lists, Semaphore bell, Duration timeout) throws InterruptedException;

	/**
	 * Whether the connection is blocked, so that a fetch would have to wait.
	 * @return whether to wait rather than fetch
	 */
	default boolean isBlocking() {
		return false;
	}

	/**
	 * A message that was taken by waiting, to be recorded by the next fetch.
	 * @return the message, once, or {@code null}
	 */
	default BlockingPopSignal.@Nullable Popped popped() {
		return null;
	}

}
