package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.worker.CeleryWorker;
import io.github.celeryspring.worker.WorkerOptions;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Redis of the results is away while that of the messages is not: a worker holds a
 * bounded number of results, stops fetching, says so, and writes them all later.
 */
@Timeout(60)
class UnwrittenResultsFaultTests {

	/**
	 * {@code Prefetch}: what may wait for Redis beyond the limit of an adaptive worker.
	 */
	private static final int MAX_SETTLING = 4096;

	/** {@code PrefetchLimit}: the largest limit that fast tasks lead to. */
	private static final int MAX_LIMIT = 2 + 256;

	private static final int TASKS = 10_000;

	private final AtomicInteger finished = new AtomicInteger();

	@Test
	void adaptiveWorkerHoldsABoundedNumber() throws Exception {
		assertThat(finishedWhileResultsAreAway(null, TASKS)).isBetween(MAX_SETTLING, MAX_SETTLING + MAX_LIMIT);
	}

	@Test
	void workerWithAMultiplierHoldsWhatItSays() throws Exception {
		assertThat(finishedWhileResultsAreAway(10, 100)).isEqualTo(20);
	}

	private int finishedWhileResultsAreAway(@Nullable Integer multiplier, int tasks) throws Exception {
		try (FaultRun run = new FaultRun();
				RedisConnections broker = run.redis().connections();
				RedisConnections elsewhere = new RedisConnections(run.proxied(), RedisConnectionOptions.DEFAULTS);
				RedisTransport transport = new RedisTransport(broker, RedisTransportOptions.DEFAULTS)) {
			Serializers serializers = new Serializers(KombuJson.builder(true).build());
			try (RedisResultBackend results = new RedisResultBackend(elsewhere, serializers,
					RedisResultOptions.DEFAULTS)) {
				CeleryWorker worker = worker(transport, results, serializers, multiplier);
				run.proxy().refuse();
				List<String> ids = send(run.client(run.redis().endpoint()), tasks);
				worker.start();
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> this.finished.get() > 0 && worker.snapshot().state() == State.DISCONNECTED
							&& run.redis().commands().hlen("unacked") == this.finished.get());
				int held = this.finished.get();
				run.proxy().restore();
				Awaitility.await()
					.atMost(Duration.ofSeconds(5))
					.until(() -> worker.snapshot().state() == State.CONSUMING);
				Awaitility.await()
					.until(() -> run.redis().commands().hlen("unacked") == 0 && this.finished.get() == tasks);
				assertThat(run.redis().commands().keys("celery-task-meta-*")).hasSameSizeAs(ids);
				worker.stop();
				return held;
			}
		}
	}

	private CeleryWorker worker(RedisTransport transport, RedisResultBackend results, Serializers serializers,
			@Nullable Integer multiplier) {
		TaskRegistry registry = new TaskRegistry();
		registry.register(TaskDefinition.of("count", (context, body) -> this.finished.incrementAndGet()));
		WorkerOptions.Builder options = WorkerOptions.builder().nodename("celery@test").concurrency(2);
		if (multiplier != null) {
			options.prefetchMultiplier(multiplier);
		}
		TaskMessageCodec codec = new TaskMessageCodec(serializers);
		CanvasPublisher canvas = CeleryTemplate.builder(transport, codec, results, serializers).build().canvas();
		return CeleryWorker.builder(transport, registry, codec, results, canvas).options(options.build()).build();
	}

	private static List<String> send(CeleryOperations client, int tasks) {
		List<TaskSignature> signatures = new ArrayList<>();
		for (int i = 0; i < tasks; i++) {
			signatures.add(TaskSignature.of("count"));
		}
		List<String> ids = new ArrayList<>();
		client.sendAll(signatures).forEach((result) -> ids.add(result.id()));
		return ids;
	}

}
