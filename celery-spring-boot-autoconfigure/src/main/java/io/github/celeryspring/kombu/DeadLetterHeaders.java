package io.github.celeryspring.kombu;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The headers that a dead letter has besides those of its message.
 *
 * @since 0.1.0
 */
public final class DeadLetterHeaders {

	/** What all of them begin with. */
	public static final String PREFIX = "x-dead-letter-";

	/** Why the message could not be processed, as text. */
	public static final String REASON = PREFIX + "reason";

	/** The exception as text, or null. */
	public static final String EXCEPTION = PREFIX + "exception";

	/** When, as {@code 2030-01-02T03:04:05.006000+00:00}: always UTC, so it sorts. */
	public static final String TIME = PREFIX + "time";

	/** How often the message was delivered, as far as it is known; from 1. */
	public static final String COUNT = PREFIX + "count";

	/** The queue that the message was taken from. */
	public static final String QUEUE = PREFIX + "queue";

	/** The exchange that the message was sent to. */
	public static final String EXCHANGE = PREFIX + "exchange";

	/** The routing key that the message was sent with. */
	public static final String ROUTING_KEY = PREFIX + "routing-key";

	/**
	 * Present and true if the body is the whole of what was in the queue, byte for byte,
	 * because a peer could be hurt by it.
	 */
	public static final String WRAPPED = PREFIX + "wrapped";

	private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx")
		.withZone(ZoneOffset.UTC);

	private DeadLetterHeaders() {
	}

	/**
	 * Writes a time.
	 * @param time the time
	 * @return the value of {@link #TIME}
	 */
	public static String time(Instant time) {
		return ISO.format(time);
	}

	/**
	 * Whether a message has the header {@link #WRAPPED}.
	 * @param message the message
	 * @return whether its body is what was in the queue
	 */
	public static boolean isWrapped(KombuMessage message) {
		return Boolean.TRUE.equals(message.headers().get(WRAPPED));
	}

}
