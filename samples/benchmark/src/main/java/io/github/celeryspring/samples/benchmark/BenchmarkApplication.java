package io.github.celeryspring.samples.benchmark;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The Spring side of the benchmark; {@code bench.role} says which part of it:
 * {@code worker}, {@code client} or {@code redis}.
 */
@SpringBootApplication
public class BenchmarkApplication {

	public static void main(String[] args) {
		SpringApplication.run(BenchmarkApplication.class, args);
	}

}
