package io.github.celeryspring.interop;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Real Python Celery for the tests of one class: workers, which end with the test that
 * started them, and one client process. Register it as a static field and choose the
 * version with {@link #use}.
 */
public final class PythonCeleryExtension implements AfterEachCallback, AfterAllCallback {

	private final RedisServerExtension redis;

	private final RedisServerExtension marks;

	private final List<PythonWorker> workers = new CopyOnWriteArrayList<>();

	private final List<PythonWorker> keptWorkers = new CopyOnWriteArrayList<>();

	private @Nullable PythonEnvironment environment;

	private @Nullable Path directory;

	private @Nullable PythonClient client;

	public PythonCeleryExtension(RedisServerExtension redis) {
		this(redis, redis);
	}

	/**
	 * With the marks of its tasks in another server.
	 */
	PythonCeleryExtension(RedisServerExtension redis, RedisServerExtension marks) {
		this.redis = redis;
		this.marks = marks;
	}

	/**
	 * Chooses the version. Aborts the tests if Python or pip do not work here, unless
	 * {@code CI=true}.
	 */
	void use(PythonCeleryVersion version) {
		close();
		this.environment = PythonEnvironment.of(version);
		try {
			this.directory = Files
				.createDirectories(Path.of("target", "interop", String.valueOf(ProcessHandle.current().pid())))
				.toAbsolutePath();
			for (String file : List.of("tasks.py", "client.py", "content.py")) {
				copy(file, this.directory.resolve(file));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void copy(String file, Path target) throws IOException {
		try (InputStream content = PythonCeleryExtension.class.getResourceAsStream("/interop/" + file)) {
			Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
		}
	}

	PythonCeleryVersion version() {
		return this.environment.version();
	}

	/** A worker to be started; it ends with the test. */
	PythonWorker.Builder worker(String name) {
		return new PythonWorker.Builder(this, name);
	}

	/** Runs a snippet of Python in the client; see {@link PythonClient#run}. */
	JsonNode run(String code) {
		return run(code, Map.of());
	}

	/** Runs a snippet of Python in the client; see {@link PythonClient#run}. */
	JsonNode run(String code, Map<String, ?> values) {
		if (this.client == null) {
			this.client = newClient(Map.of());
		}
		return this.client.run(code, values);
	}

	/** A client of its own, to be closed by the caller. */
	PythonClient newClient(Map<String, ?> config) {
		ProcessBuilder builder = process("client", List.of(executable("python"), "client.py"));
		builder.environment().put("CELERY_TEST_CONFIG", JsonMapper.shared().writeValueAsString(config));
		return new PythonClient(builder, log());
	}

	/** Runs the {@code celery} command to its end; its output. */
	String celery(String... arguments) {
		List<String> command = new ArrayList<>(List.of(executable("celery")));
		command.addAll(List.of(arguments));
		try {
			Process process = process("command", command).redirectError(log()).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new AssertionError(command + " failed: " + output);
			}
			return output;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private File log() {
		return new File(this.directory.toFile(), "client.log");
	}

	String executable(String name) {
		return this.environment.executable(name);
	}

	ProcessBuilder process(String name, List<String> command) {
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile());
		builder.environment().put("CELERY_TEST_URL", this.redis.url());
		builder.environment().put("CELERY_TEST_MARKS_URL", this.marks.url());
		builder.environment().put("CELERY_TEST_NAME", name);
		builder.environment().put("PYTHONIOENCODING", "utf-8");
		// Pickle is for tests, and they may run as root.
		builder.environment().put("C_FORCE_ROOT", "1");
		builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
		return builder;
	}

	void started(PythonWorker worker, boolean kept) {
		(kept ? this.keptWorkers : this.workers).add(worker);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		if (context.getExecutionException().isPresent()) {
			this.keptWorkers.forEach(PythonCeleryExtension::showLog);
			this.workers.forEach(PythonCeleryExtension::showLog);
		}
		end(this.workers);
	}

	private static void showLog(PythonWorker worker) {
		System.out.println("Log of " + worker.name() + ":\n" + worker.log());
	}

	private static void end(List<PythonWorker> workers) {
		workers.forEach(PythonWorker::close);
		workers.clear();
	}

	private void close() {
		end(this.workers);
		end(this.keptWorkers);
		if (this.client != null) {
			this.client.close();
			this.client = null;
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		close();
	}

}
