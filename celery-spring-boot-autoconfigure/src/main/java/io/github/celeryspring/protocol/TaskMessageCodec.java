package io.github.celeryspring.protocol;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.Compression;
import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.RawJsonList;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.SharedValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Converts between {@link TaskMessage} and {@link KombuMessage}: writes protocol 2, reads
 * 1 and 2. Thread-safe. Counterpart of {@code celery.app.amqp.AMQP.as_task_v2} and
 * {@code celery.worker.strategy}.
 *
 * @since 0.1.0
 */
public final class TaskMessageCodec {

	private final Serializers serializers;

	private final Clock clock;

	private final String clientId = TaskIds.next();

	/**
	 * Creates a codec.
	 * @param serializers for the bodies
	 */
	public TaskMessageCodec(Serializers serializers) {
		this(serializers, Clock.systemUTC());
	}

	TaskMessageCodec(Serializers serializers, Clock clock) {
		this.serializers = serializers;
		this.clock = clock;
	}

	/**
	 * The reply address of messages that have none of their own. Celery's
	 * {@code thread_oid}.
	 * @return the same at every call
	 */
	public String clientId() {
		return this.clientId;
	}

	/**
	 * A part of many messages, which is written once and copied into each.
	 * @param part what does not change any more
	 * @return what to put into the messages
	 */
	public Object shared(Object part) {
		return new SharedValue(part, this.serializers.json());
	}

	/**
	 * Writes a message of protocol 2 with a new delivery tag. Display forms of the
	 * arguments, root id, origin and reply address (an id of this codec's own) are filled
	 * in where they are missing.
	 * @param message the message
	 * @return the message for the transport
	 * @throws InvalidMessageException if a worker could be hurt by it: no name or id, a
	 * keyword without a name, a header of the caller's own that is one of the protocol's,
	 * a time that Python does not have
	 * @throws CelerySerializationException if an argument cannot be written, or there is
	 * no serializer or compression of the name that the message says
	 */
	public KombuMessage encode(TaskMessage message) {
		TaskHeaders headers = message.headers();
		TaskBody body = message.body();
		for (String name : body.kwargs().keySet()) {
			if (name == null) {
				throw new InvalidMessageException("A task message is refused because a keyword argument has no name");
			}
		}
		Map<String, @Nullable Object> map = TaskHeadersWriter.write(headers, body);
		String replyTo = (message.replyTo() != null) ? message.replyTo() : this.clientId;
		MessageProperties properties = new MessageProperties(headers.id(), replyTo, MessageProperties.PERSISTENT,
				message.deliveryInfo(), message.priority(), TaskIds.next(), expiration(headers.expires()),
				message.properties());
		ContentSerializer serializer = this.serializers.forSending(message.serializer());
		Compression compression = this.serializers.compressionForSending(message.compression());
		byte[] content = write(headers.task(), body, serializer);
		if (compression != null) {
			content = compression.compress(content);
			map.put("compression", compression.contentType());
		}
		return new KombuMessage(content, serializer.contentType(), serializer.contentEncoding(), map, properties,
				(body.embed().chain() instanceof RawJsonList chain) ? chain : null);
	}

	private static byte[] write(String task, TaskBody body, ContentSerializer serializer) {
		Map<String, @Nullable Object> embed = new LinkedHashMap<>();
		embed.put("callbacks", body.embed().callbacks());
		embed.put("errbacks", body.embed().errbacks());
		embed.put("chain", body.embed().chain());
		embed.put("chord", body.embed().chord());
		try {
			return serializer.serialize(Arrays.asList(body.args(), body.kwargs(), embed));
		}
		catch (CelerySerializationException ex) {
			throw new CelerySerializationException(
					"The body [args, kwargs, embed] of task " + task + ": " + ex.getMessage(), ex);
		}
	}

	private @Nullable String expiration(@Nullable Instant expires) {
		if (expires == null) {
			return null;
		}
		return Long.toString(Math.max(0, expires.toEpochMilli() - this.clock.millis()));
	}

	/**
	 * Reads a message of protocol 1 or 2, body included. A time without offset is taken
	 * for UTC, as Python workers do by default. What is missing gets Celery's defaults;
	 * headers of the transport ({@code redelivered}) are not kept, but
	 * {@link TaskMessage#deliveryInfo()} tells.
	 * @param message the message
	 * @return the task message
	 * @throws ContentDisallowedException if its content type is not accepted, or nothing
	 * here can decompress it
	 * @throws InvalidMessageException if it is not a task message
	 * @throws CelerySerializationException if the body cannot be read
	 */
	public TaskMessage decode(KombuMessage message) {
		ContentSerializer serializer = this.serializers.forContentType(message.contentType());
		byte[] content = this.serializers.content(message);
		JsonNode body = (serializer == this.serializers.json())
				? LongBody.read(content, message.copied(), this.serializers.mapper()) : null;
		return new TaskMessageReader(message).read((body != null) ? body : serializer.deserialize(content));
	}

}
