package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.SentinelOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.awaitility.Awaitility.await;

/**
 * A primary, a replica and three Sentinels that watch them, for the tests of one class.
 * Sentinels look at everything many times a second instead of once, and a primary is down
 * after a second. Register it as a static field.
 */
public final class SentinelExtension implements BeforeAllCallback, AfterAllCallback {

	/** The name of the master group. */
	public static final String MASTER_NAME = "mymaster";

	private static final int SENTINELS = 3;

	/**
	 * Milliseconds; the defaults are 10 000, 1000, 2000, 1000 and 2000. A Sentinel makes
	 * a primary that it did not choose a replica after 4 publish-periods, which must be
	 * longer than the second in which another learns that its choice was promoted. It
	 * chooses no replica of which it has not heard for 5 ping-periods, when it asks each
	 * second. It does nothing for half a minute after a pause of tilt-trigger.
	 */
	private static final List<String> FAST = List.of("info-period", "200", "ping-period", "500", "publish-period",
			"600", "ask-period", "100", "tilt-trigger", "10000");

	private final String dataPassword;

	private final String sentinelPassword;

	private final List<RedisProcess> servers = new ArrayList<>();

	private final List<RedisProcess> sentinels = new ArrayList<>();

	private RedisClient client;

	/** Nobody needs a password. */
	public SentinelExtension() {
		this("", "");
	}

	/**
	 * With passwords.
	 * @param dataPassword the password of the primary and the replica, or empty
	 * @param sentinelPassword the password of the Sentinels, or empty
	 */
	public SentinelExtension(String dataPassword, String sentinelPassword) {
		this.dataPassword = dataPassword;
		this.sentinelPassword = sentinelPassword;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		start();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	/** Starts everything and waits until a fail-over is possible. */
	public void start() {
		this.client = RedisClient.create();
		RedisProcess primary = startServer();
		RedisProcess replica = startServer("replicaof 127.0.0.1 " + primary.port());
		this.servers.addAll(List.of(primary, replica));
		awaitUntil(() -> replication(replica).contains("master_link_status:up"));
		for (int i = 0; i < SENTINELS; i++) {
			this.sentinels.add(startSentinel(primary));
		}
		this.sentinels.forEach(this::speedUp);
		awaitUntil(() -> this.sentinels.stream().allMatch(this::isComplete));
	}

	/** Ends everything. */
	public void stop() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.sentinels.forEach(RedisProcess::close);
		this.servers.forEach(RedisProcess::close);
	}

	private RedisProcess startServer(String... lines) {
		List<String> all = new ArrayList<>(List.of(lines));
		if (!this.dataPassword.isEmpty()) {
			all.addAll(List.of("requirepass " + this.dataPassword, "masterauth " + this.dataPassword));
		}
		return RedisProcess.start(all.toArray(String[]::new));
	}

	private RedisProcess startSentinel(RedisProcess primary) {
		List<String> lines = new ArrayList<>(
				List.of("sentinel monitor " + MASTER_NAME + " 127.0.0.1 " + primary.port() + " 2",
						"sentinel down-after-milliseconds " + MASTER_NAME + " 1000",
						"sentinel failover-timeout " + MASTER_NAME + " 2000"));
		if (!this.dataPassword.isEmpty()) {
			lines.add("sentinel auth-pass " + MASTER_NAME + " " + this.dataPassword);
		}
		if (!this.sentinelPassword.isEmpty()) {
			lines.addAll(
					List.of("requirepass " + this.sentinelPassword, "sentinel sentinel-pass " + this.sentinelPassword));
		}
		return RedisProcess.startSentinel(lines.toArray(String[]::new));
	}

	private void speedUp(RedisProcess sentinel) {
		List<String> arguments = new ArrayList<>(List.of("DEBUG"));
		arguments.addAll(FAST);
		status(sentinel, arguments.toArray(String[]::new));
	}

	private boolean isComplete(RedisProcess sentinel) {
		Map<String, String> master = master(sentinel);
		return master.get("flags").equals("master") && master.get("num-slaves").equals("1")
				&& master.get("num-other-sentinels").equals(String.valueOf(SENTINELS - 1));
	}

	/** The Sentinels, the killed included. */
	public List<RedisProcess> sentinels() {
		return List.copyOf(this.sentinels);
	}

	/** The process that the Sentinels hold for the primary. */
	public RedisProcess primary() {
		int port = primaryPort();
		return this.servers.stream().filter((server) -> server.port() == port).findFirst().orElseThrow();
	}

	/** The process that is not the primary. */
	public RedisProcess replica() {
		int port = primaryPort();
		return this.servers.stream().filter((server) -> server.port() != port).findFirst().orElseThrow();
	}

	private int primaryPort() {
		return Integer.parseInt(master(this.sentinels.get(0)).get("port"));
	}

	/** Where the Sentinels are, as {@code celery.broker-url} has it. */
	public String url() {
		String credentials = this.dataPassword.isEmpty() ? "" : ":" + this.dataPassword + "@";
		return this.sentinels.stream()
			.map((sentinel) -> "sentinel://" + credentials + "127.0.0.1:" + sentinel.port() + "/0")
			.collect(Collectors.joining(";"));
	}

	/** What to know besides the URL. */
	public SentinelOptions options() {
		return new SentinelOptions(MASTER_NAME, 0, null, this.sentinelPassword.isEmpty() ? null : this.sentinelPassword,
				null);
	}

	public RedisEndpoint.Sentinel endpoint() {
		return new RedisEndpoint.Sentinel(this.sentinels.stream()
			.map((sentinel) -> new RedisEndpoint.HostAndPort("127.0.0.1", sentinel.port()))
			.toList(), options(), 0, null, this.dataPassword.isEmpty() ? null : this.dataPassword, null);
	}

	/** A look at the present primary from outside; to be closed by the test. */
	public StatefulRedisConnection<String, String> connectPrimary() {
		return connect(primaryPort(), this.dataPassword);
	}

	/**
	 * Makes the replica the primary, and waits until the Sentinels say so and the former
	 * primary is a replica. The clients of the former primary are cut off.
	 */
	public void failover() {
		RedisProcess old = primary();
		awaitUntil(() -> orderedAway(old));
		awaitOtherPrimary(old);
		awaitReplica(old);
	}

	/**
	 * A Sentinel that has not heard of its replica for a while gives up, and is asked
	 * again.
	 */
	private boolean orderedAway(RedisProcess old) {
		RedisProcess sentinel = this.sentinels.get(0);
		Map<String, String> master = master(sentinel);
		if (Integer.parseInt(master.get("port")) != old.port()) {
			return true;
		}
		if (!master.get("flags").contains("failover_in_progress")) {
			try {
				status(sentinel, "FAILOVER", MASTER_NAME);
			}
			catch (RedisCommandExecutionException ex) {
				// NOGOODSLAVE
			}
		}
		return false;
	}

	/**
	 * Kills the primary, and waits until the Sentinels have made the replica the primary.
	 * @return the killed process, which the test may start again
	 */
	public RedisProcess killPrimary() {
		RedisProcess old = primary();
		old.kill();
		awaitOtherPrimary(old);
		return old;
	}

	/**
	 * Freezes the primary, and waits until the Sentinels have made the replica the
	 * primary.
	 * @return the frozen process, which the test has to {@link #thaw}
	 */
	public RedisProcess freezePrimary() {
		RedisProcess old = primary();
		old.freeze();
		awaitOtherPrimary(old);
		return old;
	}

	/**
	 * Goes on with the frozen primary and waits until it replicates the present one.
	 * @param frozen what {@link #freezePrimary()} returned
	 */
	public void thaw(RedisProcess frozen) {
		frozen.thaw();
		awaitReplica(frozen);
	}

	private void awaitReplica(RedisProcess server) {
		awaitUntil(() -> replication(server).contains("master_link_status:up"));
		awaitUntil(() -> this.sentinels.stream().allMatch(this::isComplete));
	}

	private void awaitOtherPrimary(RedisProcess old) {
		awaitUntil(() -> this.sentinels.stream()
			.allMatch((sentinel) -> Integer.parseInt(master(sentinel).get("port")) != old.port()));
	}

	/**
	 * Starts the killed primary again and waits until it replicates the present one.
	 * @param killed what {@link #killPrimary()} returned
	 */
	public void startAgain(RedisProcess killed) {
		killed.startAgain();
		awaitReplica(killed);
	}

	private String replication(RedisProcess server) {
		try (StatefulRedisConnection<String, String> connection = connect(server.port(), this.dataPassword)) {
			return connection.sync().info("replication");
		}
		catch (RedisException ex) {
			return "";
		}
	}

	private Map<String, String> master(RedisProcess sentinel) {
		try (StatefulRedisConnection<String, String> connection = connect(sentinel.port(), this.sentinelPassword)) {
			return connection.sync()
				.dispatch(CommandType.SENTINEL, new MapOutput<>(StringCodec.UTF8),
						new CommandArgs<>(StringCodec.UTF8).add("MASTER").add(MASTER_NAME));
		}
	}

	private void status(RedisProcess sentinel, String... arguments) {
		try (StatefulRedisConnection<String, String> connection = connect(sentinel.port(), this.sentinelPassword)) {
			CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
			List.of(arguments).forEach(args::add);
			connection.sync().dispatch(CommandType.SENTINEL, new StatusOutput<>(StringCodec.UTF8), args);
		}
	}

	private StatefulRedisConnection<String, String> connect(int port, String password) {
		RedisURI.Builder uri = RedisURI.builder().withHost("127.0.0.1").withPort(port);
		if (!password.isEmpty()) {
			uri.withPassword(password.toCharArray());
		}
		return this.client.connect(uri.build());
	}

	private void awaitUntil(Callable<Boolean> condition) {
		try {
			await().atMost(Duration.ofSeconds(20))
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(50))
				.until(condition);
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException("The Sentinels do not come to an end:\n"
					+ this.sentinels.stream().map(RedisProcess::log).collect(Collectors.joining("\n")), ex);
		}
	}

}
