package io.github.celeryspring.kombu;

import org.springframework.util.Assert;

/**
 * How a consumer presents itself.
 *
 * @param name names threads and log lines; the node name of a worker
 * @since 0.1.0
 */
public record ConsumerOptions(String name) {

	public ConsumerOptions {
		Assert.hasText(name, "'name' must not be empty");
	}

}
