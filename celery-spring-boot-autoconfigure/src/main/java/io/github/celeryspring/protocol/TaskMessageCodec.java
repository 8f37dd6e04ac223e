package io.github.celeryspring.protocol;

import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.Serializers;

/**
 * Converts between {@link TaskMessage} and {@link KombuMessage}: writes protocol 2, reads
 * 1 and 2. Thread-safe. Counterpart of {@code celery.app.amqp.AMQP.as_task_v2} and
 * {@code celery.worker.strategy}.
 *
 * @since 0.1.0
 */
public final class TaskMessageCodec {

	/**
	 * Creates a codec.
	 * @param serializers for the bodies
	 */
	public TaskMessageCodec(Serializers serializers) {
	}

	/**
	 * Writes a message of protocol 2 with a new delivery tag. Display forms of the
	 * arguments, root id and origin are filled in where they are missing.
	 * @param message the message
	 * @return the message for the transport
	 * @throws io.github.celeryspring.InvalidMessageException if a worker could be hurt by
	 * it
	 * @throws io.github.celeryspring.CelerySerializationException if an argument cannot
	 * be written
	 */
	public KombuMessage encode(TaskMessage message) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Reads a message of protocol 1 or 2, body included.
	 * @param message the message
	 * @return the task message
	 * @throws io.github.celeryspring.InvalidMessageException if it is not a task message
	 * or its content type is not accepted
	 * @throws io.github.celeryspring.CelerySerializationException if the body cannot be
	 * read
	 */
	public TaskMessage decode(KombuMessage message) {
		throw new UnsupportedOperationException();
	}

}
