package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.AsyncResult;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Chords and chains that are sent in portions, while workers are killed and replaced by
 * new ones: all end with the right result, and each task was sent once, and run again
 * only if the worker that ran it was dead.
 */
public final class CanvasKillRun implements AutoCloseable {

	public static final String QUEUE = "kills";

	/** Longer than a process stands still on a busy machine. */
	public static final int VISIBILITY_TIMEOUT = 5;

	private static final int OWNER_TIMEOUT = 2;

	private final RedisServerExtension redis;

	private final long seed = Long.getLong("celery.test.seed", System.nanoTime());

	private final String reason = "with -Dcelery.test.seed=" + this.seed;

	private final Random random = new Random(this.seed);

	private final Marks marks;

	private final JavaApp client;

	private final List<Work> unsent = new ArrayList<>();

	private final List<Sent> sent = new ArrayList<>();

	private final List<WorkerProcess> started = new ArrayList<>();

	private final Deque<CompletableFuture<WorkerProcess>> living = new ArrayDeque<>();

	/**
	 * One canvas.
	 *
	 * @param signature what to send
	 * @param value what comes of it, or {@code null} if it fails
	 */
	private record Work(Signature signature, @Nullable Integer value) {

	}

	private record Sent(AsyncResult<?> result, @Nullable Integer value) {

	}

	/**
	 * Makes the canvases.
	 * @param redis the server
	 * @param size how many chords, and how many chains
	 * @param python whether Python takes part: if it is given a task again whose failure
	 * ends a chain within a chord, and finds that this chain has failed, it takes the
	 * chord for told, although that is done later, also among Python workers
	 */
	public CanvasKillRun(RedisServerExtension redis, int size, boolean python) {
		this.redis = redis;
		this.marks = new Marks(redis);
		this.client = JavaApp.builder(redis).build();
		for (int i = 0; i < size; i++) {
			this.unsent.add(chordOfKind((python && i % 8 == 5) ? 4 : i));
			Signature[] steps = IntStream.range(0, 5).mapToObj((step) -> add(step)).toArray(Signature[]::new);
			this.unsent.add(new Work(chain(steps), 10));
		}
		Collections.shuffle(this.unsent, this.random);
	}

	private TaskSignature task(String name, Object... args) {
		return TaskSignature.of("shared." + name, args)
			.kwarg("pause", (10 + this.random.nextInt(60)) / 1000.0)
			.withOptions(TaskOptions.builder().queue(QUEUE).build());
	}

	private TaskSignature add(Object... args) {
		return task("add", args);
	}

	private Group adds(int size) {
		return group(IntStream.range(0, size).mapToObj((i) -> add(i)));
	}

	private Work chordOfKind(int i) {
		TaskSignature sum = task("sum");
		TaskSignature told = TaskSignature.of("shared.told").withOptions(sum.options());
		return switch (i % 8) {
			case 0 -> new Work(chain(add(1), chord(adds(5), sum), add(1)), 16);
			case 1 -> new Work(chord(group(chain(add(1), add(1)), chain(add(2), add(2)), add(3)), sum), 9);
			case 2 -> new Work(chord(group(chord(adds(3), task("sum")), add(4), add(5)), sum), 12);
			case 3 -> new Work(chain(adds(5), sum, add(5)), 15);
			case 4 -> new Work(chord(group(add(1), task("fail"), add(2), add(3), add(4)), sum.linkError(told)), null);
			case 5 -> new Work(chord(group(add(1), chain(task("fail"), add(1)), add(2)), sum.linkError(told)), null);
			default -> new Work(chord(adds(5), sum), 10);
		};
	}

	/** What chooses the moments. */
	public Random random() {
		return this.random;
	}

	/** What the tasks leave. */
	public Marks marks() {
		return this.marks;
	}

	/** Starts workers beside each other. */
	public void startJava(int number) {
		for (int i = 0; i < number; i++) {
			startJava();
		}
	}

	private void startJava() {
		WorkerProcess process = WorkerProcess.prepare(this.redis, "java-" + this.started.size(), QUEUE,
				VISIBILITY_TIMEOUT, OWNER_TIMEOUT, 2);
		this.started.add(process);
		this.living.add(CompletableFuture.supplyAsync(process::go));
	}

	/**
	 * Kills a Java worker at any moment whatever, and starts another.
	 * @param portion how many canvases are sent before
	 */
	public void killJava(int portion) {
		startJava();
		WorkerProcess victim = this.living.remove().join();
		sendAndAwaitSomeWork(portion);
		victim.kill();
		this.marks.killed(victim.name());
	}

	/**
	 * Sends canvases and lets the workers do a part of it.
	 * @param portion how many
	 */
	public void sendAndAwaitSomeWork(int portion) {
		long wanted = this.marks.count() + 1 + this.random.nextInt(60);
		send(portion);
		Awaitility.await(this.reason)
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.until(() -> this.marks.count() >= wanted);
	}

	private void send(int number) {
		List<Work> portion = this.unsent.subList(0, Math.min(number, this.unsent.size()));
		for (Work work : portion) {
			this.sent.add(new Sent(this.client.celery().send(work.signature()), work.value()));
		}
		portion.clear();
	}

	/** Sends the rest, waits for all, and finds everything done once. */
	public void assertEachDoneOnce() {
		send(this.unsent.size());
		this.sent.forEach(this::assertEnded);
		Awaitility.await(this.reason).atMost(Duration.ofSeconds(30)).untilAsserted(this::assertErrbacksCalledOnce);
		Awaitility.await(this.reason)
			.atMost(Duration.ofSeconds(30))
			.until(() -> this.redis.commands().keys(QUEUE + "*").isEmpty() && Unacked.isNone(this.redis));
		assertErrbacksCalledOnce();
		assertThat(this.marks.startsWhileTheFirstWorkerLived()).as(this.reason).isEmpty();
		assertThat(this.marks.all()).as("sent once, " + this.reason)
			.filteredOn((mark) -> mark.what().equals("first"))
			.extracting(Marks.Mark::task)
			.doesNotHaveDuplicates();
		// Who dies after the body was sent and before that is noted lets the rest expire.
		assertThat(this.redis.commands().keys("celery-taskset-meta-*")).as(this.reason)
			.allSatisfy((key) -> assertThat(this.redis.commands().ttl(key)).isNotEqualTo(-1));
	}

	private void assertEnded(Sent each) {
		if (each.value() != null) {
			assertThat(each.result().get(Duration.ofSeconds(60))).as(this.reason).isEqualTo(each.value());
		}
		else {
			assertThatExceptionOfType(RemoteTaskException.class).as(this.reason)
				.isThrownBy(() -> each.result().get(Duration.ofSeconds(60)))
				.satisfies((ex) -> assertThat(ex.getType()).isEqualTo("ChordError"));
		}
	}

	private void assertErrbacksCalledOnce() {
		Map<String, List<String>> errbacks = this.marks.all()
			.stream()
			.filter((mark) -> mark.what().startsWith("told:"))
			.distinct()
			.collect(Collectors.groupingBy((mark) -> mark.what().substring(5),
					Collectors.mapping(Marks.Mark::task, Collectors.toList())));
		assertThat(errbacks.keySet()).as(this.reason)
			.isEqualTo(this.sent.stream()
				.filter((each) -> each.value() == null)
				.map((each) -> each.result().id())
				.collect(Collectors.toSet()));
		assertThat(errbacks.values()).as(this.reason)
			.allSatisfy((ids) -> assertThat(ids.stream().distinct()).hasSize(1));
	}

	@Override
	public void close() {
		this.started.forEach(WorkerProcess::close);
		this.living.forEach((start) -> start.exceptionally((ex) -> null).join());
		this.client.close();
	}

}
