package io.github.celeryspring.interop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.testsupport.CanvasKillRun;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers of Java and Python on one queue, killed with {@code kill -9} in the middle of
 * 100 chords and 100 chains.
 * <p>
 * Those of Java are killed at any moment whatever. Those of Python are killed while they
 * are within the body of a task, and hold no other message: this is the weakest condition
 * under which Celery itself keeps what is promised here. It sends what follows a task,
 * stores the result, counts the part of a chord and acknowledges in four steps, and kombu
 * takes a message and records it in two; who dies in between sends something twice, or
 * loses something. Celery 5.2 does not know which of the parts of a chord is to send the
 * body, so that it sends it once more for every part that is delivered again.
 */
class CanvasKillInteropTests {

	private static final int JAVA_KILLS = 15;

	private static final int PYTHON_KILLS = 3;

	private static final int PORTION = 200 / (JAVA_KILLS + PYTHON_KILLS);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final Deque<CompletableFuture<PythonWorker>> workers = new ArrayDeque<>();

	private int started;

	private void startPython() {
		String name = "python-" + this.started++;
		this.workers.add(CompletableFuture.supplyAsync(() -> python.worker(name)
			.queues(CanvasKillRun.QUEUE)
			.concurrency(1)
			.config("worker_prefetch_multiplier", 1)
			.visibilityTimeout(CanvasKillRun.VISIBILITY_TIMEOUT)
			.start()));
	}

	private void killPython(CanvasKillRun run) {
		PythonWorker victim = this.workers.remove().join();
		run.sendAndAwaitSomeWork(PORTION);
		victim.killInABody(run.marks());
		run.marks().killed(victim.name());
		startPython();
	}

	@Test
	void allChordsAndChainsEndAndEachTaskIsSentOnce() {
		python.use(PythonCeleryVersion.NEWEST);
		try (CanvasKillRun run = new CanvasKillRun(redis, 100, true)) {
			startPython();
			startPython();
			run.startJava(2);
			List<Boolean> kills = new ArrayList<>(Collections.nCopies(JAVA_KILLS, false));
			kills.addAll(Collections.nCopies(PYTHON_KILLS, true));
			Collections.shuffle(kills, run.random());
			for (boolean ofPython : kills) {
				if (ofPython) {
					killPython(run);
				}
				else {
					run.killJava(PORTION);
				}
			}
			run.assertEachDoneOnce();
			assertThat(run.marks().finishedBy("java")).isGreaterThan(100);
			assertThat(run.marks().finishedBy("python")).isGreaterThan(50);
		}
		finally {
			this.workers.forEach(CompletableFuture::join);
		}
	}

}
