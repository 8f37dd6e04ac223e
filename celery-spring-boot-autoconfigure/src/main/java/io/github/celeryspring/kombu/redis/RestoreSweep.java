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
import io.github.celeryspring.kombu.redis.OverdueMessages.Page;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisFailures;
import io.lettuce.core.ScriptOutputType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the messages whose lease has run out, putting each back where it came
 * from. Needs no lock to be right: a script moves a message only if its lease is still
 * the old one and it is still there. All state belongs to the timer thread. Counterpart
 * of {@code kombu.transport.redis.QoS.restore_visible}.
 */
final class RestoreSweep {

	private static final Log logger = LogFactory.getLog(RestoreSweep.class);

	private static final int PAGE = 100;

	private static final int MAX_REMEMBERED = 10_000;

	private final RedisConnections connections;

	private final KombuKeys keys;

	private final BindingTable bindings;

	private final OverdueMessages overdue;

	private final @Nullable Integer limit;

	private final Executor timer;

	private final LongAdder restored = new LongAdder();

	/** What cannot be restored is logged once, not every ten seconds. */
	private final Set<String> complainedAbout = new HashSet<>();

	RestoreSweep(RedisConnections connections, KombuKeys keys, BindingTable bindings, RedisTransportOptions options,
			Executor timer) {
		this.connections = connections;
		this.keys = keys;
		this.bindings = bindings;
		this.overdue = new OverdueMessages(connections, keys, options.visibilityTimeout());
		this.limit = options.unackedRestoreLimit();
		this.timer = timer;
	}

	/** Only looks how much there is to do, and when there will be more. */
	CompletableFuture<Page> look() {
		return this.overdue.read(null, 0, 0);
	}

	/** Restores what there is; completes with the last page read. */
	CompletableFuture<Page> run() {
		CompletableFuture<Page> swept = new CompletableFuture<>();
		next(swept, null, 0, 0);
		return swept;
	}

	private void next(CompletableFuture<Page> swept, byte @Nullable [] ceiling, int stuck, int done) {
		int wanted = (this.limit != null) ? Math.min(PAGE, this.limit - done) : PAGE;
		this.overdue.read(ceiling, stuck, wanted)
			.thenComposeAsync((page) -> restoreAll(page).thenApply((staying) -> new Step(page, staying)), this.timer)
			.whenCompleteAsync((step, failure) -> {
				if (failure != null) {
					swept.completeExceptionally(failure);
					return;
				}
				int restored = done + step.page().messages().size() - step.staying();
				if (step.page().messages().isEmpty() || (this.limit != null && restored >= this.limit)) {
					swept.complete(step.page());
				}
				else {
					next(swept, step.page().ceiling(), stuck + step.staying(), restored);
				}
			}, this.timer);
	}

	/** Completes with how many of the page stay where they are. */
	private CompletableFuture<Integer> restoreAll(Page page) {
		List<CompletableFuture<Boolean>> restores = new ArrayList<>();
		// The order of the commands is the order of the lists: the latest is pushed
		// first, so that the oldest is the next to be taken.
		CompletableFuture<?> before = CompletableFuture.completedFuture(null);
		for (Overdue message : page.messages()) {
			CompletableFuture<CompletableFuture<Boolean>> sent = before
				.thenComposeAsync((ignored) -> send(message, page.ceiling()), this.timer);
			before = sent;
			restores.add(sent.thenCompose((reply) -> reply));
		}
		return CompletableFuture.allOf(restores.toArray(CompletableFuture<?>[]::new))
			.thenApply((ignored) -> (int) restores.stream().filter((moved) -> !moved.join()).count());
	}

	/**
	 * Sends the restore of one message, which may need the bindings before.
	 * @return completes when sent, with whether it left the overdue messages
	 */
	private CompletableFuture<CompletableFuture<Boolean>> send(Overdue message, byte[] ceiling) {
		if (message.entry() == null) {
			return CompletableFuture.completedFuture(move(message, ceiling, List.of(), new byte[0]));
		}
		UnackedEntry entry = UnackedEntry.parse(message.entry());
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

	private CompletableFuture<Boolean> move(Overdue message, byte[] ceiling, List<byte[]> lists, byte[] element) {
		List<byte[]> used = new ArrayList<>(List.of(this.keys.unacked(), this.keys.unackedIndex()));
		used.addAll(lists);
		CompletionStage<Long> moved = this.connections
			.execute((redis) -> Settlement.Requeue.script.run(redis, ScriptOutputType.INTEGER,
					used.toArray(byte[][]::new), message.tag(), element, Settlement.Requeue.AS_NEXT, ceiling));
		return moved.toCompletableFuture().handle((count, failure) -> {
			if (failure == null) {
				this.restored.add(count);
				return true;
			}
			if (RedisFailures.isPassing(failure)) {
				throw new CompletionException(failure);
			}
			this.timer.execute(() -> complain(message, this.connections.describe(failure)));
			return false;
		});
	}

	private CompletableFuture<Boolean> stays(Overdue message, String why) {
		complain(message, why);
		return CompletableFuture.completedFuture(false);
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

	private record Step(Page page, int staying) {

	}

}
