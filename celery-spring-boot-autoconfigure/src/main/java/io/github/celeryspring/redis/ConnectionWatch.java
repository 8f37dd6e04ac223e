package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds connections whose peer has gone without a word: no TCP reset comes, what is
 * written gets no answer, and the kernel would try for a quarter of an hour. When nothing
 * has come back for {@link #PATIENCE}, Redis is asked over a new connection. If it
 * answers there, the old connection is dead and is closed; if it does not, Redis is slow
 * or away, and a new connection would be of no use. A long reply that is still coming is
 * no silence.
 */
final class ConnectionWatch implements NettyCustomizer {

	/**
	 * Must be longer than the longest blocking command, and with the pause of an idle
	 * consumer not longer than the five seconds in which a worker is to be back.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(2);

	/** Redis answers the new connection first if both waited for it. */
	private static final Duration GRACE = Duration.ofMillis(250);

	private static final Log logger = LogFactory.getLog(ConnectionWatch.class);

	private final NettyCustomizer delegate;

	private final Supplier<CompletionStage<?>> probe;

	private final AtomicReference<@Nullable CompletableFuture<Boolean>> probing = new AtomicReference<>();

	/**
	 * Creates a watch.
	 * @param delegate the customizer of the application
	 * @param probe asks Redis over a connection of its own
	 */
	ConnectionWatch(NettyCustomizer delegate, Supplier<CompletionStage<?>> probe) {
		this.delegate = delegate;
		this.probe = probe;
	}

	@Override
	public void afterBootstrapInitialized(Bootstrap bootstrap) {
		this.delegate.afterBootstrapInitialized(bootstrap);
	}

	@Override
	public void afterChannelInitialized(Channel channel) {
		this.delegate.afterChannelInitialized(channel);
		channel.pipeline().addFirst(new Listener());
	}

	/** Whether Redis answers a new connection; one question serves all who ask. */
	private CompletableFuture<Boolean> answers() {
		CompletableFuture<Boolean> mine = new CompletableFuture<>();
		CompletableFuture<Boolean> current = this.probing.compareAndExchange(null, mine);
		if (current != null) {
			return current;
		}
		CompletionStage<?> asked;
		try {
			asked = this.probe.get();
		}
		catch (RuntimeException ex) {
			asked = CompletableFuture.failedFuture(ex);
		}
		asked.whenComplete((answer, failure) -> {
			this.probing.set(null);
			mine.complete(failure == null);
		});
		return mine;
	}

	/** Listens to one connection, on its event loop. */
	private final class Listener extends ChannelDuplexHandler {

		private boolean unanswered;

		/** When the first write after the last answer was. */
		private long askedAt;

		private boolean watching;

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (!this.unanswered) {
				this.unanswered = true;
				this.askedAt = System.nanoTime();
				watch(context, PATIENCE.toNanos());
			}
			context.write(message, promise);
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			this.unanswered = false;
			context.fireChannelRead(message);
		}

		private void watch(ChannelHandlerContext context, long nanos) {
			if (!this.watching) {
				this.watching = true;
				context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
			}
		}

		private void look(ChannelHandlerContext context) {
			this.watching = false;
			if (!this.unanswered || !context.channel().isActive()) {
				return;
			}
			long left = PATIENCE.toNanos() - (System.nanoTime() - this.askedAt);
			if (left > 0) {
				watch(context, left);
				return;
			}
			this.watching = true;
			long suspectedAt = this.askedAt;
			answers().thenAccept((alive) -> context.executor()
				.schedule(() -> judge(context, suspectedAt, alive), GRACE.toMillis(), TimeUnit.MILLISECONDS));
		}

		private void judge(ChannelHandlerContext context, long suspectedAt, boolean alive) {
			this.watching = false;
			if (!this.unanswered) {
				return;
			}
			if (alive && this.askedAt == suspectedAt) {
				logger.info("A connection to " + context.channel().remoteAddress()
						+ " is closed: it is silent, and Redis answers another one");
				context.close();
			}
			else {
				watch(context, PATIENCE.toNanos());
			}
		}

	}

}
