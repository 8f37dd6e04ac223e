package io.github.celeryspring;

/**
 * A message is serialized or compressed in a way that is not accepted here; others may
 * accept it. kombu's {@code ContentDisallowed}.
 *
 * @since 0.1.0
 */
public class ContentDisallowedException extends InvalidMessageException {

	/**
	 * Creates the exception.
	 * @param message what is not accepted, and what is
	 */
	public ContentDisallowedException(String message) {
		super(message);
	}

}
