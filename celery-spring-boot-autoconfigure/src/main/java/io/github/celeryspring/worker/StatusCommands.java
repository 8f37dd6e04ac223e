package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.LamportClock;
import org.jspecify.annotations.Nullable;

/**
 * The commands that tell of the worker itself. Counterpart of the inspect commands in
 * {@code celery.worker.control} and of {@code WorkController.stats()}.
 */
final class StatusCommands {

	private final WorkerOptions options;

	private final Collection<CeleryQueue> queues;

	private final BrokerTransport transport;

	private final PrefetchLimit limit;

	private final WorkerState state;

	private final LamportClock clock;

	private final long started = System.nanoTime();

	StatusCommands(WorkerOptions options, Collection<CeleryQueue> queues, BrokerTransport transport,
			PrefetchLimit limit, WorkerState state, LamportClock clock) {
		this.options = options;
		this.queues = queues;
		this.transport = transport;
		this.limit = limit;
		this.state = state;
		this.clock = clock;
	}

	List<ControlCommandHandler> handlers() {
		List<ControlCommandHandler> handlers = new ArrayList<>();
		handlers.add(ControlCommandHandler.of("ping", (arguments) -> CommandArguments.ok("pong")));
		handlers.add(ControlCommandHandler.of("clock", (arguments) -> Map.of("clock", this.clock.value())));
		handlers.add(ControlCommandHandler.of("stats", (arguments) -> stats()));
		handlers.add(ControlCommandHandler.of("report", (arguments) -> CommandArguments.ok(report())));
		handlers.add(ControlCommandHandler.of("active_queues",
				(arguments) -> this.queues.stream().map(StatusCommands::described).toList()));
		handlers.add(ControlCommandHandler.of("hello", this::hello));
		for (String name : List.of("conf", "dump_conf")) {
			handlers.add(ControlCommandHandler.of(name, (arguments) -> conf()));
		}
		return handlers;
	}

	/** A worker that starts asks the others for what was revoked before. */
	private @Nullable Object hello(Map<String, @Nullable Object> arguments) {
		if (this.options.nodename().equals(arguments.get("from_node"))) {
			return null;
		}
		// The ids alone, or with times that mean nothing on another host.
		Object revoked = arguments.get("revoked");
		this.state.revoked().add(CommandArguments.texts((revoked instanceof Map<?, ?> map) ? map.keySet() : revoked));
		return Map.of("revoked", this.state.revoked().ids(), "clock", this.clock.forward());
	}

	private Map<String, Object> stats() {
		Map<String, Object> stats = new LinkedHashMap<>();
		stats.put("total", this.state.counters().begun());
		stats.put("pid", ProcessHandle.current().pid());
		stats.put("clock", String.valueOf(this.clock.value()));
		stats.put("uptime", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - this.started));
		stats.put("pool", pool());
		stats.put("broker", this.transport.info());
		stats.put("prefetch_count", this.limit.current());
		stats.put("rusage", "N/A");
		return stats;
	}

	private Map<String, Object> pool() {
		Map<String, Object> pool = new LinkedHashMap<>();
		pool.put("implementation", getClass().getPackageName() + ":" + TaskLoops.class.getSimpleName());
		pool.put("max-concurrency", this.options.concurrency());
		pool.put("threads", this.options.virtualThreads() ? "virtual" : "platform");
		pool.put("processes", List.of(ProcessHandle.current().pid()));
		pool.put("max-tasks-per-child", "N/A");
		pool.put("put-guarded-by-semaphore", false);
		pool.put("timeouts", List.of(0, 0));
		return pool;
	}

	/** What the worker was told, without anything secret. */
	private Map<String, @Nullable Object> conf() {
		Map<String, @Nullable Object> conf = new LinkedHashMap<>();
		conf.put("worker_concurrency", this.options.concurrency());
		conf.put("worker_prefetch_multiplier", this.options.prefetchMultiplier());
		conf.put("task_acks_late", this.options.acksLate());
		conf.put("task_ignore_result", this.options.ignoreResult());
		conf.put("task_track_started", this.options.trackStarted());
		conf.put("task_store_errors_even_if_ignored", this.options.storeErrorsEvenIfIgnored());
		conf.put("worker_shutdown_timeout", this.options.shutdownTimeout().toMillis() / 1000.0);
		conf.put("worker_max_deliveries", this.options.maxDeliveries());
		return conf;
	}

	private String report() {
		String version = getClass().getPackage().getImplementationVersion();
		StringBuilder report = new StringBuilder("\nsoftware -> celery-spring-boot:");
		report.append((version != null) ? version : "unknown").append(" java:").append(Runtime.version());
		report.append("\nplatform -> system:").append(System.getProperty("os.name"));
		report.append(" arch:").append(System.getProperty("os.arch"));
		report.append("\nsettings -> transport:").append(this.transport.info().get("transport")).append('\n');
		conf().forEach((name, value) -> report.append('\n').append(name).append(": ").append(value));
		return report.append('\n').toString();
	}

	/** kombu's {@code Queue.as_dict(recurse=True)}. */
	private static Map<String, @Nullable Object> described(CeleryQueue queue) {
		Map<String, @Nullable Object> described = new LinkedHashMap<>();
		described.put("name", queue.name());
		described.put("exchange", described(queue.exchange()));
		described.put("routing_key", queue.routingKey());
		for (String name : List.of("queue_arguments", "binding_arguments", "consumer_arguments")) {
			described.put(name, null);
		}
		described.put("durable", true);
		for (String name : List.of("exclusive", "auto_delete", "no_ack")) {
			described.put(name, false);
		}
		described.put("alias", null);
		described.put("bindings", List.of());
		for (String name : List.of("no_declare", "expires", "message_ttl", "max_length", "max_length_bytes",
				"max_priority")) {
			described.put(name, null);
		}
		return described;
	}

	private static Map<String, @Nullable Object> described(CeleryExchange exchange) {
		Map<String, @Nullable Object> described = new LinkedHashMap<>();
		described.put("name", exchange.name());
		described.put("type", exchange.type().name().toLowerCase(Locale.ROOT));
		described.put("arguments", null);
		described.put("durable", true);
		described.put("passive", false);
		described.put("auto_delete", false);
		described.put("delivery_mode", null);
		described.put("no_declare", false);
		return described;
	}

}
