package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.KeyValue;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;

/**
 * A fetch whose reply never came. Its messages, if it was run, are in {@code unacked}
 * under tags that we chose, so they are read back from there.
 *
 * @param clientId the id of the connection it was sent by
 * @param scope the consumer
 * @param firstTag the number of the first tag
 * @param count how many tags it could use
 */
record LostFetch(long clientId, ConsumerScope scope, long firstTag, int count) {

	/**
	 * Reads the messages back.
	 * @param redis another connection
	 * @param keys the key names
	 * @param queues the queues of the consumer
	 * @return the messages in the order of their tags
	 */
	CompletionStage<List<Recovered>> readBack(RedisAsyncCommands<byte[], byte[]> redis, KombuKeys keys,
			Collection<String> queues) {
		byte[][] tags = new byte[this.count][];
		for (int i = 0; i < this.count; i++) {
			tags[i] = KombuKeys.bytes(KombuKeys.tag(this.scope.tagPrefix(), this.firstTag + i));
		}
		// The server may not even have read the fetch yet. It will not, once it has
		// dropped that connection.
		CompletableFuture<?> fenced = redis.clientKill(KillArgs.Builder.id(this.clientId))
			.toCompletableFuture()
			.exceptionally((refused) -> 0L);
		return fenced.thenCompose((ignored) -> redis.hmget(keys.unacked(), tags))
			.thenApply((entries) -> parse(entries, keys, queues));
	}

	private static List<Recovered> parse(List<KeyValue<byte[], byte[]>> entries, KombuKeys keys,
			Collection<String> queues) {
		List<Recovered> recovered = new ArrayList<>();
		for (KeyValue<byte[], byte[]> entry : entries) {
			if (!entry.hasValue()) {
				continue;
			}
			for (String queue : queues) {
				byte[] envelope = UnackedEntry.envelope(entry.getValue(), UnackedEntry.suffix(queue));
				if (envelope != null) {
					byte[] list = keys.list(queue, UnackedEntry.priority(envelope));
					recovered.add(new Recovered(KombuKeys.text(entry.getKey()), queue, list, envelope));
					break;
				}
			}
		}
		return recovered;
	}

	/**
	 * A message that the fetch had taken.
	 *
	 * @param tag the delivery tag
	 * @param queue the queue
	 * @param list the list it must have come from
	 * @param payload the raw envelope
	 */
	record Recovered(String tag, String queue, byte[] list, byte[] payload) {

		RedisDelivery register(UnackedMessages unacked, ConsumerScope scope) {
			return unacked.add(scope, this.tag, this.queue, this.list, this.payload);
		}

	}

}
