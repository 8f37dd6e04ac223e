package io.github.celeryspring.worker;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.protocol.TaskIds;
import org.jspecify.annotations.Nullable;

/**
 * Writes the letters for the dead-letter queue: valid messages of kombu, whatever came
 * in, with the reason in their headers.
 */
final class DeadLetters {

	static final String REASON = "x-dead-letter-reason";

	static final String EXCEPTION = "x-dead-letter-exception";

	static final String TIME = "x-dead-letter-time";

	static final String QUEUE = "x-dead-letter-queue";

	private static final String SUFFIX = ".dlq";

	private static final int EXCERPT = 1024;

	private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx")
		.withZone(ZoneOffset.UTC);

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private final Clock clock;

	DeadLetters(Clock clock) {
		this.clock = clock;
	}

	/**
	 * The message as it came, with the reason; wrapped if it could not be decoded, or if
	 * a peer could be hurt by it.
	 * @param delivery where it came from
	 * @param envelope the message, or {@code null}
	 * @param reason what is wrong with it
	 * @param exception what was thrown, or {@code null}
	 * @return the letter
	 */
	KombuMessage of(Delivery delivery, @Nullable KombuMessage envelope, String reason, @Nullable Throwable exception) {
		if (envelope == null) {
			return ofRaw(delivery, reason, exception);
		}
		KombuMessage letter = ofEnvelope(delivery, envelope, reason, exception);
		try {
			this.codec.encode(letter);
			return letter;
		}
		catch (InvalidMessageException ex) {
			return ofRaw(delivery, reason, exception);
		}
	}

	private KombuMessage ofEnvelope(Delivery delivery, KombuMessage envelope, String reason,
			@Nullable Throwable exception) {
		Map<String, @Nullable Object> headers = new LinkedHashMap<>(envelope.headers());
		addReason(headers, delivery, reason, exception);
		MessageProperties old = envelope.properties();
		String tag = old.deliveryTag().isEmpty() ? TaskIds.next() : old.deliveryTag();
		MessageProperties properties = new MessageProperties(old.correlationId(), old.replyTo(), old.deliveryMode(),
				destination(delivery), old.priority(), tag, old.expiration(), old.others());
		return new KombuMessage(envelope.body(), envelope.contentType(), envelope.contentEncoding(), headers,
				properties);
	}

	/**
	 * What came, byte for byte, as the body of a message that any worker of Celery can
	 * take: it is of no task, so that one reports an unknown message and drops it.
	 */
	private KombuMessage ofRaw(Delivery delivery, String reason, @Nullable Throwable exception) {
		Map<String, @Nullable Object> headers = new LinkedHashMap<>();
		addReason(headers, delivery, reason, exception);
		MessageProperties properties = new MessageProperties(null, null, MessageProperties.PERSISTENT,
				destination(delivery), 0, TaskIds.next(), null, Map.of());
		return new KombuMessage(delivery.payload(), "application/data", "binary", headers, properties);
	}

	/**
	 * A peer that takes the letter and dies must give it back to the dead-letter queue,
	 * not to the queue that it came from.
	 */
	private static DeliveryInfo destination(Delivery delivery) {
		return DeliveryInfo.toQueue(delivery.queue() + SUFFIX);
	}

	private void addReason(Map<String, @Nullable Object> headers, Delivery delivery, String reason,
			@Nullable Throwable exception) {
		headers.put(REASON, reason);
		headers.put(EXCEPTION, (exception != null) ? abbreviated(exception.toString()) : null);
		headers.put(TIME, ISO.format(this.clock.instant()));
		headers.put(QUEUE, delivery.queue());
	}

	private static String abbreviated(String text) {
		return (text.length() <= EXCERPT) ? text : (text.substring(0, EXCERPT) + "...");
	}

	/**
	 * The beginning of what came, fit for one line of a log.
	 * @param delivery the message
	 * @return about one kilobyte of it
	 */
	static String excerpt(Delivery delivery) {
		byte[] payload = delivery.payload();
		String text = new String(payload, 0, Math.min(payload.length, EXCERPT), StandardCharsets.UTF_8);
		StringBuilder excerpt = new StringBuilder(text.length() + 32);
		text.chars().forEach((c) -> excerpt.append((c < ' ' || c == 0x7f) ? '.' : (char) c));
		if (payload.length > EXCERPT) {
			excerpt.append("... (").append(payload.length).append(" bytes)");
		}
		return excerpt.toString();
	}

}
