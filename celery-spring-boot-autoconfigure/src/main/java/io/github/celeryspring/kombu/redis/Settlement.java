package io.github.celeryspring.kombu.redis;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.celeryspring.kombu.DeadLetterHeaders;
import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.redis.LuaScript;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * The last write for a message in flight. May be written any number of times: only the
 * first has an effect, because each script begins by taking the tag away.
 */
sealed interface Settlement permits Settlement.Ack, Settlement.Followed, Settlement.Requeue, Settlement.DeadLetter,
		Settlement.Park, Settlement.Push, Settlement.Unpop {

	/**
	 * The delivery tag.
	 * @return the tag
	 */
	byte[] tag();

	/**
	 * Writes it.
	 * @param redis the connection
	 * @param context what the scripts need besides
	 * @return completes with the reply
	 */
	CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context);

	/**
	 * What all settlements of a transport share.
	 *
	 * @param keys the key names
	 * @param visibilityTimeout the visibility timeout
	 * @param clock tells how long it is until a message is due
	 * @param deadLetters the bounds of dead-letter queues
	 */
	record Context(KombuKeys keys, Duration visibilityTimeout, Clock clock, DeadLetterPolicy deadLetters) {

	}

	/**
	 * Done. Written by {@link UnackedMessages}, many at a time.
	 *
	 * @param tag the delivery tag
	 */
	record Ack(byte[] tag) implements Settlement {

		private static final LuaScript script = LuaScript.of(Ack.class, "ack.lua");

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			return writeAll(redis, context, this.tag);
		}

		static CompletionStage<?> writeAll(RedisAsyncCommands<byte[], byte[]> redis, Context context, byte[]... tags) {
			byte[][] keys = { context.keys().unacked(), context.keys().unackedIndex() };
			return script.run(redis, ScriptOutputType.INTEGER, keys, tags);
		}

	}

	/**
	 * Done, and something follows. Nothing has happened if it fails for good.
	 */
	sealed interface Followed extends Settlement permits AckAndPush, AckAndTake {

		/**
		 * Whether it is known that this has sent what follows.
		 */
		boolean isSent();

		/**
		 * What follows, if it was taken at once.
		 */
		default @Nullable RedisDelivery taken() {
			return null;
		}

	}

	/**
	 * Done, and what follows it is pushed.
	 *
	 * @param tag the delivery tag
	 * @param followers finds out where they go, each time anew
	 * @param pushed told when it is known that they were pushed; a repeated write finds
	 * nothing to do
	 */
	record AckAndPush(byte[] tag, Supplier<CompletableFuture<PublishBatch>> followers,
			AtomicBoolean pushed) implements Followed {

		private static final LuaScript script = LuaScript.of(AckAndPush.class, "ack-and-push.lua");

		@Override
		public boolean isSent() {
			return this.pushed.get();
		}

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			return this.followers.get().thenCompose((batch) -> {
				List<byte[]> keys = new ArrayList<>(List.of(context.keys().unacked(), context.keys().unackedIndex()));
				List<byte[]> arguments = new ArrayList<>(List.of(this.tag));
				batch.addTo(keys, arguments);
				return script
					.<Long>run(redis, ScriptOutputType.INTEGER, keys.toArray(byte[][]::new),
							arguments.toArray(byte[][]::new))
					.thenAccept((reply) -> {
						if (reply == 1) {
							this.pushed.set(true);
						}
					});
			});
		}

	}

	/**
	 * Back to a list.
	 *
	 * @param tag the delivery tag
	 * @param list the list
	 * @param element what to push
	 * @param next whether it is the next to be taken, else the last
	 */
	record Requeue(byte[] tag, byte[] list, byte[] element, boolean next) implements Settlement {

		static final LuaScript script = LuaScript.of(Requeue.class, "requeue.lua");

		static final byte[] AS_LAST = KombuKeys.bytes("LPUSH");

		static final byte[] AS_NEXT = KombuKeys.bytes("RPUSH");

		static final byte[] ALWAYS = {};

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			byte[][] keys = { context.keys().unacked(), context.keys().unackedIndex(), this.list };
			return script.run(redis, ScriptOutputType.INTEGER, keys, this.tag, this.element,
					this.next ? AS_NEXT : AS_LAST, ALWAYS);
		}

	}

	/**
	 * To the dead letters, whose bounds are kept at the same time.
	 *
	 * @param tag the delivery tag, or empty to do only the latter
	 * @param list the dead-letter queue
	 * @param letter what to push
	 */
	record DeadLetter(byte[] tag, byte[] list, byte[] letter) implements Settlement {

		private static final LuaScript script = LuaScript.of(DeadLetter.class, "deadletter.lua");

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			byte[][] keys = { context.keys().unacked(), context.keys().unackedIndex(), this.list };
			DeadLetterPolicy policy = context.deadLetters();
			byte[] length = KombuKeys.bytes(String.valueOf(policy.maxLength()));
			String oldest = policy.maxAge().isZero() ? ""
					: DeadLetterHeaders.time(context.clock().instant().minus(policy.maxAge()));
			return script.run(redis, ScriptOutputType.INTEGER, keys, this.tag, this.letter, length,
					KombuKeys.bytes(oldest));
		}

	}

	/**
	 * Left with Redis until it is due.
	 *
	 * @param tag the delivery tag
	 * @param due when, by the clock of this machine
	 */
	record Park(byte[] tag, Instant due) implements Settlement {

		private static final LuaScript script = LuaScript.of(Park.class, "park.lua");

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			byte[][] keys = { context.keys().unacked(), context.keys().unackedIndex() };
			byte[] parked = KombuKeys.bytes(KombuKeys.text(this.tag) + KombuKeys.PARKED);
			return script.run(redis, ScriptOutputType.INTEGER, keys, this.tag, parked,
					KombuKeys.bytes(secondsLeft(context.clock())),
					KombuKeys.bytes(String.valueOf(context.visibilityTimeout().toSeconds())));
		}

		/**
		 * The time left is what is told to Redis, not the time of day: whoever gets the
		 * message too early, because the clocks differ, would park it again and again.
		 */
		private String secondsLeft(Clock clock) {
			long millis = Duration.between(clock.instant(), this.due).toMillis() + 1;
			return BigDecimal.valueOf(Math.max(0, millis), 3).toPlainString();
		}

	}

	/**
	 * Messages pushed for one that is not in flight in Redis. Doubles them when it is
	 * repeated after a lost reply.
	 *
	 * @param tag without meaning
	 * @param messages finds out where they go, each time anew
	 */
	record Push(byte[] tag, Supplier<CompletableFuture<PublishBatch>> messages) implements Settlement {

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			return this.messages.get().thenCompose((batch) -> batch.push(redis));
		}

	}

	/**
	 * A message popped by {@code BRPOP} and never recorded, given back. Doubles it when
	 * it is repeated after a lost reply.
	 *
	 * @param tag without meaning
	 * @param list the list
	 * @param element the message
	 */
	record Unpop(byte[] tag, byte[] list, byte[] element) implements Settlement {

		@Override
		public CompletionStage<?> write(RedisAsyncCommands<byte[], byte[]> redis, Context context) {
			return redis.rpush(this.list, this.element);
		}

	}

}
