package io.github.celeryspring.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import io.lettuce.core.KillArgs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redis itself is disturbed while a client sends and two workers work: nothing is lost,
 * and only what the client had to push again, since no reply told that it had been
 * pushed, may be begun twice (kombu's window, too).
 */
@Timeout(60)
class DisturbanceFaultTests {

	private static final int EACH = 50;

	private static final int TIMES = 5;

	@TempDir
	private Path directory;

	private final AtomicBoolean ended = new AtomicBoolean();

	private FaultRun run;

	private JavaApp worker;

	private CompletableFuture<Void> publisher;

	@BeforeEach
	void start() {
		this.run = new FaultRun("--appendonly", "yes", "--dir", this.directory.toString());
		CeleryOperations client = this.run.plainClient(this.run.proxied());
		this.worker = this.run.worker("one", this.run.proxied(), FaultRun.LONG);
		this.worker.start();
		this.run.worker("two", this.run.redis().endpoint(), FaultRun.LONG).start();
		this.publisher = CompletableFuture.runAsync(() -> {
			while (!this.ended.get()) {
				this.run.sendStubbornly(client, client.task("shared.record").args(0).queue(FaultRun.QUEUE),
						() -> false);
			}
		});
	}

	@AfterEach
	void stop() throws Exception {
		this.ended.set(true);
		this.run.close();
	}

	private interface Disturbance {

		void happen() throws Exception;

	}

	private void disturb(int times, Disturbance disturbance) throws Exception {
		awaitMoreWork();
		for (int i = 0; i < times; i++) {
			disturbance.happen();
			awaitMoreWork();
		}
		Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> this.worker.state() == State.CONSUMING);
		this.ended.set(true);
		this.publisher.get(20, TimeUnit.SECONDS);
		this.run.assertNothingLost();
		assertThat(this.run.repeated()).containsAll(this.run.marks().begunTwice());
	}

	/** It goes on within five seconds. */
	private void awaitMoreWork() {
		long before = this.run.marks().count();
		Awaitility.await()
			.atMost(Duration.ofSeconds(5))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.run.marks().count() > before + EACH);
	}

	@Test
	void redisIsRestartedWithItsData() throws Exception {
		disturb(2, () -> {
			this.run.redis().stop();
			this.run.redis().startAgain();
		});
	}

	@Test
	void allConnectionsAreKilled() throws Exception {
		disturb(TIMES, () -> this.run.redis().commands().clientKill(KillArgs.Builder.typeNormal().skipme()));
	}

	@Test
	void scriptsAreForgotten() throws Exception {
		disturb(TIMES, () -> this.run.redis().commands().scriptFlush());
	}

	@Test
	void redisIsPaused() throws Exception {
		disturb(3, () -> this.run.redis().commands().clientPause(500));
	}

	@Test
	void redisIsOutOfMemory() throws Exception {
		disturb(1, () -> {
			this.run.redis().commands().configSet("maxmemory", "1");
			awaitStandstill();
			this.run.redis().commands().configSet("maxmemory", "0");
		});
	}

	private void awaitStandstill() {
		Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(() -> {
			long before = this.run.marks().count();
			Awaitility.await().pollDelay(Duration.ofMillis(100)).until(() -> true);
			return this.run.marks().count() == before;
		});
	}

	@Test
	void redisRefusesToWrite() throws Exception {
		disturb(1, () -> {
			this.run.redis().commands().configSet("min-replicas-to-write", "1");
			awaitStandstill();
			this.run.redis().commands().configSet("min-replicas-to-write", "0");
		});
	}

	@Test
	void networkIsCut() throws Exception {
		disturb(TIMES, () -> this.run.proxy().cutAll());
	}

}
