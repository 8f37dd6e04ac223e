package io.github.celeryspring.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.opentest4j.TestAbortedException;
import org.springframework.util.FileSystemUtils;

/**
 * A virtual environment with one version of Celery, made by pip below the module's
 * {@code target} and kept until that is cleaned.
 *
 * @param version what is installed
 * @param celeryVersion the version that pip chose
 * @param bin the directory of the executables
 */
record PythonEnvironment(PythonCeleryVersion version, String celeryVersion, Path bin) {

	private static final Path CACHE = Path.of("target", "python-celery").toAbsolutePath();

	private static final Map<PythonCeleryVersion, PythonEnvironment> environments = new EnumMap<>(
			PythonCeleryVersion.class);

	private static final Map<PythonCeleryVersion, RuntimeException> failures = new EnumMap<>(PythonCeleryVersion.class);

	/**
	 * Finds or makes the environment.
	 * @param version what to install
	 * @return the environment
	 * @throws TestAbortedException if Python or pip do not work here; with
	 * {@code CI=true} an {@link IllegalStateException}
	 */
	static synchronized PythonEnvironment of(PythonCeleryVersion version) {
		PythonEnvironment known = environments.get(version);
		if (known != null) {
			return known;
		}
		if (failures.containsKey(version)) {
			throw failures.get(version);
		}
		try {
			PythonEnvironment made = locked(version);
			System.out.println("Interop tests use Celery " + made.celeryVersion() + " (" + version + ")");
			environments.put(version, made);
			return made;
		}
		catch (IOException ex) {
			RuntimeException failure = unusable(version, ex);
			failures.put(version, failure);
			throw failure;
		}
	}

	/** Another build of this module may be at it: a file lock keeps it out. */
	private static PythonEnvironment locked(PythonCeleryVersion version) throws IOException {
		Files.createDirectories(CACHE);
		try (FileChannel channel = FileChannel.open(CACHE.resolve(version + ".lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
			Path directory = CACHE.resolve(version.toString());
			Path complete = directory.resolve("complete");
			String wanted = String.join(" ", version.requirements());
			if (!Files.exists(complete) || !wanted.equals(Files.readString(complete))) {
				install(version, directory);
				Files.writeString(complete, wanted);
			}
			Path bin = directory.resolve("bin");
			String output = run(bin.resolve("celery").toString(), "--version");
			return new PythonEnvironment(version, output.trim().replaceAll(" .*", ""), bin);
		}
	}

	private static void install(PythonCeleryVersion version, Path directory) throws IOException {
		FileSystemUtils.deleteRecursively(directory);
		run("python3", "-m", "venv", directory.toString());
		List<String> pip = new ArrayList<>(List.of(directory.resolve("bin/python").toString(), "-m", "pip", "install",
				"--quiet", "--disable-pip-version-check"));
		pip.addAll(version.requirements());
		run(pip.toArray(String[]::new));
	}

	private static String run(String... command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getOutputStream().close();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
				throw new IOException(String.join(" ", command) + " failed: " + output);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException(ex);
		}
		return output;
	}

	private static RuntimeException unusable(PythonCeleryVersion version, IOException ex) {
		if (Boolean.parseBoolean(System.getenv("CI"))) {
			return new UncheckedIOException("No Python environment for Celery " + version, ex);
		}
		String reason = "Skipped the interop tests with Celery " + version + ": "
				+ ex.getMessage().replaceAll("\\s+", " ");
		System.out.println(reason);
		return new TestAbortedException(reason);
	}

	/**
	 * The path of an executable of the environment.
	 * @param name such as {@code celery}
	 * @return the path
	 */
	String executable(String name) {
		return this.bin.resolve(name).toString();
	}

}
