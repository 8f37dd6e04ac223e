package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The commands that show tasks. Counterpart of the inspect commands in
 * {@code celery.worker.control}.
 */
final class InspectCommands {

	private static final List<String> DEFAULT_ATTRIBUTES = List.of("exchange", "routing_key", "rate_limit");

	private final HeldTasks held;

	private final TaskRegistry registry;

	private final WorkerState state;

	InspectCommands(HeldTasks held, TaskRegistry registry, WorkerState state) {
		this.held = held;
		this.registry = registry;
		this.state = state;
	}

	/** The commands, each under its old name as well. */
	List<ControlCommandHandler> handlers() {
		List<ControlCommandHandler> handlers = new ArrayList<>();
		for (String name : List.of("active", "dump_active")) {
			handlers.add(ControlCommandHandler.of(name, this::active));
		}
		for (String name : List.of("reserved", "dump_reserved")) {
			handlers.add(ControlCommandHandler.of(name,
					(arguments) -> this.held.reserved()
						.stream()
						.map((message) -> this.held.info(message, false))
						.toList()));
		}
		for (String name : List.of("scheduled", "dump_schedule")) {
			// What waits for its time is in Redis, not here: it is nobody's.
			handlers.add(ControlCommandHandler.of(name, (arguments) -> List.of()));
		}
		for (String name : List.of("registered", "dump_tasks")) {
			handlers.add(ControlCommandHandler.of(name, this::registered));
		}
		for (String name : List.of("revoked", "dump_revoked")) {
			handlers.add(ControlCommandHandler.of(name, (arguments) -> this.state.revoked().ids()));
		}
		handlers.add(ControlCommandHandler.of("query_task",
				(arguments) -> this.held.find(CommandArguments.texts(arguments.get("ids")))));
		return handlers;
	}

	private Object active(Map<String, @Nullable Object> arguments) {
		boolean safe = CommandArguments.isTrue(arguments.get("safe"));
		return this.held.active().stream().map((request) -> this.held.info(request, safe)).toList();
	}

	private Object registered(Map<String, @Nullable Object> arguments) {
		List<String> asked = CommandArguments.texts(arguments.get("taskinfoitems"));
		List<String> attributes = asked.isEmpty() ? DEFAULT_ATTRIBUTES : asked;
		boolean builtins = CommandArguments.isTrue(arguments.get("builtins"));
		return this.registry.all()
			.stream()
			.filter((task) -> builtins || !task.name().startsWith("celery."))
			.map((task) -> described(task, attributes))
			.toList();
	}

	private String described(TaskDefinition task, List<String> attributes) {
		Map<String, @Nullable Object> known = new LinkedHashMap<>();
		known.put("name", task.name());
		known.put("queue", task.queue());
		known.put("acks_late", task.acksLate());
		known.put("ignore_result", task.ignoreResult());
		known.put("track_started", task.trackStarted());
		RateLimit rate = this.state.limits().rate(task.name());
		known.put("rate_limit", (rate != null) ? rate : task.rateLimit());
		String shown = attributes.stream()
			.filter((attribute) -> known.get(attribute) != null)
			.map((attribute) -> attribute + "=" + python(known.get(attribute)))
			.collect(Collectors.joining(" "));
		return shown.isEmpty() ? task.name() : task.name() + " [" + shown + "]";
	}

	private static String python(@Nullable Object value) {
		if (value instanceof Boolean flag) {
			return flag ? "True" : "False";
		}
		return String.valueOf(value);
	}

}
