package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.CommandStep;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.TcpProxy.Cut;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection breaks at each step of a message's way, in each manner. Another worker on
 * the same queue, whose connections are sound, takes part. Every task is finished and its
 * result stored, and none is begun twice, since all workers live.
 * <p>
 * One window remains, and is kombu's too: a push whose reply is lost is repeated, and its
 * message is in the queue twice if Redis had it. Both have the same id and delivery tag.
 * <p>
 * The cases mostly wait, so many run at the same time, each with a Redis of its own.
 */
@Timeout(60)
class CutFaultTests {

	private static final int AT_A_TIME = 8;

	private static final Set<Cut> AFTER_EXECUTION = EnumSet.of(Cut.BEFORE_REPLY, Cut.IN_REPLY, Cut.SILENT_REPLY);

	private static final Map<Case, Future<?>> runs = new LinkedHashMap<>();

	private static ExecutorService threads;

	private record Case(CommandStep step, Cut cut) {

		private boolean mayDouble() {
			return this.step == CommandStep.PUBLISH && AFTER_EXECUTION.contains(this.cut);
		}

	}

	static List<Case> cases() {
		List<Case> cases = new ArrayList<>();
		for (CommandStep step : CommandStep.values()) {
			for (Cut cut : Cut.values()) {
				cases.add(new Case(step, cut));
			}
		}
		return cases;
	}

	@BeforeAll
	static void runAll() {
		threads = Executors.newFixedThreadPool(AT_A_TIME);
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
	void everyTaskIsDoneOnce(Case each) throws Exception {
		runs.get(each).get(50, TimeUnit.SECONDS);
	}

	private static void run(Case each) throws Exception {
		try (FaultRun run = new FaultRun()) {
			CommandStep step = each.step();
			RedisEndpoint direct = run.redis().endpoint();
			CeleryOperations client = run.client(step.isOfClient() ? run.proxied() : direct);
			Duration visibilityTimeout = (step == CommandStep.RENEW) ? Duration.ofSeconds(6) : FaultRun.LONG;
			JavaApp first = run.worker("first", step.isOfClient() ? direct : run.proxied(), visibilityTimeout);
			JavaApp second = run.worker("second", direct, visibilityTimeout);
			if (step == CommandStep.TRACKING) {
				run.proxy().cutAt(step.marker(), each.cut());
			}
			first.start();
			run.sendMany(client, 20);
			run.awaitAllFinished();
			if (step != CommandStep.TRACKING) {
				run.proxy().cutAt(step.marker(), each.cut());
			}
			provoke(step, run, client, first);
			run.sendMany(client, 30);
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(run.proxy()::hasCut);
			second.start();
			run.sendMany(client, 20);
			run.assertNothingLost();
			if (!each.mayDouble()) {
				assertThat(run.marks().begunTwice()).isEmpty();
			}
		}
	}

	private static void provoke(CommandStep step, FaultRun run, CeleryOperations client, JavaApp first) {
		switch (step) {
			case SUBSCRIBE -> {
				AsyncResult<?> awaited = run.send(client, FaultRun.record(client, 0.3));
				assertThat(awaited.get(Duration.ofSeconds(15))).isEqualTo("first");
			}
			case RENEW -> run.send(client, FaultRun.record(client, 5.5));
			case PARK -> run.send(client,
					client.task("shared.record")
						.args(0)
						.queue(FaultRun.QUEUE)
						.countdown(Duration.ofMillis(700))
						.signature());
			case RELEASE -> {
				AsyncResult<?> slow = run.send(client, FaultRun.record(client, 0.7));
				run.sendMany(client, 20);
				run.marks().awaitStarted(slow.id());
				first.close();
			}
			case SWEEP, RESTORE -> leaveBehind(run, client);
			default -> {
				// Each message comes to this step.
			}
		}
	}

	/** A message that a worker took long ago. */
	private static void leaveBehind(FaultRun run, CeleryOperations client) {
		AsyncResult<?> elsewhere = client.send(client.task("shared.record").args(0).queue("elsewhere").signature());
		String message = run.redis()
			.commands()
			.rpop("elsewhere")
			.replace("\"elsewhere\"", "\"" + FaultRun.QUEUE + "\"");
		run.redis().commands().hset("unacked", "dead", "[" + message + ", \"\", \"" + FaultRun.QUEUE + "\"]");
		run.redis().commands().zadd("unacked_index", 1, "dead");
		run.expect(elsewhere.id());
	}

}
