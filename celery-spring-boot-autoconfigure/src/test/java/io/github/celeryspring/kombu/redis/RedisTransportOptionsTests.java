package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.celeryspring.kombu.redis.RedisTransportOptions.Builder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RedisTransportOptionsTests {

	@Test
	void defaultsAreThoseOfKombu() {
		RedisTransportOptions options = RedisTransportOptions.builder().build();
		assertThat(options).isEqualTo(RedisTransportOptions.DEFAULTS);
		assertThat(options.visibilityTimeout()).isEqualTo(Duration.ofSeconds(3600));
		assertThat(options.unackedMutexExpire()).isEqualTo(Duration.ofSeconds(300));
		assertThat(options.unackedRestoreLimit()).isNull();
		assertThat(options.prioritySteps()).containsExactly(0, 3, 6, 9);
		assertThat(options.sep()).isEqualTo("\u0006\u0016");
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void invalidOptionIsNamedAsKombuNamesIt(String name, Builder builder) {
		assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageStartingWith(name + " ");
	}

	static Stream<Arguments> invalid() {
		return Stream.of(Arguments.of("visibility_timeout", builder().visibilityTimeout(Duration.ZERO)),
				Arguments.of("visibility_timeout", builder().visibilityTimeout(Duration.ofMillis(1500))),
				Arguments.of("priority_steps", builder().prioritySteps(List.of())),
				Arguments.of("priority_steps", builder().prioritySteps(List.of(1, 2))),
				Arguments.of("priority_steps", builder().prioritySteps(List.of(0, 3, 3))),
				Arguments.of("unacked_restore_limit", builder().unackedRestoreLimit(0)),
				Arguments.of("unacked_restore_interval", builder().unackedRestoreInterval(Duration.ZERO)),
				Arguments.of("unacked_key", builder().unackedKey("")),
				Arguments.of("unacked_mutex_expire", builder().unackedMutexExpire(Duration.ofSeconds(-1))),
				Arguments.of("polling_interval", builder().pollingInterval(Duration.ZERO)),
				Arguments.of("sep", builder().sep("")));
	}

	private static Builder builder() {
		return RedisTransportOptions.builder();
	}

}
