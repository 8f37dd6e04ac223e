package io.github.celeryspring.eta;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.lettuce.core.ScriptOutputType;

/**
 * Writes very many task messages, which Redis itself copies from one that the client
 * wrote.
 */
final class EtaMessages {

	private static final String ID = "11111111-2222-3333-4444-555555555555";

	private static final int CHUNK = 20_000;

	private static final String COPY = """
			local parts, copies = {}, {}
			for i = 4, #ARGV do parts[#parts + 1] = ARGV[i] end
			for number = tonumber(ARGV[2]), tonumber(ARGV[3]) do
				copies[#copies + 1] = table.concat(parts, ARGV[1] .. '-' .. number)
				if #copies == 100 then
					redis.call('LPUSH', KEYS[1], unpack(copies))
					copies = {}
				end
			end
			if #copies > 0 then redis.call('LPUSH', KEYS[1], unpack(copies)) end
			return redis.call('LLEN', KEYS[1])
			""";

	private EtaMessages() {
	}

	/**
	 * Sends tasks {@code eta.run} with ids {@code <name>-1}, {@code <name>-2} and so on.
	 * @param redis the server
	 * @param queue where to
	 * @param name what the ids begin with
	 * @param number how many
	 * @param eta when they are due
	 * @param padding bytes of an argument
	 */
	static void send(RedisServerExtension redis, String queue, String name, int number, Instant eta, int padding) {
		String[] parts = template(redis, eta, padding).split(Pattern.quote(ID), -1);
		for (int first = 1; first <= number; first += CHUNK) {
			int last = Math.min(number, first + CHUNK - 1);
			List<String> arguments = new ArrayList<>(List.of(name, String.valueOf(first), String.valueOf(last)));
			arguments.addAll(Arrays.asList(parts));
			redis.commands()
				.eval(COPY, ScriptOutputType.INTEGER, new String[] { queue }, arguments.toArray(String[]::new));
		}
	}

	private static String template(RedisServerExtension redis, Instant eta, int padding) {
		try (JavaApp client = JavaApp.builder(redis).start()) {
			client.celery()
				.task("eta.run")
				.taskId(ID)
				.kwarg("padding", "x".repeat(padding))
				.eta(eta)
				.queue("template")
				.send();
			return redis.commands().rpop("template");
		}
	}

}
