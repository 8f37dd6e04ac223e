package io.github.celeryspring.samples.conformance;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What needs no Python; the script {@code run-suite} has Celery's tests test the rest.
 */
@SpringBootTest
class ConformanceApplicationTests {

	@Autowired
	private TaskRegistry registry;

	@Autowired
	private CeleryOperations celery;

	@Test
	void hasEachTaskOfCelerysOwnTests(@Value("classpath:task-names.txt") Resource names) throws Exception {
		List<String> expected = names.getContentAsString(java.nio.charset.StandardCharsets.UTF_8).lines().toList();
		assertThat(expected).hasSizeGreaterThan(60);
		assertThat(this.registry.all()).extracting(TaskDefinition::name).containsAll(expected);
	}

	@Test
	void failsWithTheExceptionsThatPythonKnows() {
		assertThatExceptionOfType(RemoteTaskException.class)
			.isThrownBy(() -> this.celery.send("t.integration.tasks.fail", "again").get(Duration.ofSeconds(10)))
			.satisfies((ex) -> {
				assertThat(ex.getModule()).isEqualTo("t.integration.tasks");
				assertThat(ex.getType()).isEqualTo("ExpectedException");
				assertThat(ex).hasMessageContaining("Task expected to fail").hasMessageContaining("again");
			});
	}

}
