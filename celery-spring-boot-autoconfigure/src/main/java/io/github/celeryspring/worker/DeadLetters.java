package io.github.celeryspring.worker;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.DeadLetterQueues;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.protocol.TaskIds;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.worker.TaskOutcome.Failure;
import io.github.celeryspring.worker.TaskOutcome.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Writes the letters for the dead-letter queue: valid messages of kombu, whatever came
 * in, with the reason in their headers.
 */
final class DeadLetters {

	/** What a Python worker tries to read whatever it was told to accept. */
	private static final Set<String> ALWAYS_ACCEPTED = Set.of("application/json", "application/data",
			"application/text");

	private static final int EXCERPT = 1024;

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private final Clock clock;

	DeadLetters(Clock clock) {
		this.clock = clock;
	}

	/**
	 * The message as it came, with the reason.
	 * @param delivery where it came from
	 * @param refused the message, which is a valid one, and what is wrong with it
	 * @return the letter
	 */
	KombuMessage refused(Delivery delivery, Refused refused) {
		TaskFailure failure = refused.result();
		StringBuilder exception = new StringBuilder(failure.module() + "." + failure.type());
		failure.message().forEach((part) -> exception.append(": ").append(part));
		Map<String, @Nullable Object> reason = reason(delivery, refused.reason(), exception.toString(),
				refused.deliveries());
		return asItCame(delivery, refused.envelope(), reason);
	}

	/**
	 * The message of a task that failed, as it came.
	 * @param delivery where it came from
	 * @param failure how it failed
	 * @return the letter
	 */
	KombuMessage failed(Delivery delivery, Failure failure) {
		return refused(delivery, new Refused(failure.result(), "The task failed", delivery.message(), 1));
	}

	/**
	 * The message with the reason; wrapped if a peer could be hurt by it.
	 * @param delivery where it came from
	 * @param envelope the message, or {@code null} if not even that could be read
	 * @param exception what was thrown
	 * @return the letter
	 */
	KombuMessage undecodable(Delivery delivery, @Nullable KombuMessage envelope, Throwable exception) {
		Map<String, @Nullable Object> reason = reason(delivery, "The message cannot be decoded", exception.toString(),
				1);
		if (envelope == null) {
			return wrapped(delivery, delivery.payload(), reason);
		}
		if (DeadLetterHeaders.isWrapped(envelope)) {
			return wrapped(delivery, DeadLetter.unwrap(envelope), reason);
		}
		return isHarmless(envelope, exception) ? asItCame(delivery, envelope, reason)
				: wrapped(delivery, delivery.payload(), reason);
	}

	/**
	 * A Python worker dies of some task messages whose body it can read and which make no
	 * sense. It reads no foreign content unless it was told to, and is then left the
	 * chance to do so.
	 */
	private static boolean isHarmless(KombuMessage envelope, Throwable exception) {
		return exception instanceof ContentDisallowedException && !ALWAYS_ACCEPTED.contains(envelope.contentType())
				&& envelope.headers().get("compression") == null;
	}

	private KombuMessage asItCame(Delivery delivery, KombuMessage envelope, Map<String, @Nullable Object> reason) {
		MessageProperties old = envelope.properties();
		Map<String, @Nullable Object> headers = new LinkedHashMap<>(envelope.headers());
		headers.putAll(reason);
		headers.put(DeadLetterHeaders.EXCHANGE, old.deliveryInfo().exchange());
		headers.put(DeadLetterHeaders.ROUTING_KEY, old.deliveryInfo().routingKey());
		String tag = old.deliveryTag().isEmpty() ? TaskIds.next() : old.deliveryTag();
		MessageProperties properties = new MessageProperties(old.correlationId(), old.replyTo(), old.deliveryMode(),
				DeliveryInfo.toQueue(destination(delivery)), old.priority(), tag, old.expiration(), old.others());
		KombuMessage letter = new KombuMessage(envelope.body(), envelope.contentType(), envelope.contentEncoding(),
				headers, properties);
		try {
			this.codec.encode(letter);
			return letter;
		}
		catch (InvalidMessageException ex) {
			return wrapped(delivery, delivery.payload(), reason);
		}
	}

	private static KombuMessage wrapped(Delivery delivery, byte[] content, Map<String, @Nullable Object> reason) {
		KombuMessage letter = DeadLetter.wrap(content, destination(delivery), TaskIds.next());
		letter.headers().putAll(reason);
		return letter;
	}

	/**
	 * A peer that takes the letter and dies must give it back to the dead-letter queue,
	 * not to the queue that it came from.
	 */
	private static String destination(Delivery delivery) {
		return delivery.queue() + DeadLetterQueues.SUFFIX;
	}

	private Map<String, @Nullable Object> reason(Delivery delivery, String reason, String exception, int count) {
		Map<String, @Nullable Object> headers = new LinkedHashMap<>();
		headers.put(DeadLetterHeaders.REASON, reason);
		headers.put(DeadLetterHeaders.EXCEPTION, abbreviated(exception));
		headers.put(DeadLetterHeaders.TIME, DeadLetterHeaders.time(this.clock.instant()));
		headers.put(DeadLetterHeaders.COUNT, count);
		headers.put(DeadLetterHeaders.QUEUE, delivery.queue());
		return headers;
	}

	private static String abbreviated(String text) {
		return (text.length() <= EXCERPT) ? text : (text.substring(0, EXCERPT) + "...");
	}

	/**
	 * The beginning of what came, fit for one line of a log.
	 * @param delivery the message
	 * @param envelope the message decoded, or {@code null}
	 * @return about one kilobyte of it
	 */
	static String excerpt(Delivery delivery, @Nullable KombuMessage envelope) {
		byte[] payload = (envelope != null && DeadLetterHeaders.isWrapped(envelope)) ? DeadLetter.unwrap(envelope)
				: delivery.payload();
		String text = new String(payload, 0, Math.min(payload.length, EXCERPT), StandardCharsets.UTF_8);
		StringBuilder excerpt = new StringBuilder(text.length() + 32);
		text.chars().forEach((c) -> excerpt.append((c < ' ' || c == 0x7f) ? '.' : (char) c));
		if (payload.length > EXCERPT) {
			excerpt.append("... (").append(payload.length).append(" bytes)");
		}
		return excerpt.toString();
	}

}
