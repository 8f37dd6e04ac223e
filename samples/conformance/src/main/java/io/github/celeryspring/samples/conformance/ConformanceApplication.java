package io.github.celeryspring.samples.conformance;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The worker of Celery's own integration tests: all tasks of
 * {@code t/integration/tasks.py}, in Java.
 */
@SpringBootApplication
public class ConformanceApplication {

	public static void main(String[] args) {
		SpringApplication.run(ConformanceApplication.class, args);
	}

}
