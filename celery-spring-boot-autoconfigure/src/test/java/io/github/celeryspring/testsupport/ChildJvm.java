package io.github.celeryspring.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.github.celeryspring.embedded.EmbeddedRedisServer;

/**
 * How to start a JVM with the classes of the tests in half of the usual time: from an
 * archive of loaded classes (CDS), which is made by the first who asks. An archive needs
 * a class path of jars.
 */
final class ChildJvm {

	private static final Path DIRECTORY = Path.of("target", "child-jvm").toAbsolutePath();

	private static List<String> command;

	private ChildJvm() {
	}

	/** The start of a command, without the main class. */
	static synchronized List<String> command() {
		if (command == null) {
			try {
				command = prepare();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
		return command;
	}

	private static List<String> prepare() throws IOException, InterruptedException {
		Files.createDirectories(DIRECTORY);
		Path archive = Files.createTempFile(DIRECTORY, "classes", ".jsa");
		Files.delete(archive);
		String classPath = jars();
		try (EmbeddedRedisServer redis = EmbeddedRedisServer.start(0)) {
			String port = String.valueOf(redis.port());
			List<String> dump = jvm(classPath, "-XX:ArchiveClassesAtExit=" + archive);
			dump.addAll(List.of(WorkerMain.class.getName(), port, "archive", "archive", "1", "1", port,
					WorkerMain.REHEARSAL));
			Process process = new ProcessBuilder(dump).redirectErrorStream(true)
				.redirectOutput(DIRECTORY.resolve("archive.log").toFile())
				.start();
			// Without an archive it merely takes longer.
			if (!process.waitFor(60, TimeUnit.SECONDS)) {
				process.destroyForcibly();
			}
		}
		archive.toFile().deleteOnExit();
		return List.copyOf(jvm(classPath, "-XX:SharedArchiveFile=" + archive));
	}

	/** A quick start matters here, not the speed afterwards. */
	private static List<String> jvm(String classPath, String archive) {
		return new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m", "-Xlog:cds=off",
				"-Xlog:cds+dynamic=off", archive, "-cp", classPath));
	}

	private static String jars() throws IOException {
		List<String> jars = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
			Path path = Path.of(entry);
			jars.add(Files.isDirectory(path) ? jar(path, jars.size()).toString() : entry);
		}
		return String.join(System.getProperty("path.separator"), jars);
	}

	private static Path jar(Path classes, int number) throws IOException {
		Path jar = Files.createTempFile(DIRECTORY, "classes" + number + "-", ".jar");
		jar.toFile().deleteOnExit();
		try (OutputStream out = Files.newOutputStream(jar);
				ZipOutputStream zip = new ZipOutputStream(out);
				Stream<Path> files = Files.walk(classes)) {
			zip.setLevel(0);
			for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
				zip.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
				Files.copy(file, zip);
			}
		}
		return jar;
	}

}
