package io.github.celeryspring.kombu.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.ChildProcess;

/**
 * The main class of a process that takes messages and holds them. It prints {@code has}
 * and their ids, prints {@code lost} and how many leases it lost when it reads a line,
 * and acknowledges them.
 */
final class OwnerMain {

	private OwnerMain() {
	}

	static ChildProcess start(int port, int count) {
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
				OwnerMain.class.getName(), String.valueOf(port), String.valueOf(count));
		return ChildProcess.start(new ProcessBuilder(command));
	}

	public static void main(String[] args) throws IOException {
		RedisEndpoint endpoint = new RedisEndpoint.Standalone("127.0.0.1", Integer.parseInt(args[0]), 0, null, null,
				null);
		try (TestOwner owner = new TestOwner(endpoint, "child", "q")) {
			List<Delivery> deliveries = owner.take(Integer.parseInt(args[1]));
			System.out.println("has " + TestBroker.ids(deliveries));
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			if (in.readLine() == null) {
				Runtime.getRuntime().halt(1);
			}
			System.out.println("lost " + deliveries.stream().filter(Delivery::leaseLost).count());
			deliveries.forEach(Delivery::ack);
		}
	}

}
