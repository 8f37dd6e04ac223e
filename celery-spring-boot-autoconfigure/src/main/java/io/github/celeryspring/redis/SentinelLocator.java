package io.github.celeryspring.redis;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks the Sentinels, one after the other, for the master. The one that answered is asked
 * first the next time, and is watched, so that a new master is known at once. Nothing is
 * remembered between connects but the order. Counterpart of redis-py's {@code Sentinel}.
 */
final class SentinelLocator implements ServerLocator {

	private static final Log logger = LogFactory.getLog(SentinelLocator.class);

	private final RedisEndpoint.Sentinel endpoint;

	private final SentinelQuery query;

	private final RedisClient client;

	private final SentinelWatch watch;

	private final Function<InetSocketAddress, SocketAddress> resolver;

	private final Runnable moved;

	private final AtomicReference<@Nullable InetSocketAddress> master = new AtomicReference<>();

	private volatile List<HostAndPort> order;

	/**
	 * Creates the locator without connecting.
	 * @param endpoint the Sentinels
	 * @param settings Lettuce's options
	 * @param resources Lettuce's threads
	 * @param moved called when the master is another than the last time
	 */
	SentinelLocator(RedisEndpoint.Sentinel endpoint, LettuceOptions settings, ClientResources resources,
			Runnable moved) {
		this.endpoint = endpoint;
		this.order = endpoint.sentinels();
		this.moved = moved;
		this.resolver = (address) -> resources.socketAddressResolver()
			.resolve(RedisURI.create(address.getHostString(), address.getPort()));
		this.client = new LocatingClient(resources, settings.sentinel(endpoint.options()), null);
		this.query = new SentinelQuery(this.client, endpoint, settings);
		this.watch = new SentinelWatch(this.client, endpoint.options(), settings, this::locate);
	}

	@Override
	public CompletionStage<SocketAddress> locate() {
		return ask(this.order, 0, new ArrayList<>()).thenApply(this.resolver);
	}

	private CompletionStage<InetSocketAddress> ask(List<HostAndPort> sentinels, int index, List<String> answers) {
		if (index == sentinels.size()) {
			return CompletableFuture.failedFuture(new BrokerUnavailableException("no Sentinel names a master '"
					+ this.endpoint.options().masterName() + "'. " + String.join(". ", answers), null));
		}
		HostAndPort sentinel = sentinels.get(index);
		return this.query.ask(sentinel).handle((address, failure) -> {
			if (failure != null) {
				answers.add("Sentinel " + sentinel
						+ (CeleryException.unwrap(failure) instanceof BrokerUnavailableException own
								? " " + own.getMessage() : ": " + FailureHints.rootCause(failure)));
				return ask(sentinels, index + 1, answers);
			}
			return CompletableFuture.completedFuture(accept(sentinel, address));
		}).thenCompose(Function.identity());
	}

	private InetSocketAddress accept(HostAndPort sentinel, InetSocketAddress address) {
		if (!this.order.get(0).equals(sentinel)) {
			List<HostAndPort> changed = new ArrayList<>(this.order);
			changed.remove(sentinel);
			changed.add(0, sentinel);
			this.order = changed;
		}
		this.watch.follow(sentinel);
		InetSocketAddress before = this.master.getAndSet(address);
		if (before != null && !before.equals(address)) {
			logger.info("Master " + this.endpoint.options().masterName() + " moved from " + before.getHostString() + ":"
					+ before.getPort() + " to " + address.getHostString() + ":" + address.getPort());
			// Whoever is still connected to the former master: it may go on taking
			// messages for seconds, which would be lost.
			this.moved.run();
		}
		return address;
	}

	@Override
	public CompletableFuture<Void> closeAsync() {
		this.watch.close();
		return this.client.shutdownAsync();
	}

}
