package io.github.celeryspring.kombu;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A message in a dead-letter queue. Its details come from its headers, so a message that
 * somebody else put there has few of them.
 *
 * @param id identifies it: a digest of its bytes, 32 hexadecimal digits
 * @param queue the queue that it was taken from, whose dead-letter queue it is in
 * @param task the name of the task, or {@code null} if unknown
 * @param taskId the id of the task, or {@code null} if unknown
 * @param reason why it could not be processed, or {@code null}
 * @param exception the exception as text, or {@code null}
 * @param time since when it is here, or {@code null}
 * @param count how often it was delivered, as far as it is known; from 1
 * @param wrapped whether a peer could be hurt by the message, which is therefore inside
 * another
 * @param element the bytes in the list; not to be changed
 * @since 0.1.0
 */
public record DeadLetter(String id, String queue, @Nullable String task, @Nullable String taskId,
		@Nullable String reason, @Nullable String exception, @Nullable Instant time, int count, boolean wrapped,
		byte[] element) {

	private static final KombuMessageCodec codec = new KombuMessageCodec();

	/**
	 * Reads a letter.
	 * @param queue the queue whose dead-letter queue it is in
	 * @param element the bytes in the list, whatever they are
	 * @return the letter
	 */
	public static DeadLetter of(String queue, byte[] element) {
		Map<String, @Nullable Object> headers = Map.of();
		Map<String, @Nullable Object> original = Map.of();
		try {
			KombuMessage letter = codec.decode(element);
			headers = letter.headers();
			original = headers;
			original = DeadLetterHeaders.isWrapped(letter) ? codec.decode(unwrap(letter)).headers() : headers;
		}
		catch (InvalidMessageException ex) {
			// what could be read is enough
		}
		int count = (headers.get(DeadLetterHeaders.COUNT) instanceof Number number) ? number.intValue() : 1;
		return new DeadLetter(digest(element), queue, text(original, "task"), text(original, "id"),
				text(headers, DeadLetterHeaders.REASON), text(headers, DeadLetterHeaders.EXCEPTION),
				time(text(headers, DeadLetterHeaders.TIME)), count,
				Boolean.TRUE.equals(headers.get(DeadLetterHeaders.WRAPPED)), element);
	}

	/**
	 * What is no message of kombu, or could hurt a peer, byte for byte as the body of a
	 * message that every peer can take: it is of no task, so that a worker of Celery
	 * reports an unknown message and drops it.
	 * @param element the bytes
	 * @param queue where the message is to go
	 * @param deliveryTag the delivery tag of the message
	 * @return a message with the header {@link DeadLetterHeaders#WRAPPED}
	 */
	public static KombuMessage wrap(byte[] element, String queue, String deliveryTag) {
		Map<String, @Nullable Object> headers = new LinkedHashMap<>();
		headers.put(DeadLetterHeaders.WRAPPED, true);
		return new KombuMessage(element, "application/data", "binary", headers, new MessageProperties(null, null,
				MessageProperties.PERSISTENT, DeliveryInfo.toQueue(queue), 0, deliveryTag, null, Map.of()));
	}

	/**
	 * Undoes {@link #wrap}.
	 * @param message a message with the header {@link DeadLetterHeaders#WRAPPED}
	 * @return the bytes
	 */
	public static byte[] unwrap(KombuMessage message) {
		// fetch.lua has no base64 and makes a text in which each byte is a character.
		return message.contentEncoding().equals("binary") ? message.body()
				: new String(message.body(), StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1);
	}

	private static @Nullable String text(Map<String, @Nullable Object> headers, String name) {
		return (headers.get(name) instanceof String text) ? text : null;
	}

	private static @Nullable Instant time(@Nullable String text) {
		try {
			return (text != null) ? PythonTimes.parseInstant(text) : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static String digest(byte[] element) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(element);
			return HexFormat.of().formatHex(digest, 0, 16);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The length of the letter.
	 * @return the number of bytes that it takes in Redis
	 */
	public int size() {
		return this.element.length;
	}

	/**
	 * What was in the queue, byte for byte, if it was wrapped; else the letter itself,
	 * which is that message with more headers.
	 * @return the bytes; not to be changed
	 */
	public byte[] payload() {
		return this.wrapped ? unwrap(codec.decode(this.element)) : this.element;
	}

	/**
	 * The message as it was sent: without the headers of the letter and not marked as
	 * redelivered.
	 * @param target the queue to send it to, or {@code null} to leave the destination as
	 * it was
	 * @return the message
	 * @throws InvalidMessageException if it is none
	 */
	public KombuMessage message(@Nullable String target) {
		KombuMessage letter = codec.decode(this.element);
		KombuMessage message = this.wrapped ? codec.decode(unwrap(letter)) : letter;
		Map<String, @Nullable Object> headers = new LinkedHashMap<>(message.headers());
		headers.keySet().removeIf((name) -> name.startsWith(DeadLetterHeaders.PREFIX));
		headers.remove("redelivered");
		DeliveryInfo origin = this.wrapped ? message.properties().deliveryInfo() : origin(letter);
		MessageProperties old = message.properties();
		MessageProperties properties = new MessageProperties(old.correlationId(), old.replyTo(), old.deliveryMode(),
				destination(origin, target), old.priority(), old.deliveryTag(), old.expiration(), old.others());
		return new KombuMessage(message.body(), message.contentType(), message.contentEncoding(), headers, properties);
	}

	private static DeliveryInfo origin(KombuMessage letter) {
		String exchange = text(letter.headers(), DeadLetterHeaders.EXCHANGE);
		String routingKey = text(letter.headers(), DeadLetterHeaders.ROUTING_KEY);
		return new DeliveryInfo((exchange != null) ? exchange : "", (routingKey != null) ? routingKey : "", false);
	}

	private DeliveryInfo destination(DeliveryInfo origin, @Nullable String target) {
		boolean known = !origin.exchange().isEmpty() || !origin.routingKey().isEmpty();
		if (target == null && known) {
			return new DeliveryInfo(origin.exchange(), origin.routingKey(), false);
		}
		return DeliveryInfo.toQueue((target != null) ? target : this.queue);
	}

}
