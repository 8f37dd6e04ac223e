package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TcpProxy;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.ClientListArgs;
import io.lettuce.core.KillArgs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class ResultSubscriptionsIntegrationTests {

	private static final Duration NEVER = Duration.ofDays(1);

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final RedisConnectionOptions CHECKED_OFTEN = new RedisConnectionOptions("test", SOON, SOON, true,
			RedisConnectionOptions.KeepAlive.DEFAULTS, Duration.ofMillis(50));

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private RedisConnections connections;

	private RedisResultBackend backend;

	@BeforeEach
	void open() {
		this.connections = redis.connections();
		// Without the safety round: what is tested works by itself.
		this.backend = backend(NEVER);
	}

	private RedisResultBackend backend(Duration safetyInterval) {
		return new RedisResultBackend(this.connections, this.serializers, RedisResultOptions.DEFAULTS, safetyInterval);
	}

	@AfterEach
	void close() {
		this.backend.close();
		this.connections.close();
	}

	@Test
	void readsAResultThatIsThereAlready() throws Exception {
		set("t1", "SUCCESS");
		assertThat(this.backend.awaitReady("t1", SOON).state()).isEqualTo(TaskState.SUCCESS);
		assertThat(this.backend.whenReady("t1")).succeedsWithin(SOON);
		awaitNoSubscription();
	}

	@Test
	void waitsForThePublishedDocument() {
		CompletableFuture<TaskResult> ready = this.backend.whenReady("t1");
		awaitSubscribed("t1");
		// Only published: the message alone is enough.
		redis.commands().publish("celery-task-meta-t1", document("t1", "FAILURE"));
		assertThat(ready).succeedsWithin(SOON).extracting(TaskResult::state).isEqualTo(TaskState.FAILURE);
		awaitNoSubscription();
	}

	@Test
	void ignoresStatesThatAreNotFinal() {
		CompletableFuture<TaskResult> ready = this.backend.whenReady("t1");
		awaitSubscribed("t1");
		for (String state : List.of("STARTED", "RETRY", "PROGRESS")) {
			redis.commands().publish("celery-task-meta-t1", document("t1", state));
		}
		redis.commands().publish("celery-task-meta-t1", document("t1", "REVOKED"));
		assertThat(ready).succeedsWithin(SOON).extracting(TaskResult::state).isEqualTo(TaskState.REVOKED);
	}

	@Test
	void severalWaitForOneTask() {
		CompletableFuture<TaskResult> first = this.backend.whenReady("t1");
		CompletableFuture<TaskResult> second = this.backend.whenReady("t1");
		awaitSubscribed("t1");
		first.cancel(false);
		CompletableFuture<TaskResult> third = this.backend.whenReady("t1");
		store("t1");
		assertThat(second).succeedsWithin(SOON);
		assertThat(third).succeedsWithin(SOON);
		awaitNoSubscription();
	}

	@Test
	void stopsWaitingWhenTheLastIsCancelled() {
		CompletableFuture<TaskResult> first = this.backend.whenReady("t1");
		CompletableFuture<TaskResult> second = this.backend.whenReady("t1");
		awaitSubscribed("t1");
		first.cancel(false);
		second.orTimeout(1, TimeUnit.MILLISECONDS);
		awaitNoSubscription();
		CompletableFuture<TaskResult> third = this.backend.whenReady("t1");
		store("t1");
		assertThat(third).succeedsWithin(SOON);
	}

	@Test
	void aWaitThatTimesOutLeavesNoSubscription() {
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> this.backend.awaitReady("t1", Duration.ofMillis(200)));
		awaitNoSubscription();
	}

	@Test
	void callbacksRunOnThreadsOfTheirOwn() {
		CompletableFuture<String> thread = this.backend.whenReady("t1")
			.thenApply((result) -> Thread.currentThread().getName());
		CompletableFuture<String> failed = this.backend.whenReady("t2")
			.handle((result, failure) -> Thread.currentThread().getName());
		awaitSubscribed("t1");
		awaitSubscribed("t2");
		store("t1");
		redis.commands().publish("celery-task-meta-t2", "no json");
		assertThat(thread).succeedsWithin(SOON).asString().startsWith("celery-results-");
		assertThat(failed).succeedsWithin(SOON).asString().startsWith("celery-results-");
	}

	@Test
	void callbacksMayWaitForOtherResults() {
		List<CompletableFuture<TaskResult>> chained = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			String other = "other" + i;
			chained.add(this.backend.whenReady("t" + i)
				.thenApply((result) -> this.backend.whenReady(other).orTimeout(20, TimeUnit.SECONDS).join()));
		}
		for (int i = 0; i < 20; i++) {
			store("t" + i);
		}
		await().until(() -> redis.commands().pubsubChannels().size() == 20);
		for (int i = 0; i < 20; i++) {
			store("other" + i);
		}
		assertThat(chained).allSatisfy((each) -> assertThat(each).succeedsWithin(SOON));
	}

	@Test
	void tellsThatADocumentIsOfAnotherSerializer() {
		redis.commands().set("celery-task-meta-t1", "status: SUCCESS\n");
		assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> this.backend.awaitReady("t1", SOON))
			.withMessageContaining("result_serializer");
	}

	@Test
	void thousandsWaitWithFewCommands() {
		redis.commands().configResetstat();
		List<CompletableFuture<TaskResult>> ready = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			ready.add(this.backend.whenReady("t" + i));
		}
		for (int i = 0; i < 5000; i++) {
			store("t" + i);
		}
		assertThat(CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new))).succeedsWithin(SOON);
		assertThat(RedisResultBackendIntegrationTests.calls(redis, "subscribe")).isBetween(1L, 1000L);
		awaitNoSubscription();
	}

	@Test
	void aKilledSubscriptionLosesNoResult() {
		List<CompletableFuture<TaskResult>> ready = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			ready.add(this.backend.whenReady("t" + i));
		}
		await().until(() -> redis.commands().pubsubChannels().size() == 100);
		// The first half is not published, and is there before anyone can subscribe
		// again: only reading again helps.
		redis.commands().multi();
		redis.commands().clientKill(KillArgs.Builder.typePubsub());
		for (int i = 0; i < 100; i += 2) {
			set("t" + i, "SUCCESS");
		}
		assertThat(redis.commands().exec().<Long>get(0)).isEqualTo(1);
		for (int i = 0; i < 100; i += 2) {
			assertThat(ready.get(i)).succeedsWithin(SOON);
		}
		awaitSubscribed("t1");
		for (int i = 1; i < 100; i += 2) {
			store("t" + i);
			assertThat(ready.get(i)).succeedsWithin(SOON);
		}
	}

	@Test
	void aRestartOfRedisLosesNoResult() {
		CompletableFuture<TaskResult> before = this.backend.whenReady("t1");
		awaitSubscribed("t1");
		redis.stop();
		CompletableFuture<TaskResult> meanwhile = this.backend.whenReady("t2");
		redis.startAgain();
		store("t1");
		assertThat(before).succeedsWithin(Duration.ofSeconds(20));
		awaitSubscribed("t2");
		redis.commands().publish("celery-task-meta-t2", document("t2", "SUCCESS"));
		assertThat(meanwhile).succeedsWithin(SOON);
		awaitNoSubscription();
	}

	@Test
	void waitsForARedisThatIsNotThereYet() {
		redis.stop();
		CompletableFuture<TaskResult> ready = this.backend.whenReady("t1");
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> this.backend.awaitReady("t1", Duration.ofMillis(300)));
		redis.startAgain();
		store("t1");
		assertThat(ready).succeedsWithin(Duration.ofSeconds(20));
	}

	@Test
	void makesUpForLostMessages() {
		try (RedisResultBackend careful = backend(Duration.ofMillis(200))) {
			CompletableFuture<TaskResult> ready = careful.whenReady("t1");
			awaitSubscribed("t1");
			set("t1", "SUCCESS");
			assertThat(ready).succeedsWithin(SOON);
		}
	}

	@Test
	void aSilentConnectionIsReplaced() {
		RedisConnectionOptions impatient = new RedisConnectionOptions("test", Duration.ofMillis(300), SOON, true,
				RedisConnectionOptions.KeepAlive.DEFAULTS, Duration.ofMillis(200));
		try (TcpProxy proxy = new TcpProxy(redis.port());
				RedisConnections through = new RedisConnections(endpoint(proxy.port(), null, null), impatient);
				RedisResultBackend silenced = new RedisResultBackend(through, this.serializers,
						RedisResultOptions.DEFAULTS, NEVER)) {
			CompletableFuture<TaskResult> ready = silenced.whenReady("t1");
			awaitSubscribed("t1");
			proxy.silenceAll();
			// Redis does not know yet that the first one is dead.
			await().until(() -> redis.commands()
				.pubsubNumsub("celery-task-meta-t1")
				.equals(Map.of("celery-task-meta-t1", 2L)));
			redis.commands().publish("celery-task-meta-t1", document("t1", "SUCCESS"));
			assertThat(ready).succeedsWithin(SOON);
		}
		awaitNoSubscription();
	}

	@Test
	void aConnectionThatAnswersIsKept() {
		try (RedisConnections checked = new RedisConnections(redis.endpoint(), CHECKED_OFTEN);
				RedisResultBackend backend = new RedisResultBackend(checked, this.serializers,
						RedisResultOptions.DEFAULTS, NEVER)) {
			CompletableFuture<TaskResult> ready = backend.whenReady("t1");
			awaitSubscribed("t1");
			String before = redis.commands().clientList(ClientListArgs.Builder.typePubsub());
			redis.commands().configResetstat();
			await().until(() -> RedisResultBackendIntegrationTests.calls(redis, "hello") >= 3);
			assertThat(idOf(redis.commands().clientList(ClientListArgs.Builder.typePubsub()))).isEqualTo(idOf(before));
			assertThat(ready).isNotDone();
		}
	}

	@Test
	void leavesAServerThatIsNoLongerTheMaster() {
		try (RedisConnections checked = new RedisConnections(redis.endpoint(), CHECKED_OFTEN);
				RedisResultBackend backend = new RedisResultBackend(checked, this.serializers,
						RedisResultOptions.DEFAULTS, NEVER)) {
			CompletableFuture<TaskResult> ready = backend.whenReady("t1");
			awaitSubscribed("t1");
			String before = idOf(redis.commands().clientList(ClientListArgs.Builder.typePubsub()));
			redis.commands().replicaof("127.0.0.1", 1);
			await().until(() -> !idOf(redis.commands().clientList(ClientListArgs.Builder.typePubsub())).equals(before));
			redis.commands().replicaofNoOne();
			store("t1");
			assertThat(ready).succeedsWithin(SOON);
		}
		finally {
			redis.commands().replicaofNoOne();
		}
	}

	private static String idOf(String clients) {
		return clients.replaceAll("(?s)^id=(\\d+) .*", "$1");
	}

	@Test
	void failsAtOnceWhenRedisRefuses() {
		redis.commands()
			.aclSetuser("waiter",
					AclSetuserArgs.Builder.on().addPassword("pw").allKeys().allCommands().resetChannels());
		try (RedisConnections limited = connections("waiter", "pw");
				RedisConnections unknown = connections("waiter", "wrong")) {
			for (RedisConnections each : List.of(limited, unknown)) {
				try (RedisResultBackend refused = new RedisResultBackend(each, this.serializers,
						RedisResultOptions.DEFAULTS)) {
					assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> refused.awaitReady("t1", SOON))
						.withMessageMatching("(?s).*(NOPERM|WRONGPASS|ACL).*");
				}
			}
		}
		finally {
			redis.commands().aclDeluser("waiter");
		}
	}

	@Test
	void closingEndsAllWaits() {
		CompletableFuture<TaskResult> ready = this.backend.whenReady("t1");
		this.backend.close();
		assertThat(ready).failsWithin(SOON).withThrowableThat().withMessageContaining("closed");
		assertThat(this.backend.whenReady("t2")).failsWithin(SOON).withThrowableThat().withMessageContaining("closed");
	}

	private static RedisConnections connections(String user, String password) {
		return new RedisConnections(endpoint(redis.port(), user, password), RedisConnectionOptions.DEFAULTS);
	}

	private static RedisEndpoint endpoint(int port, String user, String password) {
		return new RedisEndpoint.Standalone("127.0.0.1", port, 0, user, password, null);
	}

	private void store(String id) {
		this.backend.store(new TaskResult(id, TaskState.SUCCESS, 1, null, List.of(), null, null, null, null));
	}

	private static void set(String id, String state) {
		redis.commands().set("celery-task-meta-" + id, document(id, state));
	}

	private static String document(String id, String state) {
		String result = TaskState.of(state).isException()
				? "{\"exc_type\": \"E\", \"exc_message\": [], \"exc_module\": \"m\"}" : "1";
		return "{\"status\": \"" + state + "\", \"result\": " + result + ", \"task_id\": \"" + id + "\"}";
	}

	private static void awaitSubscribed(String id) {
		String channel = "celery-task-meta-" + id;
		await().until(() -> redis.commands().pubsubNumsub(channel).get(channel) == 1);
	}

	private static void awaitNoSubscription() {
		await().until(() -> redis.commands().pubsubChannels().isEmpty());
	}

}
