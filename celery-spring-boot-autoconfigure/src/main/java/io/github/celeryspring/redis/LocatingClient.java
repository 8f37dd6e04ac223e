package io.github.celeryspring.redis;

import java.net.SocketAddress;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Lettuce's client, which asks a locator where to go before each connect and each
 * reconnect.
 */
final class LocatingClient extends RedisClient {

	private final @Nullable ServerLocator locator;

	/**
	 * Creates the client.
	 * @param resources Lettuce's threads
	 * @param options its options
	 * @param locator finds the server, or {@code null} to go where the URI says
	 */
	LocatingClient(ClientResources resources, ClientOptions options, @Nullable ServerLocator locator) {
		super(resources, new RedisURI());
		this.locator = locator;
		setOptions(options);
	}

	@Override
	protected Mono<SocketAddress> getSocketAddress(RedisURI uri) {
		ServerLocator asked = this.locator;
		return (asked != null) ? Mono.fromCompletionStage(asked::locate) : super.getSocketAddress(uri);
	}

	/**
	 * Cuts all connections. Those that reconnect locate the server anew.
	 */
	void cut() {
		this.channels.close();
	}

}
