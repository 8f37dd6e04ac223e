package io.github.celeryspring.kombu.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.celeryspring.kombu.redis.OverdueMessages.Page;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the messages whose lease has run out, putting each back where it came
 * from. Needs no lock to be right: a script moves a message only if its lease is still
 * the old one and it is still there. All state belongs to the timer thread. Counterpart
 * of {@code kombu.transport.redis.QoS.restore_visible}.
 */
final class RestoreSweep {

	private static final int PAGE = 100;

	private final OverdueMessages overdue;

	private final MessageRestorer restorer;

	private final @Nullable Integer limit;

	private final Executor timer;

	RestoreSweep(OverdueMessages overdue, MessageRestorer restorer, RedisTransportOptions options, Executor timer) {
		this.overdue = overdue;
		this.restorer = restorer;
		this.limit = options.unackedRestoreLimit();
		this.timer = timer;
	}

	/** Only looks how much there is to do, and when there will be more. */
	CompletableFuture<Page> look() {
		return this.overdue.read(null, 0, 0);
	}

	/** Restores what there is; completes with what is left of the last page read. */
	CompletableFuture<Page> run() {
		CompletableFuture<Page> swept = new CompletableFuture<>();
		next(swept, null, 0, 0);
		return swept;
	}

	private void next(CompletableFuture<Page> swept, byte @Nullable [] ceiling, int stuck, int done) {
		int wanted = (this.limit != null) ? Math.min(PAGE, this.limit - done) : PAGE;
		this.overdue.read(ceiling, stuck, wanted)
			.thenComposeAsync((page) -> this.restorer.restoreAll(page.messages(), page.ceiling())
				.thenApply((result) -> new Step(page, result.staying())), this.timer)
			.whenCompleteAsync((step, failure) -> {
				if (failure != null) {
					swept.completeExceptionally(failure);
					return;
				}
				int restored = done + step.page().messages().size() - step.staying();
				if (step.page().messages().isEmpty() || (this.limit != null && restored >= this.limit)) {
					swept.complete(step.rest());
				}
				else {
					next(swept, step.page().ceiling(), stuck + step.staying(), restored);
				}
			}, this.timer);
	}

	private record Step(Page page, int staying) {

		Page rest() {
			long overdue = this.page.overdue() - this.page.messages().size() + this.staying;
			return new Page(this.page.ceiling(), overdue, this.page.nextInMillis(), List.of());
		}

	}

}
