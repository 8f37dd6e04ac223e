package io.github.celeryspring.samples.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Reads lines {@code <step> <count> <queue>} and answers each with one line of JSON, as
 * {@code celery_client.py} does.
 */
final class StepLoop {

	private StepLoop() {
	}

	static void run(Step step) throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		String line;
		while ((line = in.readLine()) != null) {
			String[] words = line.split(" ");
			System.out.println(step.run(words[0], Integer.parseInt(words[1]), words[2]));
		}
	}

	static String seconds(long startedNanos) {
		return "{\"seconds\": " + (System.nanoTime() - startedNanos) / 1e9 + "}";
	}

	/**
	 * Runs one step.
	 */
	@FunctionalInterface
	interface Step {

		String run(String name, int count, String queue);

	}

}
