package io.github.celeryspring.redis;

import io.github.celeryspring.CeleryException;

/**
 * What a {@link PubSubConnection} tells its owner. Called by the event loop of Redis:
 * must not block, and must not run the code of users.
 *
 * @since 0.1.0
 */
public interface PubSubListener {

	/**
	 * Redis has confirmed a subscription; said again after every reconnect.
	 * @param name the channel or pattern
	 */
	void subscribed(String name);

	/**
	 * A message.
	 * @param name the channel or pattern that was subscribed
	 * @param message the message
	 */
	void message(String name, byte[] message);

	/**
	 * A connection was given up because it was dead, or its server is no longer the
	 * master. The next one knows no subscription: the owner sends them again.
	 */
	void givenUp();

	/**
	 * Redis does not let us in, and will not.
	 * @param reason what it said
	 */
	void refused(CeleryException reason);

}
