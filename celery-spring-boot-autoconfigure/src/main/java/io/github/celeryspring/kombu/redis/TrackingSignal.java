package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;

/**
 * Waits for the push that Redis sends when a list that {@code fetch.lua} found empty is
 * changed. Takes nothing.
 */
final class TrackingSignal implements ArrivalSignal, PushListener {

	/**
	 * A push that got lost delays messages by this much and no more. Asking is also what
	 * shows that a connection is dead.
	 */
	static final Duration SAFETY_POLL = Duration.ofSeconds(2);

	private final Semaphore bell;

	private final Duration longest;

	/**
	 * Creates a signal.
	 * @param bell rung by each push
	 * @param longest the longest wait
	 */
	TrackingSignal(Semaphore bell, Duration longest) {
		this.bell = bell;
		this.longest = longest;
	}

	@Override
	public void onPushMessage(PushMessage message) {
		if (message.getType().equals("invalidate")) {
			this.bell.release();
		}
	}

	@Override
	public void await(byte[][] lists, Semaphore bell, Duration timeout) throws InterruptedException {
		Duration wait = (timeout.compareTo(this.longest) < 0) ? timeout : this.longest;
		bell.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
	}

}
