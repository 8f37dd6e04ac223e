package io.github.celeryspring.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the Sentinel that answered last, which tells when the master moves.
 * Without it a former master, which takes commands until a Sentinel makes it a replica,
 * would be noticed too late, and one that hangs not at all. A Sentinel that does not
 * allow it is not watched.
 */
final class SentinelWatch implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(SentinelWatch.class);

	private static final String CHANNEL = "+switch-master";

	private final RedisClient client;

	private final SentinelOptions options;

	private final LettuceOptions settings;

	private final Runnable look;

	private final AtomicReference<@Nullable Watched> watched = new AtomicReference<>();

	private volatile boolean closed;

	/**
	 * Creates the watch without connecting.
	 * @param client connects to Sentinels
	 * @param options name the master
	 * @param settings Lettuce's options
	 * @param look to be run when the master may have moved
	 */
	SentinelWatch(RedisClient client, SentinelOptions options, LettuceOptions settings, Runnable look) {
		this.client = client;
		this.options = options;
		this.settings = settings;
		this.look = look;
	}

	/**
	 * Watches this Sentinel instead of another.
	 * @param sentinel the Sentinel
	 */
	void follow(HostAndPort sentinel) {
		Watched current = this.watched.get();
		if (this.closed || current != null && current.sentinel.equals(sentinel)) {
			return;
		}
		Watched next = new Watched(sentinel);
		if (this.watched.compareAndSet(current, next)) {
			if (current != null) {
				current.end();
			}
			next.begin();
		}
	}

	@Override
	public void close() {
		this.closed = true;
	}

	/** What one Sentinel tells. */
	private final class Watched extends RedisPubSubAdapter<String, String> implements RedisConnectionStateListener {

		private final HostAndPort sentinel;

		private final CompletableFuture<StatefulRedisPubSubConnection<String, String>> connection = new CompletableFuture<>();

		Watched(HostAndPort sentinel) {
			this.sentinel = sentinel;
		}

		void begin() {
			SentinelWatch.this.client
				.connectPubSubAsync(StringCodec.UTF8,
						SentinelWatch.this.settings.uri(this.sentinel, SentinelWatch.this.options))
				.whenComplete((opened, failure) -> {
					if (failure != null) {
						lost();
						return;
					}
					opened.addListener((RedisPubSubAdapter<String, String>) this);
					opened.addListener((RedisConnectionStateListener) this);
					opened.async().subscribe(CHANNEL).whenComplete((done, refused) -> subscribed(opened, refused));
					this.connection.complete(opened);
				});
		}

		private void subscribed(StatefulRedisPubSubConnection<String, String> opened, @Nullable Throwable refused) {
			if (refused != null) {
				logger.info("Sentinel " + this.sentinel + " does not tell when the master moves: "
						+ FailureHints.rootCause(refused));
			}
			else if (!opened.isOpen()) {
				lost();
			}
			else {
				// It may have moved before we listened.
				SentinelWatch.this.look.run();
			}
		}

		@Override
		public void message(String channel, String message) {
			if (message.startsWith(SentinelWatch.this.options.masterName() + " ")) {
				SentinelWatch.this.look.run();
			}
		}

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
			lost();
		}

		private void lost() {
			if (SentinelWatch.this.watched.compareAndSet(this, null) && !SentinelWatch.this.closed) {
				CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run).execute(SentinelWatch.this.look);
			}
		}

		void end() {
			this.connection.thenAccept(StatefulRedisPubSubConnection::closeAsync);
		}

	}

}
