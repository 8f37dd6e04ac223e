package io.github.celeryspring.redis;

import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.BrokerUnavailableException;
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

	private volatile boolean closed;

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
		if (asked == null) {
			return super.getSocketAddress(uri);
		}
		return Mono.fromCompletionStage(() -> this.closed
				? CompletableFuture.failedFuture(new BrokerUnavailableException("closed", null)) : asked.locate());
	}

	@Override
	public CompletableFuture<Void> shutdownAsync(long quietPeriod, long timeout, TimeUnit unit) {
		this.closed = true;
		return super.shutdownAsync(quietPeriod, timeout, unit);
	}

	/**
	 * Cuts all connections. Those that reconnect locate the server anew.
	 */
	void cut() {
		this.channels.close();
	}

}
