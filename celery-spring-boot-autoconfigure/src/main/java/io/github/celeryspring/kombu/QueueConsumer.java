package io.github.celeryspring.kombu;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.BrokerUnavailableException;

/**
 * Takes messages from queues. {@link #poll} is for one thread; the rest may be called by
 * any. Counterpart of {@code kombu.messaging.Consumer}.
 *
 * @since 0.1.0
 */
public interface QueueConsumer extends AutoCloseable {

	/**
	 * Waits for messages and takes up to {@code max}. A message taken is recorded as
	 * unacknowledged in the same step, so that it cannot be lost, and its lease is
	 * renewed until it is settled.
	 * @param max how many at most, from 1
	 * @param timeout how long to wait for the first
	 * @return the deliveries in the order to run them, possibly none
	 * @throws InterruptedException if the thread was interrupted while waiting
	 * @throws BrokerUnavailableException if Redis cannot be reached now; the caller backs
	 * off and polls again
	 */
	List<Delivery> poll(int max, Duration timeout) throws InterruptedException;

	/**
	 * Makes a waiting {@link #poll}, or else the next one, return at once.
	 */
	void wakeup();

	/**
	 * Closes the connection. Unsettled deliveries stay valid: they can still be settled,
	 * and their leases go on until the transport is closed.
	 */
	@Override
	void close();

}
