package io.github.celeryspring.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server on the loopback address, from the static binary inside
 * {@code org.signal:embedded-redis}. It keeps nothing on disk, and ends together with
 * this JVM, even when the JVM is killed.
 *
 * @since 0.1.0
 */
public final class EmbeddedRedisServer implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(EmbeddedRedisServer.class);

	/** The version of the binaries in {@code org.signal:embedded-redis}. */
	private static final String BINARY = "redis-server-7.0.15-";

	/**
	 * The shell outlives a killed JVM by the moment it needs to see its standard input
	 * end, stop the server and remove the directory. A Ctrl-C in the terminal is for the
	 * application alone: it stops the server when it has finished with it, hence the
	 * session of its own. The watcher must not hold the output, whose end tells that the
	 * server did not start. Arguments: directory, binary, the server's own.
	 */
	private static final String GUARD = """
			exec 3<&0
			dir="$0"
			trap '' INT
			$(command -v setsid) "$@" 3<&- &
			server=$!
			(cat <&3; kill "$server") >/dev/null 2>&1 &
			trap 'kill "$server"' TERM
			wait "$server"
			rm -rf "$dir"
			""";

	private static final int ATTEMPTS = 3;

	private final Process guard;

	private final int port;

	private EmbeddedRedisServer(Process guard, int port) {
		this.guard = guard;
		this.port = port;
	}

	/**
	 * Whether the binary for this machine is on the class path.
	 * @return whether {@link #start} can work
	 */
	public static boolean isAvailable() {
		return isAvailable(EmbeddedRedisServer.class.getClassLoader());
	}

	static boolean isAvailable(@Nullable ClassLoader classLoader) {
		String binary = binary();
		return binary != null && classLoader != null && classLoader.getResource(binary) != null;
	}

	/**
	 * Starts a server and waits until it accepts connections.
	 * @param port the port, or 0 for a free one
	 * @param arguments more arguments, such as {@code --requirepass}
	 * @return the server
	 * @throws IllegalStateException if it did not start
	 */
	public static EmbeddedRedisServer start(int port, String... arguments) {
		for (int attempt = 1;; attempt++) {
			try {
				return launch((port != 0) ? port : freePort(), arguments);
			}
			catch (IllegalStateException ex) {
				// A free port may be taken by another before the server has it.
				if (port != 0 || attempt == ATTEMPTS) {
					throw ex;
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private static EmbeddedRedisServer launch(int port, String... arguments) throws IOException {
		Path directory = Files.createTempDirectory("celery-redis");
		Path executable = extract(directory);
		List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, directory.toString(), executable.toString(),
				"--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
				directory.toString(), "--daemonize", "no"));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		EmbeddedRedisServer server = new EmbeddedRedisServer(process, port);
		server.awaitReady();
		return server;
	}

	private void awaitReady() throws IOException {
		BufferedReader out = this.guard.inputReader(StandardCharsets.UTF_8);
		StringBuilder log = new StringBuilder();
		String line;
		while ((line = out.readLine()) != null) {
			log.append(line).append('\n');
			if (line.contains("Ready to accept connections")) {
				drain(out);
				return;
			}
		}
		close();
		throw new IllegalStateException("redis-server did not start:\n" + log);
	}

	private static void drain(BufferedReader out) {
		Thread drainer = new Thread(() -> {
			try (out) {
				out.transferTo(java.io.Writer.nullWriter());
			}
			catch (IOException ex) {
				logger.trace("The embedded redis-server is gone", ex);
			}
		}, "celery-embedded-redis-log");
		drainer.setDaemon(true);
		drainer.start();
	}

	static Path extract(Path directory) throws IOException {
		String binary = binary();
		try (InputStream in = (binary != null) ? EmbeddedRedisServer.class.getResourceAsStream("/" + binary) : null) {
			if (in == null) {
				throw new IllegalStateException("No redis-server for this machine on the class path: add"
						+ " org.signal:embedded-redis, or start a redis-server yourself and set celery.broker-url");
			}
			Path executable = directory.resolve("redis-server");
			Files.copy(in, executable);
			if (!executable.toFile().setExecutable(true)) {
				throw new IllegalStateException("Cannot make " + executable + " executable");
			}
			return executable;
		}
	}

	/**
	 * The binary for this machine.
	 * @return the name of the resource, or {@code null} if there can be none
	 */
	private static @Nullable String binary() {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
		String system = os.startsWith("mac") ? "darwin" : os.startsWith("linux") ? "linux" : null;
		String arch = switch (System.getProperty("os.arch")) {
			case "aarch64", "arm64" -> "arm64";
			case "x86", "i386", "i686" -> "386";
			case "amd64", "x86_64" -> "amd64";
			default -> null;
		};
		return (system != null && arch != null) ? BINARY + system + "-" + arch : null;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	/**
	 * The port it listens on, at 127.0.0.1.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * A broker URL for Java and Python alike.
	 * @return the URL of database 0
	 */
	public String url() {
		return "redis://127.0.0.1:" + this.port + "/0";
	}

	/**
	 * Stops the server, its data with it. Idempotent.
	 */
	@Override
	public void close() {
		try {
			this.guard.getOutputStream().close();
			if (!this.guard.waitFor(5, TimeUnit.SECONDS)) {
				this.guard.descendants().forEach(ProcessHandle::destroyForcibly);
				this.guard.destroyForcibly();
			}
		}
		catch (IOException ex) {
			this.guard.destroy();
		}
		catch (InterruptedException ex) {
			this.guard.destroy();
			Thread.currentThread().interrupt();
		}
	}

}
