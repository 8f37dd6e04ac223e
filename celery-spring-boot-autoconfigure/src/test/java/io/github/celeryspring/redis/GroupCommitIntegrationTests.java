package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class GroupCommitIntegrationTests {

	private static final int LIMIT = 1 << 20;

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension("--client-query-buffer-limit",
			String.valueOf(LIMIT));

	@Test
	void entryThatRedisHangsUpOnFailsAndTheOthersAreWritten() {
		try (RedisConnections connections = redis.connections()) {
			connections.commands().join();
			GroupCommit<byte[]> commit = new GroupCommit<>("entries", 10, (group) -> connections
				.execute((commands) -> commands.rpush(new byte[] { 'k' }, group.toArray(byte[][]::new))));
			CompletableFuture<Void> first = commit.submit(new byte[1]);
			CompletableFuture<Void> before = commit.submit(new byte[2]);
			CompletableFuture<Void> tooLarge = commit.submit(new byte[3 * LIMIT]);
			CompletableFuture<Void> after = commit.submit(new byte[4]);
			assertThat(after).succeedsWithin(Duration.ofSeconds(30));
			assertThat(first).isCompleted();
			assertThat(before).isCompleted();
			assertThat(tooLarge).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(CeleryException.class)
				.withMessageContaining("client-query-buffer-limit");
			assertThat(redis.commands().lrange("k", 0, -1)).extracting(String::length).containsExactly(1, 2, 4);
			assertThat(commit.submit(new byte[5])).succeedsWithin(Duration.ofSeconds(10));
		}
	}

}
