package io.github.celeryspring.kombu.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.DeadLetterQueues;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.lettuce.core.ScriptOutputType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Dead-letter queues in Redis. Letters are pushed to one list, but a Python consumer that
 * gives one back puts it into the list of its priority, so all lists are looked at.
 */
final class RedisDeadLetters implements DeadLetterQueues {

	private static final Log logger = LogFactory.getLog(RedisDeadLetters.class);

	private static final LuaScript letters = LuaScript.of(RedisDeadLetters.class, "letters.lua");

	private static final LuaScript take = LuaScript.of(RedisDeadLetters.class, "take-letter.lua");

	private static final byte[] NOTHING = {};

	private final KombuMessageCodec codec = new KombuMessageCodec();

	private final RedisConnections connections;

	private final Settlement.Context context;

	private final BindingTable bindings;

	RedisDeadLetters(RedisConnections connections, Settlement.Context context, BindingTable bindings) {
		this.connections = connections;
		this.context = context;
		this.bindings = bindings;
	}

	@Override
	public DeadLetterPolicy policy() {
		return this.context.deadLetters();
	}

	@Override
	public CompletionStage<List<DeadLetter>> newest(String queue, long offset, int limit) {
		return read(queue, "newest", offset, limit);
	}

	@Override
	public CompletionStage<List<DeadLetter>> oldest(String queue, long offset, int limit) {
		return read(queue, "oldest", offset, limit);
	}

	private CompletionStage<List<DeadLetter>> read(String queue, String first, long offset, int limit) {
		byte[][] arguments = { KombuKeys.bytes(first), KombuKeys.bytes(Long.toString(offset)),
				KombuKeys.bytes(Integer.toString(limit)) };
		return RedisTransport.translated(this.connections, this.connections
			.execute((redis) -> letters.<List<byte[]>>run(redis, ScriptOutputType.MULTI, lists(queue), arguments))
			.thenApply((elements) -> elements.stream().map((element) -> DeadLetter.of(queue, element)).toList()),
				"list the dead letters of queue " + queue);
	}

	@Override
	public CompletionStage<Boolean> replay(DeadLetter letter, @Nullable String queue) {
		KombuMessage message = letter.message(queue);
		byte[] encoded = this.codec.encode(message);
		String target = (queue != null) ? queue : letter.queue();
		this.bindings.mention(target);
		return take(letter, this.context.keys().list(target, message.properties().priority()), encoded);
	}

	@Override
	public CompletionStage<Boolean> remove(DeadLetter letter) {
		return take(letter, this.context.keys().list(letter.queue(), 0), NOTHING);
	}

	private CompletionStage<Boolean> take(DeadLetter letter, byte[] target, byte[] message) {
		byte[][] lists = lists(letter.queue());
		byte[][] keys = new byte[2 + lists.length][];
		keys[0] = target;
		keys[1] = this.context.keys().deliveries((letter.taskId() != null) ? letter.taskId() : "");
		System.arraycopy(lists, 0, keys, 2, lists.length);
		return RedisTransport.translated(this.connections, this.connections
			.execute((redis) -> take.<Long>run(redis, ScriptOutputType.INTEGER, keys, letter.element(), message))
			.thenApply((taken) -> taken == 1), "take dead letter " + letter.id() + " of queue " + letter.queue());
	}

	private byte[][] lists(String queue) {
		return this.context.keys().lists(queue + SUFFIX);
	}

	/** Drops what is too old, or too much. */
	CompletableFuture<?> trim(CeleryQueue queue) {
		DeadLetterPolicy policy = policy();
		if (!policy.enabled() || (policy.maxLength() == 0 && policy.maxAge().isZero())) {
			return CompletableFuture.completedFuture(null);
		}
		Settlement trim = new Settlement.DeadLetter(NOTHING, this.context.keys().deadLetters(queue.name()), NOTHING);
		return this.connections.execute((redis) -> trim.write(redis, this.context).thenApply((done) -> done))
			.whenComplete((done, failure) -> {
				if (failure != null) {
					logger.debug("Could not trim the dead letters of queue " + queue.name(), failure);
				}
			});
	}

}
