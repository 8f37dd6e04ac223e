package io.github.celeryspring.interop;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.github.celeryspring.testsupport.CommandStep;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.TcpProxy.Cut;
import io.github.celeryspring.testsupport.WorkerProcess;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.sync.RedisCommands;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a soak, and what happens to them.
 */
final class SoakFaults implements AutoCloseable {

	/** Long enough that no lease runs out because of a frozen or disconnected worker. */
	static final int VISIBILITY_TIMEOUT = 30;

	private static final int WORKERS = 3;

	private static final int CONCURRENCY = 4;

	private final FaultRun run;

	private final Random random;

	private final @Nullable Function<String, PythonWorker> python;

	private final List<WorkerProcess> workers = new ArrayList<>();

	private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

	private @Nullable PythonWorker pythonWorker;

	private int started;

	SoakFaults(FaultRun run, Random random, @Nullable Function<String, PythonWorker> python) {
		this.run = run;
		this.random = random;
		this.python = python;
	}

	/** What may happen. */
	enum Kind {

		KILL, FREEZE, CUT_AT_A_STEP, CUT_ALL, DEAD_CONNECTIONS, NETWORK_SWALLOWS, NETWORK_REFUSES, REDIS_RESTART,
		REDIS_PAUSE, SCRIPT_FLUSH, CLIENT_KILL, PYTHON_RESTART

	}

	void startWorkers() {
		for (int i = 0; i < WORKERS; i++) {
			this.workers.add(prepare());
		}
		this.workers.forEach(WorkerProcess::go);
		startPython();
	}

	private void startPython() {
		if (this.python != null) {
			this.pythonWorker = this.python.apply("python-" + this.started++);
		}
	}

	private void stopPython() {
		if (this.pythonWorker != null) {
			this.pythonWorker.stop();
			this.run.marks().killed(this.pythonWorker.name());
		}
	}

	/** Every second one is behind the proxy. */
	private WorkerProcess prepare() {
		int number = this.started++;
		int port = (number % 2 == 0) ? this.run.proxy().port() : this.run.redis().port();
		return WorkerProcess.prepare(port, this.run.book().port(), "java-" + number, FaultRun.QUEUE, VISIBILITY_TIMEOUT,
				CONCURRENCY);
	}

	/** Lets something happen and ends it. */
	void next() {
		Kind[] kinds = Kind.values();
		Kind kind = kinds[this.random.nextInt((this.python != null) ? kinds.length : kinds.length - 1)];
		this.counts.merge(kind, 1, Integer::sum);
		switch (kind) {
			case KILL -> kill();
			case FREEZE -> freeze();
			case CUT_AT_A_STEP -> cutAtAStep();
			case CUT_ALL -> this.run.proxy().cutAll();
			case DEAD_CONNECTIONS -> this.run.proxy().silenceAll();
			case NETWORK_SWALLOWS -> {
				this.run.proxy().swallow();
				pause(2000);
				this.run.proxy().restore();
			}
			case NETWORK_REFUSES -> {
				this.run.proxy().refuse();
				pause(4000);
				this.run.proxy().restore();
			}
			case REDIS_RESTART -> restartRedis();
			case REDIS_PAUSE -> redis().clientPause(this.random.nextInt(100, 3000));
			case SCRIPT_FLUSH -> redis().scriptFlush();
			case CLIENT_KILL -> killClients();
			case PYTHON_RESTART -> {
				stopPython();
				startPython();
			}
		}
	}

	private RedisCommands<String, String> redis() {
		return this.run.redis().commands();
	}

	private void pause(int maxMillis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(this.random.nextInt(100, maxMillis)));
	}

	private void kill() {
		int index = this.random.nextInt(this.workers.size());
		WorkerProcess next = prepare();
		WorkerProcess victim = this.workers.set(index, next);
		victim.kill();
		this.run.marks().killed(victim.name());
		next.go();
	}

	private void freeze() {
		WorkerProcess frozen = this.workers.get(this.random.nextInt(this.workers.size()));
		frozen.freeze();
		pause(4000);
		frozen.thaw();
	}

	/** The step may never come, so the next trap replaces this one. */
	private void cutAtAStep() {
		CommandStep[] steps = CommandStep.values();
		Cut[] cuts = Cut.values();
		this.run.proxy()
			.cutAt(steps[this.random.nextInt(steps.length)].marker(), cuts[this.random.nextInt(cuts.length)]);
	}

	/** Not with Python's connections open: kombu loses what BRPOP has just popped. */
	private void restartRedis() {
		stopPython();
		this.run.redis().stop();
		pause(3000);
		this.run.redis().startAgain();
		startPython();
	}

	/** Only ours, for the same reason. */
	private void killClients() {
		redis().clientList().lines().filter((line) -> line.contains(" name=celery-spring ")).forEach((line) -> {
			long id = Long.parseLong(line.substring(3, line.indexOf(' ')));
			redis().clientKill(KillArgs.Builder.id(id));
		});
	}

	/** How often what happened. */
	Map<Kind, Integer> counts() {
		return this.counts;
	}

	@Override
	public void close() {
		this.workers.forEach(WorkerProcess::close);
		if (this.pythonWorker != null) {
			this.pythonWorker.close();
		}
	}

}
