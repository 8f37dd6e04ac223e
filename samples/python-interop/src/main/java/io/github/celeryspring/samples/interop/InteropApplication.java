package io.github.celeryspring.samples.interop;

import io.github.celeryspring.autoconfigure.CeleryConnectionDetails;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * Executes tasks for Python, and has Python execute tasks. Its queue is {@code java},
 * that of {@code tasks.py} is {@code python}, so that no worker gets a task it does not
 * know.
 */
@SpringBootApplication
public class InteropApplication {

	public static void main(String[] args) {
		SpringApplication.run(InteropApplication.class, args);
	}

	@Bean
	ApplicationRunner hint(CeleryConnectionDetails connection) {
		return (args) -> System.out.println("[interop] export CELERY_BROKER_URL=" + connection.getBroker());
	}

}
