package io.github.celeryspring.worker;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.protocol.ReprFormat;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.worker.RevokedTasks.Stamp;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The commands that revoke tasks. Counterpart of {@code revoke}, {@code terminate} and
 * {@code revoke_by_stamped_headers} in {@code celery.worker.control}.
 */
final class RevokeCommands {

	private static final Log logger = LogFactory.getLog(RevokeCommands.class);

	/** The mailbox is deaf meanwhile. */
	private static final long PATIENCE_SECONDS = 5;

	/** In any other, somebody runs the task, or has. */
	private static final Set<String> NOT_BEGUN = Set.of("PENDING", "RECEIVED", "RETRY", "REJECTED");

	private final RevokedTasks revoked;

	private final HeldTasks held;

	private final TaskLoops loops;

	private final ResultBackend results;

	private final Clock clock = Clock.systemUTC();

	RevokeCommands(RevokedTasks revoked, HeldTasks held, TaskLoops loops, ResultBackend results) {
		this.revoked = revoked;
		this.held = held;
		this.loops = loops;
		this.results = results;
	}

	List<ControlCommandHandler> handlers() {
		return List.of(
				ControlCommandHandler.of("revoke",
						(arguments) -> revoke(arguments, CommandArguments.isTrue(arguments.get("terminate")))),
				ControlCommandHandler.of("terminate", (arguments) -> revoke(arguments, true)),
				ControlCommandHandler.of("revoke_by_stamped_headers", this::revokeByStamps));
	}

	private Object revoke(Map<String, @Nullable Object> arguments, boolean terminate) {
		Set<String> ids = new LinkedHashSet<>(CommandArguments.texts(arguments.get("task_id")));
		this.revoked.add(ids);
		store(ids);
		if (!terminate) {
			logger.info("Tasks flagged as revoked: " + String.join(", ", ids));
			return CommandArguments.ok("tasks " + ReprFormat.of(ids) + " flagged as revoked");
		}
		Set<String> known = new LinkedHashSet<>(this.held.ids());
		known.retainAll(ids);
		this.loops.terminate((request) -> ids.contains(request.id()));
		return CommandArguments
			.ok(known.isEmpty() ? "terminate: tasks unknown" : "terminate: " + String.join(", ", known));
	}

	/**
	 * Stores REVOKED for the tasks that nobody has begun, so that who waits for them need
	 * not wait until a worker comes to them.
	 */
	private void store(Collection<String> ids) {
		if (!this.results.isEnabled()) {
			return;
		}
		List<String> active = this.held.active().stream().map(TaskRequest::id).toList();
		try {
			List<CompletableFuture<?>> stored = new ArrayList<>();
			ids.stream()
				.filter((id) -> !active.contains(id))
				.forEach((id) -> stored.add(this.results.find(id).thenCompose(this::store).toCompletableFuture()));
			CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new))
				.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException | RuntimeException ex) {
			logger.warn("State REVOKED of tasks " + ids + " could not be stored yet: " + CeleryException.unwrap(ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private CompletionStage<Void> store(TaskResult found) {
		if (!NOT_BEGUN.contains(found.state().name())) {
			return CompletableFuture.completedFuture(null);
		}
		return this.results.store(new TaskResult(found.taskId(), TaskState.REVOKED,
				TaskOutcome.Revoked.REVOKED.result(), null, List.of(), this.clock.instant(), null, null, null));
	}

	private Object revokeByStamps(Map<String, @Nullable Object> arguments) {
		Map<String, @Nullable Object> stamps = stamps(arguments.get("headers"));
		this.revoked.addStamps(stamps);
		if (!CommandArguments.isTrue(arguments.get("terminate"))) {
			return CommandArguments.ok("headers " + ReprFormat.of(stamps) + " flagged as revoked, but not terminated");
		}
		Set<Stamp> wanted = new LinkedHashSet<>();
		stamps.forEach((name, value) -> wanted.addAll(Stamp.of(name, value)));
		Map<String, Set<@Nullable Object>> matched = new LinkedHashMap<>();
		this.loops.terminate((request) -> {
			List<Stamp> its = Stamp.of(request.message().headers()).stream().filter(wanted::contains).toList();
			its.forEach((stamp) -> matched.computeIfAbsent(stamp.name(), (name) -> new LinkedHashSet<>())
				.add(stamp.value()));
			return !its.isEmpty();
		});
		return CommandArguments.ok(matched.isEmpty() ? "headers " + ReprFormat.of(stamps) + " were not terminated"
				: "headers " + ReprFormat.of(matched) + " revoked");
	}

	/** The command line sends a list of {@code name=value}. */
	private static Map<String, @Nullable Object> stamps(@Nullable Object headers) {
		Map<String, @Nullable Object> stamps = new LinkedHashMap<>();
		if (headers instanceof Map<?, ?> map) {
			map.forEach((name, value) -> stamps.put(Objects.toString(name), value));
		}
		else {
			for (String header : CommandArguments.texts(headers)) {
				int equals = header.indexOf('=');
				if (equals < 0) {
					throw new IllegalArgumentException("headers must be name=value");
				}
				stamps.put(header.substring(0, equals), header.substring(equals + 1));
			}
		}
		return stamps;
	}

}
