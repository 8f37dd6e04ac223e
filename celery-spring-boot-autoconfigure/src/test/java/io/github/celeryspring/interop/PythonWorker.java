package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.celeryspring.testsupport.ChildProcess;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.awaitility.Awaitility;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real {@code celery worker} of {@code tasks.py}, with its pool processes.
 */
final class PythonWorker implements AutoCloseable {

	private final String name;

	private final ChildProcess process;

	private PythonWorker(String name, ChildProcess process) {
		this.name = name;
		this.process = process;
	}

	/** How it signs its marks. */
	String name() {
		return this.name;
	}

	/** Its log so far. */
	String log() {
		return this.process.output();
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	ChildProcess process() {
		return this.process;
	}

	/** {@code kill -9} of the whole process tree. */
	void kill() {
		this.process.kill();
	}

	/**
	 * {@code kill -9} of the whole process tree, but not in the moment in which kombu
	 * itself loses a message: between taking it with BRPOP and recording it in
	 * {@code unacked}.
	 * @param redis the server
	 * @param queue what it consumes
	 * @param ids the tasks that were sent
	 * @param marks tells which are done
	 */
	void killOutsideOfKombusGap(RedisServerExtension redis, String queue, Collection<String> ids, Marks marks) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).until(() -> {
			this.process.signal("STOP");
			Set<String> missing = Unacked.missing(redis, queue, ids);
			missing.removeAll(marks.finished());
			if (missing.isEmpty()) {
				return true;
			}
			this.process.signal("CONT");
			return false;
		});
		kill();
	}

	/**
	 * {@code kill -9} of the whole process tree while it runs the body of a task. It must
	 * have one pool process and prefetch no more than that runs, so that all before is
	 * acknowledged and nothing else is taken.
	 * @param marks tells what it does
	 */
	void killInABody(Marks marks) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(3))
			.until(() -> {
				this.process.signalAll("STOP");
				if (marks.isInABody(this.name)) {
					return true;
				}
				this.process.signalAll("CONT");
				return false;
			});
		kill();
	}

	/** A warm shutdown. */
	int stop() {
		return this.process.terminate();
	}

	@Override
	public void close() {
		this.process.close();
	}

	/**
	 * A worker to be started.
	 */
	static final class Builder {

		private final PythonCeleryExtension python;

		private final String name;

		private final Map<String, Object> config = new LinkedHashMap<>();

		private final Map<String, Object> transportOptions = new LinkedHashMap<>();

		private final List<String> options = new ArrayList<>(List.of("--without-mingle"));

		private List<String> queues = List.of("celery");

		private int concurrency = 2;

		private boolean kept;

		Builder(PythonCeleryExtension python, String name) {
			this.python = python;
			this.name = name;
		}

		Builder queues(String... queues) {
			this.queues = List.of(queues);
			return this;
		}

		Builder concurrency(int concurrency) {
			this.concurrency = concurrency;
			return this;
		}

		/** A setting of {@code app.conf}. */
		Builder config(String setting, Object value) {
			this.config.put(setting, value);
			return this;
		}

		/**
		 * Sweeps with this timeout: every second with kombu 5.7, elsewhere at the start
		 * and then too seldom to wait for.
		 */
		Builder visibilityTimeout(int seconds) {
			this.transportOptions.put("visibility_timeout", seconds);
			this.transportOptions.put("unacked_restore_interval", 1);
			this.transportOptions.put("unacked_restore_throttle", 1);
			return this;
		}

		/** Asks the other workers for their clocks and revoked tasks at its start. */
		Builder mingle() {
			this.options.remove("--without-mingle");
			return this;
		}

		/** It ends with the version of the class, not with the test. */
		Builder kept() {
			this.kept = true;
			return this;
		}

		/** Starts it and waits until it consumes. */
		PythonWorker start() {
			if (!this.transportOptions.isEmpty()) {
				this.config.put("broker_transport_options", this.transportOptions);
			}
			List<String> command = new ArrayList<>(List.of(this.python.executable("celery"), "-A", "tasks", "worker",
					"-l", "INFO", "-Q", String.join(",", this.queues), "-c", String.valueOf(this.concurrency), "-n",
					this.name + "@localhost"));
			command.addAll(this.options);
			ProcessBuilder builder = this.python.process(this.name, command);
			builder.environment().put("CELERY_TEST_CONFIG", JsonMapper.shared().writeValueAsString(this.config));
			builder.environment().put("CELERY_TEST_WATCH_STDIN", "1");
			PythonWorker worker = new PythonWorker(this.name, ChildProcess.start(builder));
			this.python.started(worker, this.kept);
			worker.process.awaitLine((line) -> line.endsWith("@localhost ready."));
			return worker;
		}

	}

}
