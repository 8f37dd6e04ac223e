package io.github.celeryspring.kombu.redis;

import java.util.concurrent.CompletionStage;

import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.redis.LuaScript;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Done, and what follows it is in flight at once, if nothing waits in the queues of its
 * consumer; else it is pushed.
 */
final class AckAndTake implements Settlement.Followed {

	private static final LuaScript script = LuaScript.of(AckAndTake.class, "ack-and-take.lua");

	private static final long TAKEN = 2;

	private static final long PUSHED = 1;

	private final byte[] tag;

	private final byte[] list;

	private final String queue;

	private final KombuMessage follower;

	private final byte[] envelope;

	private final ConsumerScope scope;

	private final UnackedMessages unacked;

	/**
	 * The same each time this is written: by it a repeated write knows what the first
	 * did.
	 */
	private final String nextTag;

	private volatile boolean sent;

	private volatile @Nullable RedisDelivery taken;

	/**
	 * Creates a settlement.
	 * @param tag the delivery tag
	 * @param list the list of the follower, one of the consumer's
	 * @param queue the queue of that list
	 * @param follower what follows
	 * @param envelope the follower encoded
	 * @param scope the consumer
	 * @param unacked cares for the follower when it was taken
	 */
	AckAndTake(byte[] tag, byte[] list, String queue, KombuMessage follower, byte[] envelope, ConsumerScope scope,
			UnackedMessages unacked) {
		this.tag = tag;
		this.list = list;
		this.queue = queue;
		this.follower = follower;
		this.envelope = envelope;
		this.scope = scope;
		this.unacked = unacked;
		this.nextTag = scope.nextTag();
	}

	@Override
	public byte[] tag() {
		return this.tag;
	}

	@Override
	public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
		byte[][] lists = this.scope.lists();
		byte[][] keys = new byte[3 + lists.length][];
		keys[0] = context.keys().unacked();
		keys[1] = context.keys().unackedIndex();
		keys[2] = this.list;
		System.arraycopy(lists, 0, keys, 3, lists.length);
		byte[] suffix = UnackedEntry.suffix(this.queue);
		return script
			.<Long>run(redis, ScriptOutputType.INTEGER, keys, this.tag, KombuKeys.bytes(this.nextTag),
					UnackedEntry.entry(this.envelope, suffix), KombuKeys.bytes(String.valueOf(suffix.length)))
			.thenAccept(this::answered);
	}

	/** Writes of the same settlement come one after the other. */
	private void answered(long reply) {
		if (reply == TAKEN && this.taken == null) {
			// Before the lease of the message before ends: the consumer has one all the
			// time.
			this.taken = this.unacked.add(this.scope, this.nextTag, this.queue, this.list, this.envelope)
				.writtenAs(this.follower);
		}
		if (reply == TAKEN || reply == PUSHED) {
			this.sent = true;
		}
	}

	@Override
	public boolean isSent() {
		return this.sent;
	}

	@Override
	public @Nullable RedisDelivery taken() {
		return this.taken;
	}

}
