package io.github.celeryspring.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.TaskSendSpec;
import io.github.celeryspring.testsupport.FaultRun;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random faults, one after the other, while a client sends and Java workers, and a Python
 * worker where Python is, work on one queue. Not part of any build but
 * {@code mvn verify -Psoak}; {@code celery.soak.minutes} says how long (15) and
 * {@code celery.test.seed} repeats a choice of faults.
 * <p>
 * In the end every task was finished and has its result, and was begun twice only if its
 * first worker ended or was Python, or the client had to push it again. Python is stopped
 * warmly: a killed one may lose what BRPOP has just given it, which is kombu's window.
 * Its others: a Python worker acknowledges once, into a connection that may be gone, and
 * gives back what it runs when it loses its connection.
 */
class RandomFaultsSoakTests {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final int PACE_MILLIS = 5;

	private final double minutes = Double.parseDouble(System.getProperty("celery.soak.minutes", "15"));

	private final long seed = Long.getLong("celery.test.seed", System.nanoTime());

	private final AtomicBoolean ended = new AtomicBoolean();

	@TempDir
	private Path directory;

	@Test
	void nothingIsLost() throws Exception {
		System.out.println("Soak of " + this.minutes + " minutes with -Dcelery.test.seed=" + this.seed);
		Random random = new Random(this.seed);
		try (FaultRun run = new FaultRun("--appendonly", "yes", "--dir", this.directory.toString());
				SoakFaults faults = new SoakFaults(run, random, python(run))) {
			faults.startWorkers();
			CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> publish(run));
			long deadline = System.nanoTime() + (long) (this.minutes * TimeUnit.MINUTES.toNanos(1));
			while (System.nanoTime() < deadline) {
				faults.next();
				awaitMoreWork(run);
			}
			this.ended.set(true);
			publisher.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			judge(run, faults);
		}
		finally {
			this.ended.set(true);
		}
	}

	private static @Nullable Function<String, PythonWorker> python(FaultRun run) {
		PythonCeleryExtension python = new PythonCeleryExtension(run.redis(), run.book());
		try {
			python.use(PythonCeleryVersion.NEWEST);
		}
		catch (RuntimeException ex) {
			System.out.println("Without a Python worker: " + ex.getMessage());
			return null;
		}
		return (name) -> python.worker(name)
			.queues(FaultRun.QUEUE)
			.visibilityTimeout(SoakFaults.VISIBILITY_TIMEOUT)
			.start();
	}

	private void publish(FaultRun run) {
		CeleryOperations client = run.plainClient(run.proxied());
		Random random = new Random(this.seed);
		while (!this.ended.get()) {
			TaskSendSpec<?> spec = client.task("shared.record").args(random.nextInt(40) / 1000.0).queue(FaultRun.QUEUE);
			if (random.nextInt(20) == 0) {
				spec.countdown(Duration.ofMillis(random.nextInt(8000)));
			}
			run.sendStubbornly(client, spec, () -> false);
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PACE_MILLIS));
		}
	}

	private static void awaitMoreWork(FaultRun run) {
		long before = run.marks().count();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> run.marks().count() > before + 500);
	}

	private void judge(FaultRun run, SoakFaults faults) {
		try {
			Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofSeconds(1))
				.until(() -> run.marks().finished().size() >= run.size());
		}
		finally {
			System.out.println(table(run, faults));
		}
		run.assertNothingLost();
		assertThat(startsWhileAJavaWorkerLived(run)).isEmpty();
	}

	private static List<String> startsWhileAJavaWorkerLived(FaultRun run) {
		Set<String> excepted = new HashSet<>(run.marks().begunFirstBy("python-"));
		excepted.addAll(run.repeated());
		return run.marks().startsWhileTheFirstWorkerLived(excepted);
	}

	private String table(FaultRun run, SoakFaults faults) {
		List<String> lines = new ArrayList<>();
		Set<String> twice = run.marks().begunTwice();
		Set<String> pushedTwice = new HashSet<>(twice);
		pushedTwice.retainAll(run.repeated());
		lines.add("| Soak | " + this.minutes + " minutes, seed " + this.seed + " |");
		lines.add("|---|---|");
		lines.add("| messages | " + run.size() + " |");
		lines.add("| lost | " + (run.size() - run.marks().finished().size()) + " |");
		lines.add("| begun more than once | " + twice.size() + ", of them pushed twice " + pushedTwice.size() + " |");
		int all = run.marks().startsWhileTheFirstWorkerLived(run.repeated()).size();
		int java = startsWhileAJavaWorkerLived(run).size();
		lines.add("| begun again while the first worker, Java, lived | " + java + " |");
		lines.add("| begun again while the first worker, Python, lived | " + (all - java) + " |");
		lines.add("| done by Python | " + run.marks().finishedBy("python-") + " |");
		lines.add("| longest time without a start | " + run.marks().longestPauseMillis() + " ms |");
		faults.counts().forEach((kind, count) -> lines.add("| " + kind + " | " + count + " |"));
		return String.join("\n", lines);
	}

}
