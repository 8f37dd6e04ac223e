package io.github.celeryspring.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.embedded.EmbeddedRedisBinary;
import org.springframework.util.FileSystemUtils;

/**
 * A redis-server process with any configuration, on the loopback address: also one with
 * TLS, on a unix socket, or a Sentinel. It can be killed, frozen, and started again on
 * the same port. Its data is gone when it ends, unless configured otherwise. It ends with
 * this JVM, even when that is killed. Where a line of configuration says
 * {@code %DIRECTORY%}, it means the server's own directory.
 */
public final class RedisProcess implements AutoCloseable {

	/** Tells the server's id first, and kills it when the standard input ends. */
	private static final String GUARD = """
			exec 3<&0
			trap '' INT
			sh -c 'echo "$$"; exec "$@"' server "$@" 3<&- &
			server=$!
			(cat <&3; kill -9 "$server") >/dev/null 2>&1 &
			wait "$server"
			""";

	private final Path directory;

	private final int port;

	private final String[] arguments;

	private final StringBuffer log = new StringBuffer();

	private Process guard;

	private long pid;

	private RedisProcess(String port, List<String> lines, String... arguments) {
		this.arguments = arguments;
		this.port = freePort();
		try {
			this.directory = Files.createTempDirectory("celery-redis");
			EmbeddedRedisBinary.extract(this.directory);
			List<String> all = new ArrayList<>(List.of(port, "bind 127.0.0.1", "dir %DIRECTORY%", "daemonize no"));
			all.addAll(lines);
			all.replaceAll((line) -> line.replace("%PORT%", String.valueOf(this.port))
				.replace("%DIRECTORY%", this.directory.toString()));
			Files.write(this.directory.resolve("redis.conf"), all);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		startAgain();
	}

	/**
	 * Starts a server.
	 * @param lines its configuration, as in redis.conf
	 */
	public static RedisProcess start(String... lines) {
		return server(List.of("port %PORT%"), lines);
	}

	/**
	 * Starts a server that listens on a unix socket, too.
	 * @param lines its configuration, as in redis.conf
	 * @see #socket()
	 */
	public static RedisProcess startWithSocket(String... lines) {
		return server(List.of("port %PORT%", "unixsocket %DIRECTORY%/redis.sock"), lines);
	}

	/**
	 * Starts a server that speaks nothing but TLS.
	 * @param certificates the server's certificate, and whose clients to trust
	 * @param clientCertificates whether clients must show a certificate
	 * @param lines its configuration, as in redis.conf
	 */
	public static RedisProcess startWithTls(TestCertificates certificates, boolean clientCertificates,
			String... lines) {
		return server(tls(certificates, clientCertificates), lines);
	}

	/**
	 * Starts a Sentinel.
	 * @param lines its configuration, as in sentinel.conf
	 */
	public static RedisProcess startSentinel(String... lines) {
		return new RedisProcess("port %PORT%", List.of(lines), "--sentinel");
	}

	/**
	 * Starts a Sentinel that speaks nothing but TLS, with the servers it watches, too.
	 * @param certificates its certificate, and whose clients to trust
	 * @param lines its configuration, as in sentinel.conf
	 */
	public static RedisProcess startSentinelWithTls(TestCertificates certificates, String... lines) {
		List<String> tls = tls(certificates, false);
		List<String> all = new ArrayList<>(tls.subList(1, tls.size()));
		all.addAll(List.of(lines));
		return new RedisProcess(tls.get(0), all, "--sentinel");
	}

	private static List<String> tls(TestCertificates certificates, boolean clientCertificates) {
		return List.of("port 0", "tls-port %PORT%", "tls-replication yes",
				"tls-auth-clients " + (clientCertificates ? "yes" : "no"),
				"tls-ca-cert-file " + certificates.authority(), "tls-cert-file " + certificates.serverCertificate(),
				"tls-key-file " + certificates.serverKey());
	}

	private static RedisProcess server(List<String> ports, String... lines) {
		List<String> all = new ArrayList<>(ports.subList(1, ports.size()));
		all.addAll(List.of("save \"\"", "appendonly no", "repl-diskless-sync-delay 0"));
		all.addAll(List.of(lines));
		return new RedisProcess(ports.get(0), all);
	}

	/**
	 * Starts the server again, on the same port, after {@link #kill()}.
	 */
	public void startAgain() {
		List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "guard"));
		command.add(this.directory.resolve("redis-server").toString());
		command.add(this.directory.resolve("redis.conf").toString());
		command.addAll(List.of(this.arguments));
		try {
			this.guard = new ProcessBuilder(command).redirectErrorStream(true).start();
			BufferedReader out = this.guard.inputReader(StandardCharsets.UTF_8);
			this.pid = Long.parseLong(out.readLine());
			awaitReady(out);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void awaitReady(BufferedReader out) throws IOException {
		String line;
		while ((line = out.readLine()) != null) {
			this.log.append(line).append('\n');
			if (line.contains("eady to accept connections") || line.contains("Sentinel ID is")) {
				drain(out);
				return;
			}
		}
		close();
		throw new IllegalStateException("redis-server did not start:\n" + this.log);
	}

	private void drain(BufferedReader out) {
		Thread drainer = new Thread(() -> {
			try (out) {
				out.lines().forEach((line) -> this.log.append(line).append('\n'));
			}
			catch (IOException | UncheckedIOException ex) {
				// the server was killed, which is what this class is for
				Thread.currentThread().interrupt();
			}
		}, "redis-process-log");
		drainer.setDaemon(true);
		drainer.start();
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The port it listens on, at 127.0.0.1. */
	public int port() {
		return this.port;
	}

	/** The path of its unix socket. */
	public Path socket() {
		return this.directory.resolve("redis.sock");
	}

	/** Its process id. */
	public long pid() {
		return this.pid;
	}

	/** What it has written. */
	public String log() {
		return this.log.toString();
	}

	/** Stops it like a machine that hangs: connections stay, nothing is answered. */
	public void freeze() {
		signal("STOP");
	}

	/** Ends {@link #freeze()}. */
	public void thaw() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(this.pid)).start();
			if (kill.waitFor() != 0) {
				throw new IllegalStateException("Cannot send SIG" + name + " to the redis-server");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Kills it at once (SIGKILL) and waits until it is gone. Idempotent. */
	public void kill() {
		try {
			this.guard.getOutputStream().close();
			if (!this.guard.waitFor(5, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The redis-server " + this.pid + " does not end");
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

	/** Kills it and removes its directory. */
	@Override
	public void close() {
		kill();
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
