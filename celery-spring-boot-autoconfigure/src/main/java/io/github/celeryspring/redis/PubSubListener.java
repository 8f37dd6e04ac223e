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
	 * Subscriptions may be missing, because a connection was given up, or because
	 * subscribing again after a reconnect went wrong: the owner sends those that are
	 * {@link PubSubConnection#notSubscribed}. Said after every health check, too.
	 */
	void subscribeMissing();

	/**
	 * Redis does not let us in, and will not.
	 * @param reason what it said
	 */
	void refused(CeleryException reason);

}
