package io.github.celeryspring.autoconfigure;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerHostnameTests {

	@ParameterizedTest
	@CsvSource({ "orders@%h, orders@node1.example.org", "orders@%n, orders@node1", "w1@%d, w1@example.org",
			"backend, celery@backend", "a@b, a@b" })
	void isCompletedAsCelerysOptionN(String format, String nodename) {
		assertThat(WorkerHostname.of(format, "celery@node1.example.org")).isEqualTo(nodename);
	}

}
