package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RecordingTasks;
import io.github.celeryspring.testsupport.RedisProcess;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.SentinelExtension;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import io.lettuce.core.api.StatefulRedisConnection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sentinels make the replica the primary while a client sends and two workers work.
 * <p>
 * Redis replicates after it has answered. What the former primary took or changed and its
 * replica had not seen is lost by Redis, for whatever client. So this asks the servers
 * again and again which moment the replica has come to. What was sent before the last
 * such moment is finished, and what was acknowledged by then is not begun again. All that
 * was sent afterwards to the new primary is finished, too.
 */
@Timeout(90)
class FailoverFaultTests {

	private static final String QUEUE = "faults";

	/** So many are waited for before and after. */
	private static final int MARKS = 300;

	/** From the end of a task to its acknowledgement. */
	private static final long TO_ACKNOWLEDGE_MILLIS = 500;

	@RegisterExtension
	static final SentinelExtension sentinels = new SentinelExtension();

	@RegisterExtension
	static final RedisServerExtension book = new RedisServerExtension();

	private final Marks marks = new Marks(book);

	/** When Redis confirmed the push of which task. */
	private final Map<String, Long> confirmed = new ConcurrentHashMap<>();

	private final Set<String> repeated = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean ended = new AtomicBoolean();

	private RecordingTasks tasks;

	private JavaApp client;

	private JavaApp one;

	private JavaApp two;

	@BeforeEach
	void start() {
		this.tasks = new RecordingTasks(book.port(), "java");
		this.client = JavaApp.builder(sentinels.endpoint()).publishRetry(false).build();
		this.one = worker("one");
		this.two = worker("two");
	}

	private JavaApp worker(String name) {
		return JavaApp.builder(sentinels.endpoint())
			.name(name)
			.queues(QUEUE)
			.visibilityTimeout(Duration.ofMinutes(10))
			.tasks((app) -> this.tasks.handlers())
			.start();
	}

	@AfterEach
	void stop() {
		this.ended.set(true);
		List.of(this.one, this.two, this.client).forEach(JavaApp::close);
		this.tasks.close();
	}

	private void publish() {
		CeleryOperations celery = this.client.celery();
		for (int number = 0; !this.ended.get(); number++) {
			String id = "task-" + number;
			while (!this.confirmed.containsKey(id)) {
				try {
					celery.send(celery.task("shared.record").args(0).queue(QUEUE).taskId(id).signature());
					this.confirmed.put(id, System.currentTimeMillis());
				}
				catch (CeleryException ex) {
					this.repeated.add(id);
				}
			}
		}
	}

	@Test
	void orderlyFailoverUnderLoad() throws Exception {
		survives(sentinels::failover);
	}

	@Test
	void primaryIsKilledUnderLoad() throws Exception {
		RedisProcess[] killed = new RedisProcess[1];
		survives(() -> killed[0] = sentinels.killPrimary());
		sentinels.startAgain(killed[0]);
	}

	private void survives(Runnable failover) throws Exception {
		CompletableFuture<Void> publisher = CompletableFuture.runAsync(this::publish);
		awaitMore(MARKS);
		long replicated = System.currentTimeMillis();
		awaitReplicated();
		failover.run();
		long switched = System.currentTimeMillis();
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.until(() -> this.one.state() == State.CONSUMING && this.two.state() == State.CONSUMING);
		awaitMore(MARKS);
		this.ended.set(true);
		publisher.get(20, TimeUnit.SECONDS);
		Set<String> promised = new HashSet<>(this.confirmed.keySet());
		promised.removeIf((id) -> between(this.confirmed.get(id), replicated, switched));
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> this.marks.finished().containsAll(promised));
		assertThat(promised).hasSizeGreaterThan(MARKS / 2);
		assertThat(wronglyBegunTwice(replicated, switched)).isEmpty();
	}

	private static boolean between(long when, long from, long to) {
		return when >= from && when <= to;
	}

	private Set<String> wronglyBegunTwice(long replicated, long switched) {
		Set<String> twice = new HashSet<>(this.marks.begunTwice());
		twice.removeAll(this.repeated);
		this.marks.all()
			.stream()
			.filter((mark) -> between(mark.millis(), replicated - TO_ACKNOWLEDGE_MILLIS, switched))
			.forEach((mark) -> twice.remove(mark.task()));
		return twice;
	}

	private void awaitMore(int number) {
		long before = this.marks.count();
		Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> this.marks.count() > before + number);
	}

	/** Waits until the replica has all that the primary has done before this call. */
	private static void awaitReplicated() {
		try (StatefulRedisConnection<String, String> primary = sentinels.connectPrimary()) {
			long offset = number(primary.sync().info("replication"), "master_repl_offset:");
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(10))
				.until(() -> number(primary.sync().info("replication"), ",offset=") >= offset);
		}
	}

	private static long number(String text, String label) {
		String after = text.substring(text.indexOf(label) + label.length());
		return Long.parseLong(after.split("\\D", 2)[0]);
	}

}
