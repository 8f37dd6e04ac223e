package io.github.celeryspring.kombu.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.kombu.redis.BlockingPopSignal.Popped;
import io.github.celeryspring.redis.LuaScript;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Calls {@code fetch.lua}.
 */
final class FetchScript {

	/** More would hold up the server, and the stack of Lua. */
	static final int MAX_MESSAGES = 128;

	private static final LuaScript script = LuaScript.of(FetchScript.class, "fetch.lua");

	private static final byte[] NOTHING = {};

	private final KombuKeys keys;

	private final byte[] tagPrefix;

	FetchScript(KombuKeys keys, String tagPrefix) {
		this.keys = keys;
		this.tagPrefix = KombuKeys.bytes(tagPrefix);
	}

	/**
	 * Takes messages.
	 * @param redis the connection of the consumer
	 * @param order the lists
	 * @param limit how many at most, up to {@link #MAX_MESSAGES}
	 * @param firstTag the number of the first delivery tag
	 * @param popped a message to record with them, or {@code null}
	 * @return the messages; the first has the first tag, and so on
	 */
	CompletionStage<List<Message>> run(RedisAsyncCommands<byte[], byte[]> redis, QueueOrder order, int limit,
			long firstTag, @Nullable Popped popped) {
		byte[][] lists = order.lists();
		byte[][] used = new byte[2 + lists.length][];
		used[0] = this.keys.unacked();
		used[1] = this.keys.unackedIndex();
		System.arraycopy(lists, 0, used, 2, lists.length);
		List<String> queues = order.queues();
		byte[][] arguments = new byte[5 + queues.size()][];
		arguments[0] = KombuKeys.bytes(String.valueOf(limit));
		arguments[1] = this.tagPrefix;
		arguments[2] = KombuKeys.bytes(String.valueOf(firstTag));
		arguments[3] = KombuKeys.bytes(String.valueOf((popped != null) ? order.indexOf(popped.list()) + 1 : 0));
		arguments[4] = (popped != null) ? popped.message() : NOTHING;
		for (int i = 0; i < queues.size(); i++) {
			arguments[5 + i] = UnackedEntry.quoted(queues.get(i));
		}
		return script.<List<Object>>run(redis, ScriptOutputType.MULTI, used, arguments).thenApply(FetchScript::parse);
	}

	private static List<Message> parse(List<Object> reply) {
		List<Message> messages = new ArrayList<>(reply.size() / 2);
		for (int i = 0; i + 1 < reply.size(); i += 2) {
			messages.add(new Message(((Long) reply.get(i)).intValue() - 1, (byte[]) reply.get(i + 1)));
		}
		return messages;
	}

	/**
	 * A message.
	 *
	 * @param list the index of its list
	 * @param payload the raw envelope
	 */
	record Message(int list, byte[] payload) {

	}

}
