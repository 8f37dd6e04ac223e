package io.github.celeryspring.result.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.LuaScript;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ChordMember;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Chords with the keys of Celery 5.7, and one more. Its parts and sizes are those of
 * Celery 5.2, so peers of all versions may share a chord; only since 5.7 they know who
 * has returned and whose turn it is, and a task that runs again there counts again.
 */
final class RedisChords implements ChordBackend {

	private static final Log logger = LogFactory.getLog(RedisChords.class);

	private static final LuaScript PART = LuaScript.of(RedisChords.class, "chord-part.lua");

	private static final LuaScript DONE = LuaScript.of(RedisChords.class, "chord-done.lua");

	/**
	 * How long Celery sees a turn. The task of a worker that died in its turn is run
	 * again later than that, maybe by Celery, which must not find the turn taken, or
	 * would never send the body. Among us a turn lasts until the chord is forgotten.
	 */
	private static final byte[] TURN_SECONDS = ResultKeys.bytes("1");

	/** As Celery's. */
	private static final byte[] DONE_SECONDS = ResultKeys.bytes("300");

	private static final RetryPolicy UNTIL_TAKEN = new RetryPolicy(null, Duration.ofMillis(50), Duration.ofMillis(250),
			Duration.ofSeconds(2), null);

	private final RedisConnections connections;

	private final ChordParts parts;

	private final GroupDocuments groups;

	private final ResultKeys keys;

	private final long expirySeconds;

	private final String form;

	private final Retries reads;

	private final Retries writes;

	private final AtomicBoolean warned = new AtomicBoolean();

	RedisChords(RedisConnections connections, Serializers serializers, ResultDocuments documents,
			RedisResultOptions options, BooleanSupplier closed) {
		this.connections = connections;
		this.parts = new ChordParts(serializers, documents);
		this.groups = new GroupDocuments(serializers);
		this.keys = new ResultKeys(options.globalKeyprefix());
		this.expirySeconds = options.expirySeconds();
		this.form = options.resultChordOrdered() ? "zset" : "list";
		this.reads = new Retries(options.retryPolicy(), closed);
		this.writes = new Retries(UNTIL_TAKEN, closed);
	}

	@Override
	public CompletionStage<Void> setSize(String groupId, int size) {
		// Celery before 5.7 publishes the size, but nobody has ever listened.
		byte[] value = ResultKeys.bytes(String.valueOf(size));
		return write("store the size of chord " + groupId, (redis) -> redis.del(key(groupId, ".c"), key(groupId, ".o"))
			.thenCompose((deleted) -> set(redis, key(groupId, ".s"), value)));
	}

	@Override
	public CompletionStage<Void> addMember(String groupId) {
		return told("add to chord " + groupId,
				this.connections.execute((redis) -> redis.incr(key(groupId, ".t")).thenAccept((count) -> {
				})));
	}

	@Override
	public CompletionStage<Boolean> partReturned(ChordMember member, TaskState state, @Nullable Object result) {
		String group = member.groupId();
		byte[][] names = { key(group, ".j"), key(group, ".t"), key(group, ".s"), key(group, ".d"), key(group, ""),
				key(group, ".c"), key(group, ".o") };
		byte[][] arguments = { who(member), this.parts.write(member, state, result), this.parts.head(member.taskId()),
				score(member), ResultKeys.bytes(this.form), ResultKeys.bytes(String.valueOf(this.expirySeconds)),
				TURN_SECONDS };
		return this.<Boolean>write("count task " + member.taskId() + " of chord " + group,
				(redis) -> PART.<List<Object>>run(redis, ScriptOutputType.MULTI, names, arguments)
					.thenApply((reply) -> {
						warnIfOther((byte[]) reply.get(1));
						return reply.get(0).equals(1L);
					}));
	}

	private static byte[] score(ChordMember member) {
		return ResultKeys.bytes((member.index() != null) ? member.index().toString() : "+inf");
	}

	/** As Celery 5.7 writes it. */
	private static byte[] who(ChordMember member) {
		return ResultKeys.bytes(member.taskId() + ":" + ResultKeys.text(score(member)));
	}

	private void warnIfOther(byte[] found) {
		if (!ResultKeys.text(found).equals(this.form) && this.warned.compareAndSet(false, true)) {
			logger.warn("Another worker collects the results of a chord in a " + ResultKeys.text(found)
					+ ", this one would in a " + this.form + ": result_chord_ordered of"
					+ " result_backend_transport_options must be the same everywhere, or chords get lost in Python");
		}
	}

	@Override
	public CompletionStage<List<TaskResult>> parts(String groupId) {
		byte[] key = key(groupId, ".j");
		CompletionStage<List<byte[]>> read = this.reads.run(() -> this.connections.execute((redis) -> redis.type(key)
			.thenCompose((type) -> type.equals("list") ? redis.lrange(key, 0, -1) : redis.zrange(key, 0, -1))));
		return told("read chord " + groupId, read.thenApply((all) -> all.stream().map(this.parts::read).toList()));
	}

	@Override
	public CompletionStage<Void> bodySent(ChordMember member) {
		String group = member.groupId();
		byte[][] names = { key(group, ".c"), key(group, ".j"), key(group, ".t"), key(group, ".s"), key(group, ".d"),
				key(group, ".o") };
		return write("forget chord " + group,
				(redis) -> DONE.<Long>run(redis, ScriptOutputType.INTEGER, names, who(member), DONE_SECONDS)
					.thenAccept((forgotten) -> {
					}));
	}

	@Override
	public CompletionStage<Void> failed(String groupId) {
		return delete("end chord " + groupId, key(groupId, ".s"));
	}

	@Override
	public CompletionStage<Void> saveGroup(ResultTree group) {
		byte[] document = this.groups.write(group);
		return write("save group " + group.id(), (redis) -> set(redis, key(group.id(), ""), document));
	}

	@Override
	public CompletionStage<@Nullable ResultTree> restoreGroup(String groupId) {
		byte[] key = key(groupId, "");
		return told("read group " + groupId, this.reads.run(() -> this.connections.execute((redis) -> redis.get(key)))
			.<@Nullable ResultTree>thenApply((document) -> (document != null) ? this.groups.read(document) : null));
	}

	@Override
	public CompletionStage<Void> deleteGroup(String groupId) {
		return delete("delete group " + groupId, key(groupId, ""));
	}

	private CompletionStage<Void> set(RedisAsyncCommands<byte[], byte[]> redis, byte[] key, byte[] value) {
		SetArgs expiry = (this.expirySeconds > 0) ? SetArgs.Builder.ex(this.expirySeconds) : new SetArgs();
		return redis.set(key, value, expiry).thenAccept((ok) -> {
		});
	}

	private CompletionStage<Void> delete(String what, byte[] key) {
		return write(what, (redis) -> redis.del(key).thenAccept((deleted) -> {
		}));
	}

	private <T> CompletionStage<T> write(String what,
			Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<T>> work) {
		return told(what, this.writes.run(() -> this.connections.execute(work)));
	}

	private <T extends @Nullable Object> CompletionStage<T> told(String what, CompletionStage<T> stage) {
		return stage.exceptionallyCompose(
				(failure) -> CompletableFuture.failedStage(RedisResultBackend.told(this.connections, what, failure)));
	}

	private byte[] key(String groupId, String suffix) {
		return ResultKeys.bytes(this.keys.group(groupId) + suffix);
	}

}
