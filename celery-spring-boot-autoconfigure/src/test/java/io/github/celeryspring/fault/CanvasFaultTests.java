package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.CommandStep;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.TcpProxy.Cut;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker comes no further than to a certain step of the end of a task: result stored,
 * part of a chord counted, acknowledged and followers pushed or taken, chord forgotten.
 * Another worker goes on from there: what follows is done once. Later the first worker is
 * back, with all that it still wanted to write, and nothing is done again.
 */
@Timeout(60)
class CanvasFaultTests {

	private static final String STORE = CommandStep.STORE.marker();

	private static final Map<Case, Future<?>> runs = new LinkedHashMap<>();

	private static ExecutorService threads;

	/** With the task at whose end it happens. */
	private record Case(String step, String marker, String last, Cut cut) {

		@Override
		public String toString() {
			return this.step + " " + this.cut;
		}

	}

	static List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (Cut cut : List.of(Cut.SILENT_COMMAND, Cut.SILENT_REPLY)) {
			cases.add(new Case("store", STORE, "first", cut));
			cases.add(new Case("push", CommandStep.digest("kombu/redis/ack-and-push.lua"), "first", cut));
			cases.add(new Case("count", CommandStep.digest("result/redis/chord-part.lua"), "left", cut));
			cases.add(new Case("take", CommandStep.digest("kombu/redis/ack-and-take.lua"), "right", cut));
			cases.add(new Case("forget", CommandStep.digest("result/redis/chord-done.lua"), "right", cut));
		}
		return cases;
	}

	@BeforeAll
	static void runAll() {
		threads = Executors.newFixedThreadPool(cases().size());
		for (Case each : cases()) {
			runs.put(each, threads.submit(() -> {
				run(each);
				return null;
			}));
		}
	}

	@AfterAll
	static void end() {
		threads.shutdownNow();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void whatFollowsIsDoneOnce(Case each) throws Exception {
		runs.get(each).get(50, TimeUnit.SECONDS);
	}

	private static TaskSignature record(String id) {
		TaskOptions options = TaskOptions.builder().taskId(id).queue(FaultRun.QUEUE).build();
		return TaskSignature.of("shared.record", 0).withOptions(options).asImmutable();
	}

	private static void run(Case each) throws Exception {
		try (FaultRun run = new FaultRun()) {
			Duration visibilityTimeout = Duration.ofSeconds(2);
			JavaApp victim = run.worker("victim", run.proxied(), visibilityTimeout);
			JavaApp heir = run.worker("heir", run.redis().endpoint(), visibilityTimeout);
			victim.start();
			// Its acknowledgement, too, is not the one to be cut.
			run.sendMany(run.client(run.redis().endpoint()), 1);
			run.awaitAllFinished();
			Unacked.awaitNone(run.redis());
			run.proxy().cutAt(each.marker(), each.cut());
			Signature work = chain(record("first"), chord(group(record("left"), record("right")), record("body")),
					record("last"));
			ResultTree result = heir.send(work);
			Awaitility.await().until(run.proxy()::hasCut);
			run.proxy().refuse();
			heir.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> heir.celery().result(result.id()).state().equals(TaskState.SUCCESS));
			Unacked.awaitNone(run.redis());
			long before = run.marks().count();
			run.proxy().restore();
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> victim.state() == State.CONSUMING);
			run.sendMany(run.client(run.redis().endpoint()), 2);
			Awaitility.await().until(() -> run.marks().count() >= before + 4);
			Unacked.awaitNone(run.redis());
			assertThat(run.marks().count()).isEqualTo(before + 4);
			assertThat(run.redis().commands().llen(FaultRun.QUEUE)).isZero();
			assertDoneOnce(each, run.marks().all());
		}
	}

	/**
	 * What the first worker was doing when it was cut off is begun again by the other.
	 */
	private static void assertDoneOnce(Case each, List<Marks.Mark> marks) {
		List<String> starts = marks.stream()
			.filter((mark) -> mark.what().equals("start") && mark.task().length() < 10)
			.map((mark) -> mark.task() + " by " + mark.worker())
			.toList();
		assertThat(starts).doesNotHaveDuplicates();
		assertThat(starts).extracting((start) -> start.substring(0, start.indexOf(' ')))
			.contains("first", "left", "right", "body", "last");
		if (each.marker().equals(STORE) && each.cut() == Cut.SILENT_COMMAND) {
			assertThat(starts).contains("first by victim", "first by heir");
		}
		else {
			assertThat(starts).contains(each.last() + " by victim").doesNotContain(each.last() + " by heir");
		}
	}

}
