package io.github.celeryspring.task;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.kombu.KombuJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TaskDefinitionTests {

	private static TaskDefinition read(String name) {
		Method method = ReflectionUtils.findMethod(Tasks.class, name);
		Function<String, String> placeholders = (text) -> text.replace("${rate}", "5/h");
		return new TaskMethodReader(KombuJson.builder(true).build(), placeholders).read(
				AnnotatedElementUtils.findMergedAnnotation(method, CeleryTask.class), method, Tasks.class, "tasks",
				new BeanMethod(new DefaultListableBeanFactory(), "tasks", method));
	}

	@Test
	void attributesThatAreLeftOutSayNothing() {
		TaskDefinition task = read("plain");
		assertThat(task).isEqualTo(TaskDefinition.builder("tasks.plain", task.handler()).source(task.source()).build());
		assertThat(task.options()).isEqualTo(TaskOptions.NONE);
		assertThat(task.retryPolicy()).isEqualTo(RetryPolicy.DEFAULTS);
		assertThat(task.rateLimit()).isNull();
	}

	@Test
	void everyAttributeCounts() {
		TaskDefinition task = read("full");
		assertThat(task.options()).isEqualTo(TaskOptions.builder()
			.queue("q")
			.ignoreResult(true)
			.priority(3)
			.serializer("yaml")
			.compression("gzip")
			.expires(Duration.ofHours(1))
			.softTimeLimit(Duration.ofMillis(1500))
			.timeLimit(Duration.ofMinutes(1))
			.build());
		assertThat(task.retryPolicy())
			.isEqualTo(new RetryPolicy(List.of(IOException.class), List.of(FileNotFoundException.class), -1,
					Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMinutes(1), false));
		assertThat(task.acksLate()).isFalse();
		assertThat(task.acksOnFailure()).isFalse();
		assertThat(task.acksOnTimeout()).isTrue();
		assertThat(task.trackStarted()).isTrue();
		assertThat(task.storeErrorsEvenIfIgnored()).isTrue();
		assertThat(task.rateLimit()).isEqualTo(RateLimit.of("5/h"));
		assertThat(task.expects(new FileNotFoundException())).isTrue();
		assertThat(task.expects(new IllegalStateException())).isFalse();
	}

	@Test
	void backoffIsASecondIfItIsMerelyTrue() {
		assertThat(read("backoff").retryPolicy().retryBackoff()).isEqualTo(Duration.ofSeconds(1));
		assertThat(read("full").retryPolicy().retryBackoff()).isEqualTo(Duration.ofSeconds(2));
		assertThat(read("plain").retryPolicy().retryBackoff()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "wrongTime", "negativeTime", "wrongRate", "softAfterHard" })
	void nonsenseIsRefusedWithTheMethod(String method) {
		assertThatExceptionOfType(TaskMethodException.class).isThrownBy(() -> read(method))
			.withMessageContaining("Tasks." + method);
	}

	@Test
	void softLimitBeyondTheHardOneIsRefusedAsCelerySaysIt() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TaskDefinition.builder("t", (context, body) -> null)
				.options((options) -> options.softTimeLimit(Duration.ofSeconds(2)).timeLimit(Duration.ofSeconds(1)))
				.build())
			.withMessage("soft_time_limit must be less than or equal to time_limit");
	}

	@Test
	void pausesAreDoubledUpToTheLongest() {
		RetryPolicy policy = new RetryPolicy(List.of(), List.of(), 3, Duration.ofSeconds(9), Duration.ofSeconds(2),
				Duration.ofSeconds(15), false);
		assertThat(IntStream.of(0, 1, 2, 3, 2000).mapToObj(policy::delay).map(Duration::toSeconds)).containsExactly(2L,
				4L, 8L, 15L, 15L);
		assertThat(RetryPolicy.DEFAULTS.delay(5)).isEqualTo(Duration.ofMinutes(3));
	}

	@Test
	void jitterShortensThePause() {
		RetryPolicy policy = new RetryPolicy(List.of(), List.of(), 3, Duration.ZERO, Duration.ofSeconds(2),
				Duration.ofSeconds(15), true);
		List<Duration> pauses = IntStream.range(0, 200).mapToObj((i) -> policy.delay(1)).toList();
		assertThat(pauses).allMatch((pause) -> !pause.isNegative() && pause.compareTo(Duration.ofSeconds(4)) <= 0);
		assertThat(pauses).anyMatch((pause) -> pause.compareTo(Duration.ofSeconds(2)) < 0)
			.anyMatch((pause) -> pause.compareTo(Duration.ofSeconds(2)) > 0);
	}

	@ParameterizedTest
	@CsvSource({ "10/s, 10", "10, 10", "0.5/s, 0.5", "30/m, 0.5", "1800/h, 0.5", "0, 0" })
	void ratesAreReadAsCeleryDoes(String text, double perSecond) {
		assertThat(RateLimit.of(text).perSecond()).isEqualTo(perSecond);
		assertThat(RateLimit.of(text).isLimited()).isEqualTo(perSecond > 0);
		assertThat(RateLimit.of(text)).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "fast", "-1/s", "10/d", "10 per second" })
	void whatIsNoRateIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(text));
	}

	@SuppressWarnings("unused")
	static class Tasks {

		@CeleryTask
		public void plain() {
		}

		@CeleryTask(queue = "q", acksLate = "false", ignoreResult = "true", trackStarted = "true",
				storeErrorsEvenIfIgnored = "true", acksOnFailureOrTimeout = "false", acksOnTimeout = "true",
				autoretryFor = IOException.class, dontAutoretryFor = FileNotFoundException.class, maxRetries = -1,
				defaultRetryDelay = "5", retryBackoff = "2", retryBackoffMax = "PT1M", retryJitter = false,
				rateLimit = "${rate}", softTimeLimit = "1.5", timeLimit = "1m", expected = IOException.class,
				priority = 3, serializer = "yaml", compression = "gzip", expires = "1h")
		public void full() {
		}

		@CeleryTask(retryBackoff = "true")
		public void backoff() {
		}

		@CeleryTask(timeLimit = "soon")
		public void wrongTime() {
		}

		@CeleryTask(expires = "-5s")
		public void negativeTime() {
		}

		@CeleryTask(rateLimit = "often")
		public void wrongRate() {
		}

		@CeleryTask(softTimeLimit = "5s", timeLimit = "4s")
		public void softAfterHard() {
		}

	}

}
