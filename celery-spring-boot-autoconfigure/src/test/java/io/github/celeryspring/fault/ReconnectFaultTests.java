package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker consumes again within five seconds of Redis being back, and says so when it
 * does not consume.
 */
@Timeout(60)
class ReconnectFaultTests {

	private static final Duration BACK = Duration.ofSeconds(5);

	private FaultRun run;

	private CeleryOperations client;

	private JavaApp worker;

	@BeforeEach
	void start() {
		this.run = new FaultRun();
		this.client = this.run.client(this.run.redis().endpoint());
		this.worker = this.run.worker("java", this.run.proxied(), FaultRun.LONG);
		this.worker.start();
		this.run.sendMany(this.client, 20);
		this.run.awaitAllFinished();
	}

	@AfterEach
	void stop() throws Exception {
		this.run.close();
	}

	private static ConditionFactory await() {
		return Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(BACK);
	}

	private void assertWorksSoon() {
		AsyncResult<?> result = this.run.send(this.client, FaultRun.record(this.client, 0));
		assertThat(result.get(BACK)).isEqualTo("java");
		assertThat(this.worker.state()).isEqualTo(State.CONSUMING);
		this.run.assertNothingLost();
		assertThat(this.run.marks().begunTwice()).isEmpty();
	}

	@Test
	void idleWorkerFindsThatItsConnectionsAreDead() {
		this.run.proxy().silenceAll();
		assertWorksSoon();
	}

	@Test
	void busyWorkerFindsThatItsConnectionsAreDead() {
		this.run.sendMany(this.client, 2000);
		this.run.marks().awaitCount(200);
		this.run.proxy().silenceAll();
		long before = this.run.marks().count();
		await().until(() -> this.run.marks().count() > before + 1000);
		this.run.marks().awaitFinished(2000);
		assertWorksSoon();
	}

	@Test
	void networkThatSwallowsEverythingForAWhile() {
		this.run.proxy().swallow();
		await().until(() -> this.worker.state() == State.DISCONNECTED);
		this.run.sendMany(this.client, 20);
		this.run.proxy().restore();
		assertWorksSoon();
	}

	@Test
	void redisThatRefusesConnectionsForAWhile() {
		AsyncResult<?> slow = this.run.send(this.client, FaultRun.record(this.client, 1));
		this.run.marks().awaitStarted(slow.id());
		this.run.proxy().refuse();
		await().until(() -> this.run.marks().finished().contains(slow.id()));
		await().until(() -> this.worker.state() == State.DISCONNECTED);
		this.run.proxy().restore();
		assertThat(slow.get(BACK)).isEqualTo("java");
		assertWorksSoon();
	}

	@Test
	void slowRedisIsNoDeadConnection() {
		Set<String> before = connections();
		long begin = System.nanoTime();
		this.run.redis().commands().clientPause(3000);
		AsyncResult<?> result = this.run.send(this.client, FaultRun.record(this.client, 0));
		assertThat(result.get(Duration.ofSeconds(10))).isEqualTo("java");
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
		assertThat(connections()).containsAll(before);
		assertWorksSoon();
	}

	/** Ids and names of all connections, the one that asks included. */
	private Set<String> connections() {
		return Set.copyOf(this.run.redis()
			.commands()
			.clientList()
			.lines()
			.map((line) -> line.substring(0, line.indexOf(' ')))
			.toList());
	}

	@Test
	void serverThatIsAReplicaForAWhile() {
		demote((redis) -> {
		});
	}

	@Test
	void replicaWithoutItsMasterForAWhile() {
		demote((redis) -> redis.commands().configSet("replica-serve-stale-data", "no"));
	}

	private void demote(Consumer<RedisServerExtension> before) {
		RedisServerExtension redis = this.run.redis();
		before.accept(redis);
		redis.commands().replicaof("127.0.0.1", 1);
		await().until(() -> this.worker.state() == State.DISCONNECTED);
		redis.commands().replicaofNoOne();
		assertWorksSoon();
	}

}
