package io.github.celeryspring.samples.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import io.github.celeryspring.client.CeleryOperations;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * What Redis itself does with the commands of a worker and a client, in batches, with no
 * task code around them: one connection, one thread.
 */
@Component
@ConditionalOnProperty(name = "bench.role", havingValue = "redis")
class BareRedis implements ApplicationRunner {

	private static final int PUSH_BATCH = 500;

	private static final int FETCH_BATCH = 64;

	/**
	 * Batches that are sent before the first one's replies are waited for.
	 */
	private static final int AHEAD = 8;

	private static final String RESULT = "{\"status\": \"SUCCESS\", \"result\": null, \"traceback\": null, \"children\": [],"
			+ " \"date_done\": \"2026-01-01T00:00:00.000000+00:00\", \"task_id\": \"";

	/**
	 * KEYS queue, unacked, unacked_index. ARGV limit, prefix of the tags. Returns how
	 * many.
	 */
	private static final String FETCH = """
			local messages = redis.call('RPOP', KEYS[1], ARGV[1])
			if not messages then return 0 end
			local time = redis.call('TIME')
			local scores, entries = {}, {}
			for i, message in ipairs(messages) do
				local tag = ARGV[2] .. i
				scores[#scores + 1] = time[1]
				scores[#scores + 1] = tag
				entries[#entries + 1] = tag
				entries[#entries + 1] = '[' .. message .. ', "", "' .. KEYS[1] .. '"]'
			end
			redis.call('ZADD', KEYS[3], unpack(scores))
			redis.call('HSET', KEYS[2], unpack(entries))
			return #messages
			""";

	private final CeleryOperations celery;

	private final String url;

	BareRedis(CeleryOperations celery, @Value("${celery.broker-url}") String url) {
		this.celery = celery;
		this.url = url;
	}

	@Override
	public void run(ApplicationArguments args) throws IOException {
		RedisClient client = RedisClient.create(this.url);
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			StepLoop.run((step, count, queue) -> switch (step) {
				case "push" -> push(connection, count, queue);
				case "drain" -> drain(connection, count, queue);
				default -> throw new IllegalArgumentException(step);
			});
		}
		finally {
			client.shutdown();
		}
	}

	private String push(StatefulRedisConnection<String, String> connection, int count, String queue) {
		this.celery.task("bench.noop").queue(queue).send();
		String message = connection.sync().rpop(queue);
		String[] batch = Collections.nCopies(PUSH_BATCH, message).toArray(String[]::new);
		long started = System.nanoTime();
		List<RedisFuture<?>> replies = new ArrayList<>();
		for (int pushed = 0; pushed < count; pushed += PUSH_BATCH) {
			replies.add(connection.async().lpush(queue, batch));
			if (replies.size() == AHEAD) {
				await(replies);
			}
		}
		await(replies);
		return StepLoop.seconds(started);
	}

	private String drain(StatefulRedisConnection<String, String> connection, int count, String queue) {
		String script = connection.sync().scriptLoad(FETCH);
		RedisAsyncCommands<String, String> redis = connection.async();
		String[] keys = { queue, "unacked", "unacked_index" };
		String run = UUID.randomUUID().toString();
		String[] tags = new String[FETCH_BATCH];
		for (int i = 0; i < FETCH_BATCH; i++) {
			tags[i] = "w:" + (i + 1);
		}
		long started = System.nanoTime();
		connection.setAutoFlushCommands(false);
		List<RedisFuture<?>> replies = new ArrayList<>();
		int ahead = 0;
		for (int fetched = 0; fetched < count; fetched += FETCH_BATCH) {
			replies.add(redis.evalsha(script, ScriptOutputType.INTEGER, keys, String.valueOf(FETCH_BATCH), "w:"));
			for (int i = 0; i < FETCH_BATCH; i++) {
				String id = run + (fetched + i);
				String document = RESULT + id + "\"}";
				replies.add(redis.setex("celery-task-meta-" + id, 86400, document));
				replies.add(redis.publish("celery-task-meta-" + id, document));
			}
			replies.add(redis.zrem("unacked_index", tags));
			replies.add(redis.hdel("unacked", tags));
			connection.flushCommands();
			if (++ahead == AHEAD) {
				await(replies);
				ahead = 0;
			}
		}
		await(replies);
		connection.setAutoFlushCommands(true);
		return StepLoop.seconds(started);
	}

	private static void await(List<RedisFuture<?>> replies) {
		LettuceFutures.awaitAll(Duration.ofSeconds(30), replies.toArray(RedisFuture[]::new));
		replies.clear();
	}

}
