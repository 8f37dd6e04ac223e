package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

import io.github.celeryspring.kombu.redis.OverdueMessages.Overdue;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.ScriptOutputType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages in flight back where they came from. Needs no lock to be right: a script
 * moves a message only if its lease is still the old one and it is still there. All state
 * belongs to the timer thread.
 */
final class MessageRestorer {

	private static final Log logger = LogFactory.getLog(MessageRestorer.class);

	private static final int MAX_REMEMBERED = 10_000;

	private final RedisConnections connections;

	private final KombuKeys keys;

	private final BindingTable bindings;

	private final Executor timer;

	private final LongAdder restored = new LongAdder();

	/** What cannot be restored is logged once, not every ten seconds. */
	private final Set<String> complainedAbout = new HashSet<>();

	MessageRestorer(RedisConnections connections, KombuKeys keys, BindingTable bindings, Executor timer) {
		this.connections = connections;
		this.keys = keys;
		this.bindings = bindings;
		this.timer = timer;
	}

	/**
	 * Restores messages, so that the last of them is the next to be taken.
	 * @param messages the messages, the latest first
	 * @param ceiling the latest lease at which to do it: who renewed it since, lives
	 * @return completes with what became of them
	 */
	CompletableFuture<Restored> restoreAll(List<Overdue> messages, byte[] ceiling) {
		List<CompletableFuture<Restored>> restores = new ArrayList<>();
		// The order of the commands is the order of the lists: the latest is pushed
		// first, so that the oldest is the next to be taken.
		CompletableFuture<?> before = CompletableFuture.completedFuture(null);
		for (Overdue message : messages) {
			CompletableFuture<CompletableFuture<Restored>> sent = before
				.thenComposeAsync((ignored) -> send(message, ceiling), this.timer);
			before = sent;
			restores.add(sent.thenCompose((reply) -> reply));
		}
		return CompletableFuture.allOf(restores.toArray(CompletableFuture<?>[]::new))
			.thenApply(
					(ignored) -> restores.stream().map(CompletableFuture::join).reduce(Restored.NONE, Restored::plus));
	}

	/**
	 * Sends the restore of one message, which may need the bindings before.
	 * @return completes when sent, with what became of it
	 */
	private CompletableFuture<CompletableFuture<Restored>> send(Overdue message, byte[] ceiling) {
		if (message.entry() == null) {
			return CompletableFuture.completedFuture(move(message, ceiling, List.of(), new byte[0]));
		}
		UnackedEntry readable = UnackedEntry.parse(message.entry());
		UnackedEntry entry = (readable != null) ? readable : UnackedEntry.wrapped(message.entry());
		if (entry == null) {
			return CompletableFuture.completedFuture(stays(message, "it is not readable"));
		}
		return this.bindings.lookup(entry.exchange(), entry.routingKey()).thenApplyAsync((queues) -> {
			if (queues.isEmpty()) {
				return stays(message, "no queue is bound to exchange '" + entry.exchange() + "' with routing key '"
						+ entry.routingKey() + "'");
			}
			List<byte[]> lists = queues.stream().map((queue) -> this.keys.list(queue, entry.priority())).toList();
			// A parked message was given to nobody who began it.
			boolean parked = KombuKeys.text(message.tag()).endsWith(KombuKeys.PARKED);
			return move(message, ceiling, lists, parked ? entry.unchanged() : entry.redelivered());
		}, this.timer);
	}

	private CompletableFuture<Restored> move(Overdue message, byte[] ceiling, List<byte[]> lists, byte[] element) {
		List<byte[]> used = new ArrayList<>(List.of(this.keys.unacked(), this.keys.unackedIndex()));
		used.addAll(lists);
		CompletionStage<Long> moved = this.connections
			.execute((redis) -> Settlement.Requeue.script.run(redis, ScriptOutputType.INTEGER,
					used.toArray(byte[][]::new), message.tag(), element, Settlement.Requeue.AS_NEXT, ceiling));
		return moved.toCompletableFuture().handle((count, failure) -> {
			if (failure == null) {
				this.restored.add(count);
				return new Restored(count.intValue(), 0);
			}
			if (RedisFailures.isPassing(failure)) {
				throw new CompletionException(failure);
			}
			this.timer.execute(() -> complain(message, RedisFailures.unwrap(failure).getMessage()));
			return Restored.STAYS;
		});
	}

	private CompletableFuture<Restored> stays(Overdue message, String why) {
		complain(message, why);
		return CompletableFuture.completedFuture(Restored.STAYS);
	}

	private void complain(Overdue message, @Nullable String why) {
		String tag = KombuKeys.text(message.tag());
		if (this.complainedAbout.size() < MAX_REMEMBERED && this.complainedAbout.add(tag)) {
			logger.error("Cannot restore message " + tag + " because " + why + "; it stays in "
					+ KombuKeys.text(this.keys.unacked()));
		}
	}

	/** How many messages were restored. */
	long restored() {
		return this.restored.sum();
	}

	/**
	 * What became of some messages. One that somebody else settled counts as neither.
	 *
	 * @param moved how many were put back
	 * @param staying how many cannot be put back and stay in flight
	 */
	record Restored(int moved, int staying) {

		static final Restored NONE = new Restored(0, 0);

		private static final Restored STAYS = new Restored(0, 1);

		Restored plus(Restored other) {
			return new Restored(this.moved + other.moved, this.staying + other.staying);
		}

	}

}
