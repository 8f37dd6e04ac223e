package io.github.celeryspring.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Group;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CanvasFreezer.Frozen;
import io.github.celeryspring.client.CanvasShape.Member;
import io.github.celeryspring.protocol.TaskIds;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Unrolls signatures into the messages that have to be sent now, and what must be known
 * before. Takes time in proportion to the number of tasks. For one use, by one thread.
 * Counterpart of the methods {@code apply_async} and {@code run} in
 * {@code celery.canvas}.
 */
final class CanvasPlan {

	private final TaskMessageFactory factory;

	private final TaskMessageCodec codec;

	private final CanvasFreezer freezer;

	private final @Nullable TaskContext sender;

	private final List<TaskMessage> messages = new ArrayList<>();

	private final Map<String, Integer> chordSizes = new LinkedHashMap<>();

	private final List<ResultTree> groups = new ArrayList<>();

	private @Nullable Signature lastChord;

	private @Nullable Object lastChordForm;

	CanvasPlan(TaskMessageFactory factory, TaskMessageCodec codec, @Nullable TaskContext sender) {
		this.factory = factory;
		this.codec = codec;
		this.freezer = new CanvasFreezer(codec.clientId());
		this.sender = sender;
	}

	List<TaskMessage> messages() {
		return this.messages;
	}

	Map<String, Integer> chordSizes() {
		return this.chordSizes;
	}

	List<ResultTree> groups() {
		return this.groups;
	}

	/**
	 * Adds what sending some work takes.
	 * @param signature the work
	 * @param args put before the arguments of the tasks that begin it
	 * @param call options that win over those of the signature
	 * @return where its result will be
	 */
	Sent send(Signature signature, List<? extends @Nullable Object> args, TaskOptions call) {
		if (signature instanceof TaskSignature task) {
			return sendTask(task, args, call);
		}
		List<? extends @Nullable Object> taken = signature.immutable() ? List.of() : args;
		if (signature instanceof Chain chain) {
			return sendChain(chain, taken, CallOptions.over(chain.options(), call));
		}
		if (signature instanceof Group group) {
			return sendGroup(group, taken, CallOptions.apply(group.options(), call));
		}
		return sendChord((Chord) signature, taken, CallOptions.over(signature.options(), call));
	}

	private Sent sendTask(TaskSignature task, List<? extends @Nullable Object> args, TaskOptions call) {
		TaskOptions options = CallOptions.apply(task.options(), call);
		List<@Nullable Object> all = task.args();
		if (!args.isEmpty() && !task.immutable()) {
			all = new ArrayList<>(args);
			all.addAll(task.args());
		}
		TaskSignature sent = new TaskSignature(task.task(), all, task.kwargs(), options, task.immutable());
		TaskMessage message = this.factory.create(sent, this.sender, form(options.chord()));
		this.messages.add(message);
		ResultNode result = ResultNode.task(message.headers().id());
		return new Sent(result, result);
	}

	/** Thousands of messages may have the same one. */
	private @Nullable Object form(@Nullable Signature chord) {
		if (chord != this.lastChord) {
			this.lastChord = chord;
			this.lastChordForm = (chord != null) ? this.codec.shared(chord.toMap()) : null;
		}
		return this.lastChordForm;
	}

	private Sent sendChain(Chain chain, List<? extends @Nullable Object> args, TaskOptions options) {
		List<Signature> steps = CanvasShape.steps(chain.tasks(), true);
		if (steps.isEmpty()) {
			return new Sent(ResultNode.group(idOf(options.taskId()), List.of()), null);
		}
		steps.replaceAll((step) -> Links.linkError(step, options.linkError()));
		int last = steps.size() - 1;
		steps.set(last, Links.linkStep(steps.get(last), options.link()));
		List<Frozen> frozen = this.freezer.freezeSteps(steps, Place.of(options));
		List<Object> rest = new ArrayList<>((options.chain() != null) ? options.chain() : List.of());
		for (int i = last; i > 0; i--) {
			rest.add(frozen.get(i).signature());
		}
		Sent first = send(frozen.get(0).signature(), args, CallOptions.ofFirst(options, rest));
		return (last == 0) ? first : new Sent(frozen.get(last).result(), first.child());
	}

	private Sent sendGroup(Group group, List<? extends @Nullable Object> args, TaskOptions options) {
		String id = idOf(options.taskId());
		List<Member> members = CanvasShape.members(group.tasks());
		if (members.isEmpty()) {
			return new Sent(ResultNode.group(id, List.of()), null);
		}
		ResultNode result = sendMembers(id, members, args, options).collapsed();
		return new Sent(result, result);
	}

	private ResultNode sendMembers(String groupId, List<Member> members, List<? extends @Nullable Object> args,
			TaskOptions options) {
		TaskOptions call = CallOptions.ofMembers(options, groupId);
		List<ResultNode> results = new ArrayList<>(members.size());
		int size = 0;
		for (Member member : members) {
			size += CanvasShape.size(member.task());
			TaskOptions place = call.mutate().group(groupId, member.index()).build();
			results.add(send(member.task(), args, place).result());
		}
		if (options.chord() != null) {
			this.chordSizes.put(groupId, size);
		}
		return ResultNode.group(groupId, results);
	}

	private Sent sendChord(Chord chord, List<? extends @Nullable Object> args, TaskOptions options) {
		TaskOptions ownHeader = chord.header().options();
		String groupId = idOf((ownHeader.taskId() != null) ? ownHeader.taskId() : chord.options().taskId());
		Frozen body = freezeBody(chord.body(), options, groupId);
		List<Signature> tasks = CanvasShape.header(chord.header().tasks());
		if (tasks.isEmpty()) {
			Sent sent = send(body.signature(), List.of(List.of()), TaskOptions.NONE);
			body.result().begin(ResultNode.group(groupId, List.of()));
			return new Sent(body.result(), sent.child());
		}
		List<Member> members = new ArrayList<>(tasks.size());
		tasks.forEach((task) -> members.add(new Member(task, members.size())));
		TaskOptions call = CallOptions.over(ownHeader, CallOptions.ofHeader(options))
			.mutate()
			.chord(body.signature())
			.build();
		ResultNode header = sendMembers(groupId, members, chord.header().immutable() ? List.of() : args, call);
		if (header.hasGroups()) {
			this.groups.add(header.tree());
		}
		ResultNode child = header.collapsed();
		body.result().begin(child);
		return new Sent(body.result(), child);
	}

	private Frozen freezeBody(Signature own, TaskOptions options, String groupId) {
		Signature linked = Links.linkError(Links.link(own, options.link()), options.linkError());
		Signature body = CanvasShape
			.body(linked.withOptions(CallOptions.over(linked.options(), CallOptions.ofBody(options))));
		String group = (options.groupId() != null) ? options.groupId() : groupId;
		return this.freezer.freeze(body, new Place(idOf(options.taskId()), body.options().rootId(), group,
				options.groupIndex(), options.chord()));
	}

	private static String idOf(@Nullable String id) {
		return (id != null) ? id : TaskIds.next();
	}

	/**
	 * Where results will be.
	 *
	 * @param result of the whole
	 * @param child of what is sent now, which is what a task that sends it lists among
	 * its children; {@code null} for nothing
	 */
	record Sent(ResultNode result, @Nullable ResultNode child) {

	}

}
