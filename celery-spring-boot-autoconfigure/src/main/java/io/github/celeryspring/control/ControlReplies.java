package io.github.celeryspring.control;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.ReplyQueue;
import io.github.celeryspring.kombu.Serializers;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Collects the replies to one command. Not thread-safe.
 */
final class ControlReplies {

	private static final Log logger = LogFactory.getLog(ControlReplies.class);

	/** What a command waits for Redis at most. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final int BATCH = 100;

	/**
	 * Redis is asked again and again: a reply comes within milliseconds or not at all.
	 */
	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private final Serializers serializers;

	private final @Nullable String ticket;

	private final Map<String, JsonNode> replies = new LinkedHashMap<>();

	private int received;

	ControlReplies(Serializers serializers, @Nullable String ticket) {
		this.serializers = serializers;
		this.ticket = ticket;
	}

	/**
	 * Waits for replies.
	 * @param queue where they arrive
	 * @param limit how many are waited for at most
	 * @param timeout how long the next one is waited for
	 * @return the replies by the name of the worker
	 */
	Map<String, JsonNode> collect(ReplyQueue queue, int limit, Duration timeout) {
		long last = System.nanoTime();
		while (this.received < limit && System.nanoTime() - last < timeout.toNanos()) {
			List<byte[]> taken = join("Reading replies of workers", queue.take(BATCH));
			taken.forEach(this::add);
			if (!taken.isEmpty()) {
				last = System.nanoTime();
			}
			else {
				LockSupport.parkNanos(this, PAUSE_NANOS);
				if (Thread.currentThread().isInterrupted()) {
					throw new CeleryException("Interrupted while waiting for replies of workers");
				}
			}
		}
		return this.replies;
	}

	private void add(byte[] payload) {
		try {
			KombuMessage message = this.codec.decode(payload);
			Object its = message.headers().get("ticket");
			if (its != null && !its.equals(this.ticket)) {
				return;
			}
			JsonNode body = this.serializers.forContentType(message.contentType()).deserialize(message.body());
			this.received++;
			body.properties().forEach((reply) -> {
				if (this.replies.put(reply.getKey(), reply.getValue()) != null) {
					logger.warn("Several workers are named " + reply.getKey()
							+ ". Give each its own name (celery.worker-hostname, or -n)");
				}
			});
		}
		catch (RuntimeException ex) {
			logger.error("A reply to a command of remote control cannot be read: " + ex);
		}
	}

	/**
	 * Blocks for an answer of Redis.
	 * @param <T> the type of the answer
	 * @param what what was asked, for messages
	 * @param stage the answer to come
	 * @return the answer
	 */
	static <T extends @Nullable Object> T join(String what, CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CeleryException known) ? known
					: new CeleryException(what + " failed: " + ex.getCause(), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new BrokerUnavailableException(what + ": Redis did not answer within " + PATIENCE, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CeleryException(what + " was interrupted", ex);
		}
	}

}
