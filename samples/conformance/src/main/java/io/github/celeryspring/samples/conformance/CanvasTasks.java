package io.github.celeryspring.samples.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.task.TaskContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;

/**
 * Tasks that send work, or put work in their place.
 */
@Component
class CanvasTasks {

	private final CeleryOperations celery;

	private final StringRedisTemplate redis;

	CanvasTasks(CeleryOperations celery, StringRedisTemplate redis) {
		this.celery = celery;
		this.redis = redis;
	}

	@CeleryTask(Tasks.PREFIX + "chain_add")
	void chainAdd(JsonNode x, JsonNode y) {
		this.celery.send(chain(Tasks.s("add", x, x), Tasks.s("add", y)));
	}

	@CeleryTask(Tasks.PREFIX + "chord_add")
	void chordAdd(JsonNode x, JsonNode y) {
		this.celery.send(chord(group(Tasks.s("add", x, x)), Tasks.s("add", y)));
	}

	@CeleryTask(Tasks.PREFIX + "build_chain_inside_task")
	Object buildChainInsideTask() {
		return this.celery.send(chain(Tasks.s("add", 1, 1), Tasks.s("add", 2),
				group(Tasks.s("add", 3), Tasks.s("add", 4)), Tasks.s("add", 5)));
	}

	@CeleryTask(Tasks.PREFIX + "add_replaced")
	void addReplaced(TaskContext context, JsonNode x, JsonNode y) {
		throw context.replace(Tasks.s("add", x, y));
	}

	@CeleryTask(Tasks.PREFIX + "fail_replaced")
	void failReplaced(TaskContext context, @Nullable JsonNode... args) {
		throw context.replace(Tasks.si("fail", (Object[]) args));
	}

	@CeleryTask(Tasks.PREFIX + "record_replaced_task_nesting")
	List<Integer> recordReplacedTaskNesting(TaskContext context, int replacements, @Nullable List<Integer> nesting) {
		List<Integer> levels = (nesting != null) ? new ArrayList<>(nesting) : new ArrayList<>();
		levels.add(context.message().headers().replacedTaskNesting());
		if (replacements > 0) {
			throw context.replace(Tasks.s("record_replaced_task_nesting", replacements - 1, levels));
		}
		return levels;
	}

	@CeleryTask(Tasks.PREFIX + "add_replaced_with_chain")
	void addReplacedWithChain(TaskContext context, JsonNode x, JsonNode y) {
		throw context.replace(chain(Tasks.s("add", x, y), Tasks.s("identity")));
	}

	@CeleryTask(Tasks.PREFIX + "replace_with_chain")
	void replaceWithChain(TaskContext context, JsonNode arg, @Nullable String linkMsg) {
		Chain chain = chain(Tasks.s("identity", arg), Tasks.s("identity"));
		throw context.replace(chain.withOptions(TaskOptions.builder().link(echo(linkMsg)).build()));
	}

	@CeleryTask(Tasks.PREFIX + "replace_with_chain_which_raises")
	void replaceWithChainWhichRaises(TaskContext context, JsonNode arg, @Nullable String linkMsg) {
		Chain chain = chain(Tasks.s("identity", arg), Tasks.s("raise_error"));
		throw context.replace(chain.withOptions(TaskOptions.builder().linkError(echo(linkMsg)).build()));
	}

	private static Signature echo(@Nullable String message) {
		return (message != null) ? Tasks.si("redis_echo", message) : Tasks.s("redis_echo");
	}

	@CeleryTask(Tasks.PREFIX + "replace_with_empty_chain")
	void replaceWithEmptyChain(TaskContext context, @Nullable JsonNode... args) {
		throw context.replace(chain());
	}

	@CeleryTask(Tasks.PREFIX + "replace_with_chain_which_contains_a_group")
	void replaceWithChainWhichContainsAGroup(TaskContext context) {
		throw context.replace(chain(Tasks.s("add", 1, 2), group(Tasks.s("add", 1), Tasks.s("add", 1))));
	}

	@CeleryTask(Tasks.PREFIX + "add_to_all")
	void addToAll(TaskContext context, List<JsonNode> nums, JsonNode val) {
		throw context.replace(group(additions(nums, val)));
	}

	@CeleryTask(Tasks.PREFIX + "add_to_all_to_chord")
	int addToAllToChord(TaskContext context, List<JsonNode> nums, JsonNode val) {
		for (Signature addition : additions(nums, val)) {
			context.addToChord(addition);
		}
		return 0;
	}

	@CeleryTask(Tasks.PREFIX + "add_chord_to_chord")
	int addChordToChord(TaskContext context, List<JsonNode> nums, JsonNode val) {
		context.addToChord(chord(group(additions(nums, val)), Tasks.s("tsum")));
		return 0;
	}

	private static Signature[] additions(List<JsonNode> nums, JsonNode val) {
		return nums.stream().map((num) -> Tasks.s("add", num, val)).toArray(Signature[]::new);
	}

	@CeleryTask(Tasks.PREFIX + "second_order_replace1")
	void secondOrderReplace1(TaskContext context, @Nullable Boolean state) {
		replaceOnce(context, state, "A", Tasks.s("second_order_replace2"), "second_order_replace1");
	}

	@CeleryTask(Tasks.PREFIX + "second_order_replace2")
	void secondOrderReplace2(TaskContext context, @Nullable Boolean state) {
		replaceOnce(context, state, "B", Tasks.s("redis_echo", "In/Out C"), "second_order_replace2");
	}

	private void replaceOnce(TaskContext context, @Nullable Boolean state, String name, Signature inner, String self) {
		if (Boolean.TRUE.equals(state)) {
			this.redis.opsForList().rightPush("redis-echo", "Out " + name);
			return;
		}
		this.redis.opsForList().rightPush("redis-echo", "In " + name);
		TaskSignature again = Tasks.s(self).withArguments(List.of(), Map.of("state", true));
		throw context.replace(chain(inner, again.asImmutable()));
	}

	/**
	 * A base class of the Python task stamps whatever it is replaced with.
	 */
	@CeleryTask(Tasks.PREFIX + "replace_with_stamped_task")
	void replaceWithStampedTask(TaskContext context, @Nullable Signature replaceWith) {
		Signature with = (replaceWith != null) ? replaceWith : Tasks.s("replaced_with_me");
		throw context.replace(with);
	}

}
