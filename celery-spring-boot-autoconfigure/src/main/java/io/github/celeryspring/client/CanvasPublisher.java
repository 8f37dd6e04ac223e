package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ChordBackend;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of signatures of all kinds, for {@link CeleryTemplate} and for the
 * worker, which sends what follows a task. Thread-safe; nothing blocks. Counterpart of
 * {@code apply_async} in {@code celery.canvas}. {@link CeleryTemplate.Builder} builds it.
 *
 * @since 0.1.0
 */
public final class CanvasPublisher {

	private final BrokerTransport transport;

	private final TaskMessageCodec codec;

	private final TaskMessageFactory messages;

	private final ResultBackend results;

	private final MessagePublisher publisher;

	CanvasPublisher(BrokerTransport transport, TaskMessageCodec codec, TaskMessageFactory messages,
			ResultBackend results, MessagePublisher publisher) {
		this.transport = transport;
		this.codec = codec;
		this.messages = messages;
		this.results = results;
		this.publisher = publisher;
	}

	/**
	 * Unrolls a signature: gives every task its id, group, chord and what follows it, and
	 * encodes the messages that have to be sent now. Nothing is written.
	 * @param signature the work
	 * @param args put before the arguments of each task that begins it, unless it is
	 * immutable: the result of what went before; possibly none
	 * @param options win over those of the signature, as those of {@code apply_async} do:
	 * id, root, parent, group, chord, chain, priority
	 * @param sender the task that sends it, whose ids are taken where the options have
	 * none, or {@code null}
	 * @return what to write
	 * @throws io.github.celeryspring.InvalidMessageException if it cannot be sent
	 */
	public Prepared prepare(Signature signature, List<? extends @Nullable Object> args, TaskOptions options,
			@Nullable TaskContext sender) {
		if (signature instanceof TaskSignature task && args.isEmpty() && options.equals(TaskOptions.NONE)) {
			TaskMessage message = this.messages.create(task, sender);
			ResultTree tree = ResultTree.task(message.headers().id());
			return new Prepared(List.of(this.codec.encode(message)), Map.of(), List.of(), tree, tree);
		}
		CanvasPlan plan = new CanvasPlan(this.messages, this.codec, sender);
		CanvasPlan.Sent sent = plan.send(signature, args, options);
		ResultNode child = sent.child();
		return new Prepared(plan.messages().stream().map(this.codec::encode).toList(), Map.copyOf(plan.chordSizes()),
				List.copyOf(plan.groups()), sent.result().tree(), (child != null) ? child.tree() : null);
	}

	/**
	 * Writes what must be known before the first message is sent: sizes of chords,
	 * structures of groups. May be repeated.
	 * @param prepared what is to be sent
	 * @return completes when it is written
	 */
	public CompletionStage<Void> announce(Prepared prepared) {
		if (prepared.isKnown()) {
			return CompletableFuture.completedFuture(null);
		}
		ChordBackend chords = this.results.chords();
		List<CompletableFuture<Void>> writes = new ArrayList<>();
		prepared.groups().forEach((group) -> writes.add(chords.saveGroup(group).toCompletableFuture()));
		prepared.chordSizes()
			.forEach((groupId, size) -> writes.add(chords.setSize(groupId, size).toCompletableFuture()));
		return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
	}

	/**
	 * Pushes messages, and again after failures that pass.
	 * @param messages the messages
	 * @return completes when Redis has them
	 */
	public CompletionStage<Void> publish(List<KombuMessage> messages) {
		return this.publisher.publish(messages.size() + " tasks", () -> this.transport.publishAll(messages));
	}

	/**
	 * Announces and pushes, each write with the deadline of a send.
	 * @param all what is to be sent
	 * @return completes when Redis has all; completing it from outside ends the retries
	 */
	CompletableFuture<Void> send(List<Prepared> all) {
		List<KombuMessage> together = all.stream().flatMap((prepared) -> prepared.messages().stream()).toList();
		ChunkedPush push = new ChunkedPush(this.publisher, this.transport::publishAll, together);
		if (all.stream().allMatch(Prepared::isKnown)) {
			return push.start();
		}
		CompletableFuture<?>[] announced = all.stream()
			.map((prepared) -> announce(prepared).toCompletableFuture())
			.toArray(CompletableFuture[]::new);
		return this.publisher.deliver("what chords wait for", CompletableFuture.allOf(announced), () -> true)
			.thenCompose((done) -> push.start());
	}

	TaskMessageCodec codec() {
		return this.codec;
	}

	BrokerTransport transport() {
		return this.transport;
	}

	/**
	 * What to write to send a signature.
	 *
	 * @param messages what to push, in order
	 * @param chordSizes how many tasks must return in each group that is the header of a
	 * chord
	 * @param groups structures to be saved, because a chord waits for groups
	 * @param result where the results will be
	 * @param child what a task that sends it lists among its children: of a chain the
	 * first task, of a chord the header; {@code null} if nothing is sent
	 */
	public record Prepared(List<KombuMessage> messages, Map<String, Integer> chordSizes, List<ResultTree> groups,
			ResultTree result, @Nullable ResultTree child) {

		/** Whether there is nothing to announce. */
		private boolean isKnown() {
			return this.chordSizes.isEmpty() && this.groups.isEmpty();
		}

	}

}
