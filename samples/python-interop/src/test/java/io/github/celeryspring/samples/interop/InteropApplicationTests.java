package io.github.celeryspring.samples.interop;

import java.time.Duration;
import java.time.LocalDate;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.client.CeleryOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The half that needs no Python; the script {@code run} shows both.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class InteropApplicationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	@Autowired
	private CeleryOperations celery;

	@Test
	void executesItsTasks() {
		LocalDate due = this.celery.task("java.due")
			.args(LocalDate.of(2026, 1, 30))
			.kwarg("days", 3)
			.returning(LocalDate.class)
			.send()
			.get(TIMEOUT);
		assertThat(due).isEqualTo("2026-02-02");
		assertThatExceptionOfType(RemoteTaskException.class)
			.isThrownBy(() -> this.celery.send("java.fail", "no luck").get(TIMEOUT))
			.withMessageContaining("no luck");
	}

	@Test
	void leavesThePythonQueueToPython() {
		this.celery.task("python.word_count").args("a").queue("python").taskId("left-alone").send();
		this.celery.send("java.add", 2, 3).get(TIMEOUT);
		assertThat(this.celery.result("left-alone").state().isReady()).isFalse();
	}

	@Test
	void saysWhereTheBrokerIs(CapturedOutput output) {
		assertThat(output).containsPattern("export CELERY_BROKER_URL=redis://127\\.0\\.0\\.1:\\d+/0");
	}

}
