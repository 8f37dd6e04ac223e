package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedisChordsIntegrationTests {

	private static final String PARTS = "celery-taskset-meta-g.j";

	private static final String SIZE = "celery-taskset-meta-g.s";

	private static final String RETURNED = "celery-taskset-meta-g.d";

	private static final String TURN = "celery-taskset-meta-g.c";

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private RedisConnections connections;

	private RedisResultBackend backend;

	@BeforeEach
	void open() {
		this.connections = redis.connections();
		this.backend = backend(true, Duration.ofHours(1), "");
	}

	@AfterEach
	void close() {
		this.backend.close();
		this.connections.close();
	}

	private RedisResultBackend backend(boolean ordered, Duration expires, String prefix) {
		return new RedisResultBackend(this.connections, this.serializers,
				new RedisResultOptions(expires, prefix, ordered, RetryPolicy.DEFAULTS));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theLastPartCompletesTheChord(boolean ordered) {
		ChordBackend chords = backend(ordered, Duration.ofHours(1), "").chords();
		done(chords.setSize("g", 3));
		assertThat(returned(chords, "c", 2)).isFalse();
		assertThat(returned(chords, "a", 0)).isFalse();
		assertThat(returned(chords, "b", 1)).isTrue();
		List<TaskResult> parts = done(chords.parts("g"));
		assertThat(parts).extracting(TaskResult::taskId)
			.containsExactly(ordered ? new String[] { "a", "b", "c" } : new String[] { "c", "a", "b" });
		assertThat(parts).extracting(TaskResult::state).containsOnly(TaskState.SUCCESS);
		done(chords.bodySent(new ChordMember("g", "b", 1)));
		assertThat(redis.commands().keys("*")).containsExactly(TURN);
		assertThat(redis.commands().ttl(TURN)).isPositive();
	}

	@Test
	void aPartIsWrittenAsCeleryWritesIt() {
		done(chords().partReturned(new ChordMember("g", "a", 4), TaskState.SUCCESS, List.of(1, "é")));
		done(chords().partReturned(new ChordMember("g", "b", null), TaskState.FAILURE,
				new TaskFailure("ValueError", List.of("x"), "builtins")));
		assertThat(redis.commands().zrange(PARTS, 0, -1)).containsExactly("[1, \"a\", \"SUCCESS\", [1, \"\\u00e9\"]]",
				"[1, \"b\", \"FAILURE\", {\"exc_type\": \"ValueError\", \"exc_message\": [\"x\"], \"exc_module\": \"builtins\"}]");
		assertThat(redis.commands().zscore(PARTS, redis.commands().zrange(PARTS, 1, 1).get(0)))
			.isEqualTo(Double.POSITIVE_INFINITY);
		assertThat(redis.commands().smembers(RETURNED)).containsExactlyInAnyOrder("a:4", "b:+inf");
		assertThat(done(chords().parts("g")).get(1).result())
			.isEqualTo(new TaskFailure("ValueError", List.of("x"), "builtins"));
	}

	@Test
	void nothingIsCompleteBeforeTheSizeIsKnown() {
		assertThat(returned(chords(), "a", 0)).isFalse();
		done(chords().setSize("g", 2));
		assertThat(returned(chords(), "b", 1)).isTrue();
	}

	@Test
	void addedMembersCount() {
		done(chords().setSize("g", 1));
		done(chords().addMember("g"));
		assertThat(returned(chords(), "a", 0)).isFalse();
		assertThat(returned(chords(), "b", null)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aTaskThatRunsAgainCountsOnce(boolean ordered) {
		ChordBackend chords = backend(ordered, Duration.ofHours(1), "").chords();
		done(chords.setSize("g", 2));
		assertThat(returned(chords, "a", 0)).isFalse();
		done(chords.partReturned(new ChordMember("g", "a", 0), TaskState.SUCCESS, "another result"));
		assertThat(done(chords.parts("g"))).hasSize(1);
		assertThat(returned(chords, "b", 1)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aTaskThatRanAtAnOlderPeerCountsOnce(boolean ordered) {
		ChordBackend chords = backend(ordered, Duration.ofHours(1), "").chords();
		done(chords.setSize("g", 2));
		// Before 5.7 there is no .d
		if (ordered) {
			redis.commands().zadd(PARTS, 0, "[1, \"a\", \"SUCCESS\", 1.0]");
		}
		else {
			redis.commands().rpush(PARTS, "[1, \"a\", \"SUCCESS\", 1.0]");
		}
		assertThat(returned(chords, "a", 0)).isFalse();
		assertThat(done(chords.parts("g"))).hasSize(1);
		assertThat(returned(chords, "b", 1)).isTrue();
	}

	@Test
	void theTurnIsOneTasks() {
		done(chords().setSize("g", 2));
		returned(chords(), "a", 0);
		assertThat(returned(chords(), "b", 1)).isTrue();
		assertThat(returned(chords(), "a", 0)).as("a late copy").isFalse();
		assertThat(returned(chords(), "b", 1)).as("run again after its worker died").isTrue();
		assertThat(redis.commands().pttl(TURN)).isBetween(1L, 1000L);
		redis.commands().del(TURN);
		assertThat(returned(chords(), "a", 0)).as("a late copy, when Celery sees no turn any more").isFalse();
		assertThat(returned(chords(), "b", 1)).as("run again later").isTrue();
	}

	@Test
	void theTurnEndsWithTheRun() {
		done(chords().setSize("g", 2));
		returned(chords(), "a", 0);
		assertThat(returned(chords(), "b", 1)).isTrue();
		done(chords().failed("g"));
		done(chords().setSize("g", 2));
		assertThat(returned(chords(), "a", 0)).as("sent again").isTrue();
	}

	@Test
	void whoeverLostItsTurnForgetsNothing() {
		done(chords().setSize("g", 1));
		assertThat(returned(chords(), "a", 0)).isTrue();
		redis.commands().set(TURN, "a token of Celery 5.7");
		done(chords().bodySent(new ChordMember("g", "a", 0)));
		assertThat(redis.commands().exists(PARTS, SIZE)).isEqualTo(2);
	}

	@Test
	void aLateCopyDoesNotBringAChordBack() {
		done(chords().setSize("g", 1));
		returned(chords(), "a", 0);
		done(chords().bodySent(new ChordMember("g", "a", 0)));
		assertThat(returned(chords(), "a", 0)).isFalse();
		assertThat(redis.commands().exists(PARTS)).isZero();
		done(chords().setSize("g", 1));
		assertThat(returned(chords(), "a", 0)).as("sent again").isTrue();
	}

	@Test
	void aFailedChordFailsOnce() {
		done(chords().setSize("g", 1));
		assertThat(returned(chords(), "a", 0)).isTrue();
		done(chords().failed("g"));
		redis.commands().del(TURN);
		assertThat(returned(chords(), "a", 0)).isFalse();
		assertThat(done(chords().parts("g"))).hasSize(1);
	}

	@Test
	void followsTheFormThatIsThere() {
		ChordBackend unordered = backend(false, Duration.ofHours(1), "").chords();
		done(chords().setSize("g", 3));
		returned(chords(), "b", 1);
		returned(unordered, "a", 0);
		assertThat(redis.commands().type(PARTS)).isEqualTo("zset");
		assertThat(returned(unordered, "c", 2)).isTrue();
		assertThat(done(unordered.parts("g"))).extracting(TaskResult::taskId).containsExactly("a", "b", "c");
	}

	@Test
	void everythingExpires() {
		done(chords().saveGroup(ResultTree.group("g", List.of())));
		done(chords().setSize("g", 5));
		done(chords().addMember("g"));
		returned(chords(), "a", 0);
		assertThat(redis.commands().keys("*")).hasSize(5)
			.allSatisfy((key) -> assertThat(redis.commands().ttl(key)).isBetween(3590L, 3600L));
	}

	@Test
	void nothingExpiresIfResultsDoNot() {
		ChordBackend forever = backend(true, Duration.ZERO, "results").chords();
		done(forever.setSize("g", 5));
		returned(forever, "a", 0);
		assertThat(redis.commands().keys("*")).contains("results_" + PARTS, "results_" + SIZE, "results_" + RETURNED)
			.allSatisfy((key) -> assertThat(redis.commands().ttl(key)).isEqualTo(-1));
	}

	@Test
	void savesRestoresAndDeletesAGroup() {
		ResultTree group = new ResultTree("g", ResultTree.task("p"), List.of(ResultTree.task("a")));
		assertThat(done(chords().restoreGroup("g"))).isNull();
		done(chords().saveGroup(group));
		assertThat(done(chords().restoreGroup("g"))).isEqualTo(group);
		done(chords().deleteGroup("g"));
		assertThat(redis.commands().keys("*")).isEmpty();
	}

	@Test
	void tellsWhenSomethingElseIsInTheWay() {
		redis.commands().set(PARTS, "x");
		assertThat(chords().partReturned(new ChordMember("g", "a", 0), TaskState.SUCCESS, 1))
			.failsWithin(Duration.ofSeconds(5))
			.withThrowableThat()
			.withMessageContaining("Cannot count task a of chord g")
			.withMessageContaining("WRONGTYPE");
		assertThat(redis.commands().keys("*")).containsExactly(PARTS);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> chords().partReturned(new ChordMember("g", "a", 0), TaskState.FAILURE, "no failure"));
	}

	@Test
	void aPartIsCountedWhenRedisComesBack() {
		done(chords().setSize("g", 1));
		redis.stop();
		CompletableFuture<Boolean> returned = chords().partReturned(new ChordMember("g", "a", 0), TaskState.SUCCESS, 1)
			.toCompletableFuture();
		assertThat(returned).isNotDone();
		redis.startAgain();
		assertThat(returned).succeedsWithin(Duration.ofSeconds(20));
		assertThat(redis.commands().zcard(PARTS)).isEqualTo(1);
	}

	private ChordBackend chords() {
		return this.backend.chords();
	}

	private static boolean returned(ChordBackend chords, String taskId, Integer index) {
		return done(chords.partReturned(new ChordMember("g", taskId, index), TaskState.SUCCESS, 1));
	}

	private static <T> T done(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
	}

}
