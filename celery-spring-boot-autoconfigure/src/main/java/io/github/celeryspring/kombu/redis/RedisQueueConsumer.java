package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.kombu.redis.BlockingPopSignal.Popped;
import io.github.celeryspring.kombu.redis.LostFetch.Recovered;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.RedisCommandExecutionException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Polls queues: fetch, wait, fetch again, and connect anew when the connection is lost.
 * Nothing is ever between Redis and us: a message is in its list, or in {@code unacked}
 * under a tag of ours.
 */
final class RedisQueueConsumer implements QueueConsumer {

	private static final Log logger = LogFactory.getLog(RedisQueueConsumer.class);

	/** What a consumer shares with its transport. */
	private final RedisTransport.Parts parts;

	private final String name;

	private final Consumer<RedisQueueConsumer> whenClosed;

	private final List<CeleryQueue> queues;

	private final QueueOrder order;

	private final FanoutInbox broadcasts;

	private final QueueExpiry expiry;

	private final ConsumerScope scope;

	private final FetchScript script;

	private final Semaphore bell = new Semaphore(0);

	private final AtomicBoolean woken = new AtomicBoolean();

	/** Held while polling, and by whoever closes the connection. */
	private final ReentrantLock polling = new ReentrantLock();

	private volatile boolean closed;

	private @Nullable ConsumerSession session;

	private @Nullable LostFetch lost;

	private @Nullable Popped popped;

	RedisQueueConsumer(RedisTransport.Parts parts, List<CeleryQueue> queues, String name,
			Consumer<RedisQueueConsumer> whenClosed) {
		this.parts = parts;
		this.name = name;
		this.whenClosed = whenClosed;
		String tagPrefix = KombuKeys.tagPrefix(name);
		this.queues = queues.stream().distinct().filter((queue) -> !FanoutInbox.isFanout(queue)).toList();
		this.order = new QueueOrder(this.queues.stream().map(CeleryQueue::name).toList(), parts.keys(),
				parts.options());
		this.scope = new ConsumerScope(tagPrefix, this.order.queues(), parts.keys());
		this.script = new FetchScript(parts.keys(), tagPrefix);
		this.broadcasts = new FanoutInbox(parts, tagPrefix, this.bell);
		queues.stream().distinct().filter(FanoutInbox::isFanout).forEach(this.broadcasts::listen);
		this.expiry = new QueueExpiry(parts.connections(), parts.keys(), this.queues);
		this.expiry.start(parts.timer());
	}

	/** The queues it serves whose messages are in lists. */
	List<CeleryQueue> queues() {
		return this.queues;
	}

	@Override
	public List<Delivery> poll(int max, Duration timeout) throws InterruptedException {
		Assert.isTrue(max > 0, "'max' must be positive");
		this.polling.lockInterruptibly();
		try {
			Assert.state(!this.closed, "The consumer is closed");
			long nanos = Math.min(timeout.toMillis(), Duration.ofDays(1).toMillis()) * 1_000_000;
			return pollUntil(System.nanoTime() + nanos, Math.min(max, FetchScript.MAX_MESSAGES));
		}
		finally {
			this.polling.unlock();
			disconnectIfClosed();
		}
	}

	private List<Delivery> pollUntil(long deadline, int max) throws InterruptedException {
		boolean retried = false;
		while (true) {
			// Before looking: a push that comes after the look must not be forgotten.
			this.bell.drainPermits();
			if (this.woken.getAndSet(false) || this.closed) {
				return List.of();
			}
			try {
				List<Delivery> deliveries = take(connect(), max);
				Duration left = Duration.ofNanos(deadline - System.nanoTime());
				if (!deliveries.isEmpty() || left.isNegative()) {
					return deliveries;
				}
				await(left);
			}
			catch (CompletionException ex) {
				Throwable cause = CeleryException.unwrap(ex);
				if (!RedisFailures.isPassing(cause) || retried || this.closed) {
					disconnectAfter(cause);
					throw new BrokerUnavailableException("Cannot fetch from " + this.order.queues() + ": "
							+ this.parts.connections().describe(cause), cause);
				}
				logger.debug("Connecting consumer " + this.name + " anew", cause);
				disconnectAfter(cause);
				retried = true;
			}
		}
	}

	private void await(Duration timeout) throws InterruptedException {
		if (this.queues.isEmpty()) {
			this.bell.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		else if (this.session != null) {
			this.session.signal().await(this.order.lists(), this.bell, timeout);
		}
	}

	private void disconnectAfter(Throwable cause) {
		if (RedisFailures.isPassing(cause)) {
			disconnect();
		}
	}

	private ConsumerSession connect() throws InterruptedException {
		ConsumerSession current = this.session;
		if (current != null && current.isOpen()) {
			return current;
		}
		disconnect();
		ConsumerSession opened = ConsumerSession.open(this.parts.connections(), this.parts.options(), this.bell);
		this.session = opened;
		try {
			ConsumerSession.get(this.parts.owners().announce(this.scope.tagPrefix(), opened.redis()),
					this.parts.connections().commandTimeout());
		}
		catch (CompletionException | InterruptedException ex) {
			disconnect();
			throw ex;
		}
		declareQueues();
		return opened;
	}

	/** Records the bindings of the queues; not awaited. Any thread. */
	void declareQueues() {
		this.queues.forEach(this.parts.bindings()::declare);
	}

	private List<Delivery> take(ConsumerSession used, int max) throws InterruptedException {
		List<Delivery> heard = this.broadcasts.take(max);
		if (!heard.isEmpty() || this.queues.isEmpty()) {
			return heard;
		}
		if (this.lost != null) {
			List<Delivery> recovered = recover(used, this.lost);
			if (!recovered.isEmpty()) {
				return recovered;
			}
		}
		if (this.popped == null) {
			this.popped = used.signal().popped();
		}
		if (used.signal().isBlocking()) {
			return List.of();
		}
		return fetch(used, max);
	}

	private List<Delivery> fetch(ConsumerSession used, int max) throws InterruptedException {
		long firstTag = this.scope.reserve(max);
		// Until the reply is there, the fetch counts as lost: whatever happens to it, the
		// next connection reads back what it took.
		this.lost = new LostFetch(used.clientId(), this.scope, firstTag, max);
		try {
			List<FetchScript.Message> fetched = ConsumerSession.get(
					this.script.run(used.redis(), this.order, max, firstTag, this.popped),
					this.parts.connections().commandTimeout());
			this.lost = null;
			this.popped = null;
			return register(fetched, firstTag);
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RedisCommandExecutionException) {
				this.lost = null;
			}
			throw ex;
		}
		catch (InterruptedException ex) {
			disconnect();
			throw ex;
		}
	}

	private List<Delivery> register(List<FetchScript.Message> fetched, long firstTag) {
		List<Delivery> deliveries = new ArrayList<>(fetched.size());
		Set<String> served = new LinkedHashSet<>();
		long tag = firstTag;
		for (FetchScript.Message message : fetched) {
			String queue = this.order.queueOf(message.list());
			served.add(queue);
			deliveries.add(this.parts.unacked()
				.add(this.scope, KombuKeys.tag(this.scope.tagPrefix(), tag++), queue,
						this.order.lists()[message.list()], message.payload()));
		}
		served.forEach(this.order::served);
		return deliveries;
	}

	private List<Delivery> recover(ConsumerSession used, LostFetch fetch) throws InterruptedException {
		List<Recovered> recovered;
		try {
			recovered = ConsumerSession.get(fetch.readBack(used.redis(), this.parts.keys(), this.order.queues()),
					this.parts.connections().commandTimeout());
		}
		catch (CompletionException ex) {
			if (RedisFailures.isPassing(ex)) {
				throw ex;
			}
			logger.warn("Messages may wait for visibility_timeout: the last fetch cannot be read back", ex.getCause());
			recovered = List.of();
		}
		this.lost = null;
		Popped waiting = this.popped;
		if (waiting != null && !recovered.isEmpty() && Arrays.equals(recovered.get(0).payload(), waiting.message())) {
			this.popped = null;
		}
		List<Delivery> deliveries = new ArrayList<>();
		recovered.forEach((message) -> deliveries.add(message.register(this.parts.unacked(), this.scope)));
		return deliveries;
	}

	@Override
	public void wakeup() {
		this.woken.set(true);
		this.bell.release();
	}

	@Override
	public void close() {
		this.closed = true;
		this.broadcasts.close();
		this.expiry.close();
		this.bell.release();
		disconnectIfClosed();
		this.whenClosed.accept(this);
	}

	/** A poll on its way does it when it returns, so that no reply is cut off. */
	private void disconnectIfClosed() {
		if (this.closed && this.polling.tryLock()) {
			try {
				disconnect();
				giveBack();
				this.parts.owners().closed(this.scope.tagPrefix());
			}
			finally {
				this.polling.unlock();
			}
		}
	}

	private void disconnect() {
		ConsumerSession old = this.session;
		this.session = null;
		if (old != null) {
			old.close(this.parts.unacked(), this.parts.connections());
		}
	}

	/** Nobody polls again, so what a lost fetch took goes back to its queues. */
	private void giveBack() {
		Popped unrecorded = this.popped;
		this.popped = null;
		LostFetch fetch = this.lost;
		this.lost = null;
		if (fetch == null) {
			if (unrecorded != null) {
				this.parts.unacked().unpop(unrecorded);
			}
			return;
		}
		List<String> names = List.copyOf(this.order.queues());
		this.parts.connections()
			.execute((redis) -> fetch.readBack(redis, this.parts.keys(), names))
			.thenAccept((messages) -> {
				// The oldest last: it is to be the next.
				for (int i = messages.size() - 1; i >= 0; i--) {
					messages.get(i).register(this.parts.unacked(), this.scope).release();
				}
				boolean recorded = unrecorded != null && !messages.isEmpty()
						&& Arrays.equals(messages.get(0).payload(), unrecorded.message());
				if (unrecorded != null && !recorded) {
					this.parts.unacked().unpop(unrecorded);
				}
			});
	}

}
