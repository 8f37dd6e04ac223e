package io.github.celeryspring.documentation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.WaitStrategy;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisMonitor;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.KillArgs;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The ACL of docs/using-redis.md allows applications all that they do, and every
 * permission in it is for something that they do.
 */
@Timeout(60)
class AclDocIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final StringCodec ONE_BYTE = new StringCodec(StandardCharsets.ISO_8859_1);

	private static final String OWNERS = "celery-spring.owners:unacked";

	private static final String DEAD = "celery-spring:dead:00000000-0000-0000-0000-000000000000";

	/** What an application can do without. */
	private static final List<String> OPTIONAL = List.of("+client|tracking", "+client|unblock", "+client|kill",
			"+client|info", "+client|caching", "+client|list", "+info");

	@AfterEach
	void removeUsers() {
		redis.commands().aclDeluser("celery-worker", "celery-client", "celery-results");
	}

	@Test
	void workerNeedsAllOfItsPermissionsAndNoOthers() throws Exception {
		AclLine line = AclLine.of("celery-worker");
		assertThatIsExactlyWhatIsNeeded(line, () -> {
			for (WaitStrategy strategy : WaitStrategy.values()) {
				try (AclFlow flow = flow(line, line, (options) -> options.waitStrategy(strategy))) {
					work(flow, strategy);
				}
			}
		});
	}

	private static void work(AclFlow flow, WaitStrategy strategy) throws InterruptedException {
		flow.send();
		redis.commands().hset(OWNERS, DEAD + ":", "1700000000.000000 server 999999@192.0.2.1:1");
		String message = messageOf(flow);
		flow.startWorker();
		if (strategy == WaitStrategy.TRACKING) {
			killTheConsumerWhileItFetches(message);
		}
		ping();
		flow.runLongTask();
		flow.storeAgain();
		flow.lookAfterDeadLetters();
		await().atMost(AclFlow.SOON).until(() -> redis.commands().hkeys(OWNERS).size() == 1);
		flow.stopWorker();
		await().until(() -> redis.commands().pubsubNumpat() == 0);
	}

	/** Asks the worker, as another application would. */
	private static void ping() {
		redis.commands()
			.sadd("_kombu.binding.reply.celery.pidbox",
					"me" + CeleryQueue.SEPARATOR + CeleryQueue.SEPARATOR + "me.reply.celery.pidbox");
		byte[] body = """
				{"method": "ping", "arguments": {}, "reply_to": {"exchange": "reply.celery.pidbox", "routing_key": "me"}}
				"""
			.getBytes(StandardCharsets.UTF_8);
		byte[] command = new KombuMessageCodec()
			.encode(new KombuMessage(body, "application/json", "utf-8", Map.of(), new MessageProperties(null, null, 1,
					new DeliveryInfo("celery.pidbox", "", false), 0, "t", null, Map.of())));
		await().atMost(AclFlow.SOON).until(() -> {
			redis.commands().publish("/0.celery.pidbox", new String(command, StandardCharsets.UTF_8));
			return redis.commands().del("me.reply.celery.pidbox") == 1;
		});
	}

	/** So that the next connection has to read back what the last one took. */
	private static void killTheConsumerWhileItFetches(String message) {
		redis.commands().multi();
		redis.commands().lpush("celery", message);
		redis.commands()
			.dispatch(CommandType.CLIENT, new StatusOutput<>(ONE_BYTE),
					new CommandArgs<>(ONE_BYTE).add("PAUSE").add(5000).add("WRITE"));
		redis.commands().exec();
		await().atMost(AclFlow.SOON).until(() -> fetching().isPresent());
		redis.commands().clientKill(KillArgs.Builder.id(fetching().orElseThrow()));
		redis.commands()
			.dispatch(CommandType.CLIENT, new StatusOutput<>(ONE_BYTE), new CommandArgs<>(ONE_BYTE).add("UNPAUSE"));
	}

	/** A message that its worker, not yet started, would run. */
	private static String messageOf(AclFlow flow) {
		flow.sendOne();
		return redis.commands().rpop("celery");
	}

	private static Optional<Long> fetching() {
		return redis.commands()
			.clientList()
			.lines()
			.filter((line) -> line.matches(".* flags=(?=\\S*b)(?=\\S*t).* cmd=evalsha .*"))
			.map((line) -> Long.valueOf(line.replaceAll("^id=(\\d+) .*", "$1")))
			.findAny();
	}

	@Test
	void clientNeedsAllOfItsPermissionsAndNoOthers() throws Exception {
		AclLine line = AclLine.of("celery-client");
		assertThatIsExactlyWhatIsNeeded(line, () -> {
			try (AclFlow flow = flow(line, line, UnaryOperator.identity())) {
				flow.send();
				flow.awaitResult("t1",
						() -> redis.commands().set("celery-task-meta-t1", "{\"status\": \"SUCCESS\", \"result\": 1}"));
				await().atMost(AclFlow.SOON).until(() -> redis.commands().pubsubChannels().isEmpty());
			}
		});
	}

	@Test
	void clientThatSpeaksToWorkersNeedsALittleMore() throws Exception {
		AclLine line = AclLine.of("celery-client");
		AclLine more = AclLine.more("celery-client");
		assertThatIsExactlyWhatIsNeeded(line.and(more), more.permissions(), () -> {
			try (AclFlow flow = flow(line, line, UnaryOperator.identity())) {
				flow.speakToWorkers();
			}
		});
	}

	@Test
	void resultsElsewhereNeedAllOfTheirPermissionsAndNoOthers() throws Exception {
		AclLine results = AclLine.of("celery-results");
		AclLine broker = AclLine.of("celery-worker")
			.without(List.of("~celery-task-meta-*", "&celery-task-meta-*", "+mget", "+getrange", "+setex", "+publish",
					"+subscribe", "+unsubscribe"));
		broker.apply(redis.commands());
		assertThatIsExactlyWhatIsNeeded(results, () -> {
			try (AclFlow flow = flow(broker, results, UnaryOperator.identity())) {
				flow.send();
				flow.startWorker();
				flow.storeAgain();
			}
		});
	}

	@Test
	void workerThatUsesChordsAndBroadcastsNeedsALittleMore() throws Exception {
		AclLine line = AclLine.of("celery-worker");
		AclLine more = AclLine.more("celery-worker");
		assertThatIsExactlyWhatIsNeeded(line.and(more), more.permissions(), () -> {
			try (AclFlow flow = flow(line, line, UnaryOperator.identity())) {
				flow.countChordAndBroadcast();
				await().until(() -> redis.commands().pubsubNumpat() == 0);
			}
		});
	}

	@Test
	void workerRunsTasksWithoutTheOptionalPermissions() throws Exception {
		List<String> first = OPTIONAL.subList(2, 4);
		List<String> second = List.of("+client|tracking", "+client|unblock", "+client|list", "+info");
		List<String> third = List.of("+client|caching");
		assertThat(Stream.of(first, second, third).flatMap(List::stream)).containsAll(OPTIONAL);
		assertThatIsTriedInVain(first, AclDocIntegrationTests::killTheConsumerWhileItFetches);
		assertThatIsTriedInVain(second, (message) -> {
			redis.commands().hset(OWNERS, DEAD + ":", "1700000000.000000 server 999999@192.0.2.1:1");
			await().atMost(AclFlow.SOON).until(() -> refused().contains("+client|list"));
		});
		assertThatIsTriedInVain(third, (message) -> await().atMost(AclFlow.SOON).until(() -> !refused().isEmpty()));
	}

	private static void assertThatIsTriedInVain(List<String> permissions, Consumer<String> work) throws Exception {
		AclLine line = AclLine.of("celery-worker").without(permissions);
		line.apply(redis.commands());
		redis.commands().aclLogReset();
		try (AclFlow flow = flow(line, line, UnaryOperator.identity())) {
			String message = messageOf(flow);
			flow.startWorker();
			work.accept(message);
			flow.lookAfterDeadLetters();
		}
		assertThat(refused()).containsExactlyInAnyOrderElementsOf(permissions);
	}

	private static Set<String> refused() {
		return redis.commands().aclLog().stream().map((entry) -> "+" + entry.get("object")).collect(Collectors.toSet());
	}

	private static AclFlow flow(AclLine broker, AclLine results, UnaryOperator<RedisTransportOptions.Builder> options) {
		return new AclFlow(endpoint(broker), endpoint(results), options);
	}

	private static RedisEndpoint endpoint(AclLine line) {
		return new RedisEndpoint.Standalone("127.0.0.1", redis.port(), 0, line.user(), line.password(), null);
	}

	private static void assertThatIsExactlyWhatIsNeeded(AclLine line, Flow flow) throws Exception {
		List<String> needed = new ArrayList<>(line.permissions());
		needed.removeAll(OPTIONAL);
		assertThatIsExactlyWhatIsNeeded(line, needed, flow);
	}

	private static void assertThatIsExactlyWhatIsNeeded(AclLine line, List<String> permissions, Flow flow)
			throws Exception {
		line.apply(redis.commands());
		redis.commands().scriptFlush();
		redis.commands().aclLogReset();
		Set<List<String>> commands = commandsOf(flow);
		assertThat(redis.commands().aclLog()).isEmpty();
		List<String> needless = new ArrayList<>();
		for (String permission : permissions) {
			line.without(List.of(permission)).apply(redis.commands());
			if (commands.stream().allMatch((command) -> isAllowed(line.user(), command))) {
				needless.add(permission);
			}
		}
		assertThat(needless).isEmpty();
	}

	private static Set<List<String>> commandsOf(Flow flow) throws Exception {
		String self = redis.commands().clientInfo().replaceAll("(?s).* addr=(\\S+) .*", "$1");
		try (RedisMonitor monitor = new RedisMonitor(redis.port())) {
			flow.run();
			redis.commands().echo("that was all");
			await().until(() -> monitor.hasSeen("that was all"));
			return monitor.commandsWithout(self);
		}
	}

	private static boolean isAllowed(String user, List<String> command) {
		CommandArgs<String, String> arguments = new CommandArgs<>(ONE_BYTE).add("DRYRUN").add(user);
		return "OK".equals(
				redis.commands().dispatch(CommandType.ACL, new StatusOutput<>(ONE_BYTE), arguments.addValues(command)));
	}

	/** What an application does. */
	private interface Flow {

		void run() throws IOException, InterruptedException;

	}

}
