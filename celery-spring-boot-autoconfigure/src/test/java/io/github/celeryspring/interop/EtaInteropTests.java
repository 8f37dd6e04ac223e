package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RecordingTasks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Messages that wait for their time, and leases, beside kombu's sweep with other
 * visibility timeouts. The sweep is called directly, because a worker does it too seldom
 * for a test.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class EtaInteropTests {

	private static final String QUEUE = "shared";

	private static final long ON_TIME_MILLIS = 1000;

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final Marks marks = new Marks(redis);

	EtaInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	@AfterEach
	void stopSweeping() {
		python.run("""
				for event, thread in kept.pop("sweepers", []):
				    event.set()
				    thread.join()
				""");
	}

	/** kombu's sweep ten times a second, with a lock of its own. */
	private static void sweep(int visibilityTimeout) {
		python.run("""
				options = {"visibility_timeout": values["timeout"], "unacked_mutex_key": "mutex-%d" % values["timeout"]}
				connection = kombu.Connection(url, transport_options=options)
				qos = connection.default_channel.qos
				stopped = threading.Event()
				def sweep():
				    while not stopped.wait(0.1):
				        qos.restore_visible(num=None, interval=1)
				    connection.release()
				thread = threading.Thread(target=sweep, daemon=True)
				thread.start()
				kept.setdefault("sweepers", []).append((stopped, thread))
				""", Map.of("timeout", visibilityTimeout));
	}

	private static JavaApp javaWorker(RecordingTasks tasks, int visibilityTimeout, String... queues) {
		return JavaApp.builder(redis)
			.queues(queues)
			.visibilityTimeout(Duration.ofSeconds(visibilityTimeout))
			.concurrency(2)
			.tasks((app) -> tasks.handlers())
			.start();
	}

	/** Sends tasks by Python; the milliseconds at which they are due by their ids. */
	private static Map<String, Long> send(String queue, double... countdowns) {
		Map<String, Long> due = new HashMap<>();
		JsonNode sent = python.run("""
				begin = time.time()
				return [[record.apply_async((0,), queue=values["queue"], countdown=each).id, (begin + each) * 1000]
				        for each in values["countdowns"]]
				""", Map.of("queue", queue, "countdowns", countdowns));
		sent.forEach((each) -> due.put(each.get(0).asString(), (long) each.get(1).asDouble()));
		return due;
	}

	private static double[] countdowns(int number, double first, double last) {
		return IntStream.range(0, number).mapToDouble((i) -> first + (last - first) * i / number).toArray();
	}

	private void assertEachStartedOnceAndOnTime(Map<String, Long> due) {
		this.marks.awaitFinished(due.size());
		Unacked.awaitNone(redis);
		List<Marks.Mark> starts = this.marks.all().stream().filter((mark) -> mark.what().equals("start")).toList();
		assertThat(starts).extracting(Marks.Mark::task).containsExactlyInAnyOrderElementsOf(due.keySet());
		assertThat(starts).allSatisfy(
				(mark) -> assertThat(mark.millis()).as(mark.toString()).isGreaterThanOrEqualTo(due.get(mark.task())));
		// How exact Python is, is its own affair.
		assertThat(starts).filteredOn((mark) -> mark.worker().equals("java"))
			.allSatisfy((mark) -> assertThat(mark.millis()).as(mark.toString())
				.isLessThan(due.get(mark.task()) + ON_TIME_MILLIS));
	}

	@Test
	void aMessageIsRunOnceAndOnTimeWhateverTheVisibilityTimeoutsAre() {
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java");
				JavaApp patient = javaWorker(tasks, 3600, QUEUE);
				JavaApp impatient = javaWorker(tasks, 2, "other")) {
			sweep(1);
			sweep(2);
			sweep(3600);
			Map<String, Long> due = send(QUEUE, countdowns(20, 0.2, 3.5));
			due.putAll(send("other", countdowns(20, 0.2, 3.5)));
			assertEachStartedOnceAndOnTime(due);
		}
	}

	@Test
	void leasesAreKeptBesideASweeperWithAShorterTimeoutThanOurs() {
		List<String> ids = new ArrayList<>();
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java")) {
			sweep(2);
			// Renewed every second; more are held than can run.
			try (JavaApp app = javaWorker(tasks, 3, QUEUE)) {
				python.run("""
						return [record.apply_async((2.5,), queue="shared").id for _ in range(4)]
						""").forEach((id) -> ids.add(id.asString()));
				this.marks.awaitCount(4);
				// The others begin now, and end while the worker stops.
			}
			assertThat(redis.commands().hlen("unacked")).isZero();
			assertThat(this.marks.all()).filteredOn((mark) -> mark.what().equals("start"))
				.extracting(Marks.Mark::task)
				.doesNotHaveDuplicates();
			assertThat(this.marks.all()).hasSize(8 - 2 * (int) (long) redis.commands().llen(QUEUE));
		}
	}

	@Test
	void workersOfBothKindsShareAQueueOfMessagesThatWait() {
		python.worker("python").queues(QUEUE, "python").visibilityTimeout(3600).start();
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java");
				JavaApp app = javaWorker(tasks, 3600, QUEUE, "java")) {
			Map<String, Long> due = send(QUEUE, countdowns(40, 0.5, 2.5));
			due.putAll(send("java", countdowns(5, 0.5, 2.5)));
			for (int i = 0; i < 5; i++) {
				long begin = System.currentTimeMillis();
				String id = app.celery()
					.task("shared.record")
					.args(0)
					.queue("python")
					.countdown(Duration.ofSeconds(1))
					.send()
					.id();
				due.put(id, begin + 1000);
			}
			assertEachStartedOnceAndOnTime(due);
			assertThat(this.marks.finishers()).containsExactlyInAnyOrder("java", "python");
		}
	}

	@Test
	void whatSweepersOfBothKindsFindAtTheSameTimeComesBackOnce() {
		python.run("""
				with kombu.Connection(url) as connection:
				    channel = connection.channel()
				    for n in range(values["number"]):
				        record.apply_async((n,), queue="shared", task_id="id-%d" % n, priority=n % 10)
				    for n in range(values["number"]):
				        message = channel.basic_get("shared", no_ack=False)
				    channel.qos._delivered.clear()
				    client().zunionstore("unacked_index", {"unacked_index": 0.5})
				""", Map.of("number", 1000));
		assertThat(redis.commands().hlen("unacked")).isEqualTo(1000);
		redis.commands().configResetstat();
		sweep(3600);
		// Ours takes all at once: it must not be the first.
		await().until(() -> redis.commands().info("commandstats").contains("cmdstat_watch"));
		try (RecordingTasks tasks = new RecordingTasks(redis.port(), "java");
				JavaApp app = javaWorker(tasks, 3600, "idle")) {
			Unacked.awaitNone(redis);
			List<String> ids = new ArrayList<>();
			for (String step : List.of("", "\u0006\u00163", "\u0006\u00166", "\u0006\u00169")) {
				redis.commands().lrange(QUEUE + step, 0, -1).forEach((message) -> {
					JsonNode envelope = JsonMapper.shared().readTree(message);
					assertThat(envelope.at("/headers/redelivered").asBoolean()).isTrue();
					assertThat(envelope.at("/properties/delivery_info/redelivered").asBoolean()).isTrue();
					ids.add(envelope.at("/headers/id").asString());
				});
			}
			assertThat(ids).hasSize(1000).doesNotHaveDuplicates();
			assertThat(redis.commands().info("commandstats")).as("Java swept").contains("cmdstat_zscore");
		}
	}

}
