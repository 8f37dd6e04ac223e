package io.github.celeryspring.eta;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.task.TaskContext;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/**
 * A Spring Boot application that is a worker, and nothing else. Its task leaves a mark
 * {@code <task id> <milliseconds>} in the list {@code ran}. It prints {@code ready} when
 * it has started and, for each line of input, the bytes of heap in use and the most that
 * ever were; it ends with the input.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class EtaWorkerMain {

	/** The list of the marks. */
	static final String RAN = "ran";

	public static void main(String[] args) throws IOException {
		new SpringApplicationBuilder(EtaWorkerMain.class).web(WebApplicationType.NONE).run(args);
		System.out.println("ready");
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		while (input.readLine() != null) {
			System.gc();
			System.out.println("heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + " "
					+ mostHeapUsed());
		}
		Runtime.getRuntime().halt(1);
	}

	private static long mostHeapUsed() {
		return ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.map(MemoryPoolMXBean::getPeakUsage)
			.mapToLong((usage) -> usage.getUsed())
			.sum();
	}

	@Bean(destroyMethod = "shutdown")
	RedisClient marksClient(@Value("${celery.broker-url}") String url) {
		return RedisClient.create(url);
	}

	@Bean
	EtaTasks etaTasks(RedisClient marksClient) {
		return new EtaTasks(marksClient);
	}

	static class EtaTasks {

		private final RedisAsyncCommands<String, String> redis;

		EtaTasks(RedisClient client) {
			this.redis = client.connect().async();
		}

		@CeleryTask(name = "eta.run")
		void run(TaskContext context, String padding) {
			this.redis.rpush(RAN, context.id() + " " + System.currentTimeMillis());
		}

	}

}
