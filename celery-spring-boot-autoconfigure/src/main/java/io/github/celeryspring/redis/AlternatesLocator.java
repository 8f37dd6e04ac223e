package io.github.celeryspring.redis;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.github.celeryspring.BrokerUnavailableException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Chooses one of several servers, by kombu's round robin: stays with one until it cannot
 * be connected to, then tries the others at once, each one time. When the first comes
 * back nothing happens. All connections agree: each connect tries the present server with
 * a connection of its own first, and a change cuts those that are left at the former one.
 */
final class AlternatesLocator implements ServerLocator {

	private static final Log logger = LogFactory.getLog(AlternatesLocator.class);

	private final RedisEndpoint.Alternates endpoint;

	private final List<RedisURI> uris;

	private final ClientResources resources;

	private final RedisClient client;

	private final Runnable moved;

	private final AtomicInteger present = new AtomicInteger();

	/**
	 * Creates the locator without connecting.
	 * @param endpoint the servers
	 * @param settings Lettuce's options
	 * @param resources Lettuce's threads
	 * @param moved called when another server was chosen
	 */
	AlternatesLocator(RedisEndpoint.Alternates endpoint, LettuceOptions settings, ClientResources resources,
			Runnable moved) {
		this.endpoint = endpoint;
		this.uris = endpoint.endpoints().stream().map(settings::uri).toList();
		this.resources = resources;
		this.client = new LocatingClient(resources, settings.client(endpoint.tls()).autoReconnect(false).build(), null);
		this.moved = moved;
	}

	/**
	 * The way to whichever server is present: its address comes from {@link #locate()}.
	 */
	RedisURI uri() {
		RedisURI uri = RedisURI.builder(this.uris.get(0)).build();
		uri.setCredentialsProvider(new PresentCredentials());
		return uri;
	}

	@Override
	public CompletionStage<SocketAddress> locate() {
		int first = this.present.get();
		return tryServer(first, first, new ArrayList<>());
	}

	private CompletionStage<SocketAddress> tryServer(int first, int index, List<String> failures) {
		return this.client.connectAsync(StringCodec.UTF8, this.uris.get(index))
			.thenCompose(StatefulConnection::closeAsync)
			.handle((closed, failure) -> {
				if (failure == null) {
					return choose(first, index);
				}
				failures.add(this.endpoint.endpoints().get(index) + ": " + FailureHints.rootCause(failure));
				int next = (index + 1) % this.uris.size();
				return (next != first) ? tryServer(first, next, failures) : noneReachable(failures);
			})
			.thenCompose(Function.identity());
	}

	private static CompletionStage<SocketAddress> noneReachable(List<String> failures) {
		return CompletableFuture.failedFuture(
				new BrokerUnavailableException("none of them can be reached: " + String.join("; ", failures), null));
	}

	private CompletionStage<SocketAddress> choose(int first, int index) {
		if (index != first) {
			if (!this.present.compareAndSet(first, index)) {
				// Another connection chose meanwhile.
				return locate();
			}
			logger.warn("Redis at " + this.endpoint.endpoints().get(first) + " cannot be reached, using "
					+ this.endpoint.endpoints().get(index));
			this.moved.run();
		}
		return CompletableFuture.completedFuture(this.resources.socketAddressResolver().resolve(this.uris.get(index)));
	}

	@Override
	public void demoted() {
		int before = this.present.get();
		this.present.compareAndSet(before, (before + 1) % this.uris.size());
	}

	@Override
	public CompletableFuture<Void> closeAsync() {
		return this.client.shutdownAsync();
	}

	/** User and password of whichever server is present. */
	private final class PresentCredentials implements RedisCredentialsProvider {

		private RedisCredentialsProvider present() {
			return AlternatesLocator.this.uris.get(AlternatesLocator.this.present.get()).getCredentialsProvider();
		}

		@Override
		public Mono<RedisCredentials> resolveCredentials() {
			return present().resolveCredentials();
		}

		@Override
		public boolean supportsStreaming() {
			return present().supportsStreaming();
		}

		@Override
		public Flux<RedisCredentials> credentials() {
			return present().credentials();
		}

	}

}
