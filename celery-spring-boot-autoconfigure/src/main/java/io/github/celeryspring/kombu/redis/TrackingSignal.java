package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;

/**
 * Waits for the push that Redis sends when a list that was found empty is changed. Takes
 * nothing. Only what is asked for here is watched: up to 7.0 Redis would watch all keys
 * of {@code fetch.lua}, and each acknowledgement of any worker would wake all.
 */
final class TrackingSignal implements ArrivalSignal, PushListener {

	/**
	 * A push that got lost delays messages by this much and no more. Asking is also what
	 * shows that a connection is dead.
	 */
	static final Duration SAFETY_POLL = Duration.ofSeconds(2);

	private final RedisAsyncCommands<byte[], byte[]> redis;

	private final Duration patience;

	private final Duration longest;

	private final Semaphore bell;

	/**
	 * Creates a signal.
	 * @param redis the connection of the consumer, where tracking is on with OPTIN
	 * @param patience how long to wait for a reply
	 * @param longest the longest wait
	 * @param bell rung by each push
	 */
	TrackingSignal(RedisAsyncCommands<byte[], byte[]> redis, Duration patience, Duration longest, Semaphore bell) {
		this.redis = redis;
		this.patience = patience;
		this.longest = longest;
		this.bell = bell;
	}

	@Override
	public void onPushMessage(PushMessage message) {
		if (message.getType().equals("invalidate")) {
			this.bell.release();
		}
	}

	@Override
	public void await(byte[][] lists, Semaphore bell, Duration timeout) throws InterruptedException {
		this.redis.clientCaching(true);
		if (ConsumerSession.get(this.redis.exists(lists), this.patience) > 0) {
			return;
		}
		Duration wait = (timeout.compareTo(this.longest) < 0) ? timeout : this.longest;
		bell.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
	}

}
