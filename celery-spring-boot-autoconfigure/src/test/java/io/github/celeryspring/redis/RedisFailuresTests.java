package io.github.celeryspring.redis;

import java.util.concurrent.CompletionException;

import io.github.celeryspring.BrokerUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RedisFailuresTests {

	@ParameterizedTest
	@ValueSource(strings = { "LOADING Redis is loading the dataset in memory", "OOM command not allowed",
			"READONLY You can't write against a read only replica.",
			"ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -OOM command not allowed" })
	void replyThatWillChangeIsPassing(String reply) {
		assertThat(RedisFailures.isPassing(new CompletionException(new RedisCommandExecutionException(reply))))
			.isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "WRONGTYPE Operation against a key holding the wrong kind of value", "ERR syntax error",
			"NOPERM this user has no permissions", "ERR" })
	void replyThatStaysIsNot(String reply) {
		assertThat(RedisFailures.isPassing(new RedisCommandExecutionException(reply))).isFalse();
	}

	@Test
	void lostConnectionsArePassing() {
		assertThat(RedisFailures.isPassing(new RedisException("Connection disconnected"))).isTrue();
		assertThat(RedisFailures.isPassing(new RedisCommandTimeoutException())).isTrue();
		assertThat(RedisFailures.isPassing(new BrokerUnavailableException("down", null))).isTrue();
		assertThat(RedisFailures.isPassing(new IllegalStateException())).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "READONLY You can't write", "MASTERDOWN Link with MASTER is down",
			"UNBLOCKED force unblock from blocking operation",
			"ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -READONLY You can't" })
	void demotionIsTold(String reply) {
		assertThat(RedisFailures.isDemotion(new RedisCommandExecutionException(reply))).isTrue();
	}

	@Test
	void otherFailuresAreNoDemotion() {
		assertThat(RedisFailures.isDemotion(new RedisCommandExecutionException("OOM no"))).isFalse();
		assertThat(RedisFailures.isDemotion(new RedisException("READONLY"))).isFalse();
	}

}
