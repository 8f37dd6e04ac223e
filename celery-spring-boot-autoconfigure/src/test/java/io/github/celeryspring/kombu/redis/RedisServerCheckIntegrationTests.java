package io.github.celeryspring.kombu.redis;

import io.github.celeryspring.kombu.QueueConsumer;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.github.celeryspring.kombu.redis.TestBroker.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class RedisServerCheckIntegrationTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private static final String REMEDY = "Set maxmemory-policy to noeviction";

	@AfterEach
	void reset() {
		set("0", "noeviction");
	}

	private static void set(String maxMemory, String policy) {
		redis.commands().configSet("maxmemory", maxMemory);
		redis.commands().configSet("maxmemory-policy", policy);
	}

	private static void consumeTwice() throws Exception {
		consumeTwice(redis.endpoint());
	}

	private static void consumeTwice(RedisEndpoint endpoint) throws Exception {
		redis.commands().configResetstat();
		try (TestBroker broker = new TestBroker(endpoint);
				QueueConsumer one = broker.consume("q");
				QueueConsumer other = broker.consume("q")) {
			one.poll(1, NOW);
			other.poll(1, NOW);
			await().untilAsserted(() -> assertThat(redis.commands().info("commandstats")).contains("cmdstat_info:"));
		}
	}

	@Test
	void policyThatThrowsAwayQueuesIsWarnedAboutOnce(CapturedOutput output) throws Exception {
		set("100mb", "allkeys-lru");
		consumeTwice();
		await().until(() -> output.getOut().contains(REMEDY));
		assertThat(output).containsOnlyOnce("Redis will throw away queues")
			.contains("maxmemory-policy is allkeys-lru")
			.containsPattern("WARN .*Redis will");
	}

	@Test
	void policyThatThrowsAwayResultsIsMentioned(CapturedOutput output) throws Exception {
		set("100mb", "volatile-ttl");
		consumeTwice();
		await().until(() -> output.getOut().contains(REMEDY));
		assertThat(output).containsPattern("INFO .*Redis may forget results before they expire");
	}

	@Test
	void policyWithoutLimitIsMentioned(CapturedOutput output) throws Exception {
		set("0", "allkeys-random");
		consumeTwice();
		await().until(() -> output.getOut().contains(REMEDY));
		assertThat(output).containsPattern("INFO .*Redis would throw away queues if it had a memory limit");
	}

	@Test
	void goodPolicyIsNotMentioned(CapturedOutput output) throws Exception {
		set("100mb", "noeviction");
		consumeTwice();
		assertThat(output).doesNotContain("maxmemory");
	}

	@Test
	void refusalIsNotMentioned(CapturedOutput output) throws Exception {
		redis.commands()
			.aclSetuser("plain",
					AclSetuserArgs.Builder.on()
						.addPassword("secret")
						.allKeys()
						.allChannels()
						.allCommands()
						.removeCommand(CommandType.INFO));
		set("100mb", "allkeys-lru");
		consumeTwice(new RedisEndpoint.Standalone("127.0.0.1", redis.port(), 0, "plain", "secret", null));
		assertThat(output).doesNotContain("maxmemory").doesNotContain("NOPERM");
	}

	@Test
	void oldServerIsWarnedAbout(CapturedOutput output) {
		RedisServerCheck.checkVersion("# Server\r\nredis_version:6.2.0\r\nredis_git_sha1:0\r\n");
		assertThat(output).isEmpty();
		RedisServerCheck.checkVersion("# Server\r\nredis_version:6.0.16\r\nredis_git_sha1:0\r\n");
		assertThat(output).contains("Redis 6.0.16 is too old: Redis 6.2 or later is needed");
	}

}
