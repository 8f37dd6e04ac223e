package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Stamping}, against what Celery makes of the same canvases.
 */
class StampingTests {

	private static final StampingVisitor SAME = new StampingVisitor() {

		@Override
		public Map<String, Object> onSignature(TaskSignature task, Map<String, Object> stamps) {
			return Map.of("a", "signature");
		}

		@Override
		public Map<String, Object> onChainStart(Chain chain, Map<String, Object> stamps) {
			return Map.of("a", "chain");
		}

	};

	private static final Map<String, Signature> MADE = new HashMap<>();

	static {
		Where where = new Where();
		Signature once = add(1).stamp(Map.of("a", "x", "b", List.of(1)));
		Map<String, Object> again = Map.of("a", "y", "b", List.of(2), "c", 3);
		made("task", add(1).stamp(Map.of("a", "x", "b", List.of(1, 2))));
		made("task with links", add(1).link(add(7)).linkError(add(9)).link(add(8)).stamp(Map.of("a", "x")));
		made("chord", chord(group(add(1), add(2)), add(3)).stamp(Map.of("a", "x")));
		made("everything", everything().stamp(Map.of("a", "x")));
		made("visited task", add(1).stamp(where));
		made("visited task with links", add(1).link(add(7)).linkError(add(9)).link(add(8)).stamp(where));
		made("visited group", group(add(1), add(2)).stamp(where));
		made("visited chord", chord(group(add(1), group(add(2), add(3))), chain(add(4), add(5))).stamp(where));
		made("visited everything", everything().stamp(where));
		made("linked chain", chain(add(1), add(2)).link(add(8)).linkError(add(9)).stamp(where));
		made("again", once.stamp(again));
		made("again, appended", new Stamping(null, true).stamp(once, again));
		made("same", chain(add(1), add(2)).stamp(SAME));
		made("same, appended", chain(add(1), add(2)).stamp(SAME, true));
	}

	static Stream<GoldenCanvas> stamps() {
		return GoldenCanvas.read("stamps", "5.7.0");
	}

	@ParameterizedTest
	@MethodSource("stamps")
	void stampsAsCeleryDoes(GoldenCanvas golden) {
		assertThat(ordered(GoldenCanvas.written(MADE.get(golden.name())))).isEqualTo(ordered(golden.value()));
	}

	@Test
	void stampsThatWereReadAreMergedWithNewOnes() {
		Signature read = Signature.of(GoldenCanvas.written(add(1).stamp(Map.of("a", "x", "b", List.of(1)))));
		Signature again = new Stamping(null, true).stamp(read, Map.of("a", "y", "b", List.of(2)));
		assertThat(GoldenCanvas.json(again.options().stamps()))
			.isEqualTo(GoldenCanvas.json("{'a': ['y', 'x'], 'b': [2, 1]}"));
	}

	@Test
	void everyPartIsVisitedOnce() {
		List<String> visits = new ArrayList<>();
		chain(add(1), chord(group(add(2)), add(3))).stamp((task, stamps) -> {
			visits.add(task.args() + " " + stamps.keySet());
			return Map.of("seen", true);
		});
		assertThat(visits).containsExactly("[1] []", "[2] []", "[3] []");
	}

	/**
	 * The order of the names has no meaning, and changes with every run of Python. A
	 * visitor makes Celery write the header of a chord as a group.
	 */
	private static JsonNode ordered(JsonNode tree) {
		if (tree instanceof ObjectNode kwargs && kwargs.get("header") instanceof ObjectNode header) {
			kwargs.set("header", header.get("kwargs").get("tasks"));
		}
		if (tree instanceof ObjectNode object && object.get("stamped_headers") instanceof ArrayNode names) {
			TreeSet<String> sorted = new TreeSet<>();
			names.forEach((name) -> sorted.add(name.stringValue()));
			names.removeAll();
			sorted.forEach(names::add);
		}
		tree.values().forEach(StampingTests::ordered);
		return tree;
	}

	private static Signature everything() {
		return chain(add(1, 1), group(add(2), add(3).link(add(8)).linkError(add(9)), chain(add(4), add(5))),
				add(6).link(add(8)), add(7));
	}

	private static void made(String name, Signature signature) {
		MADE.put(name, signature);
	}

	private static TaskSignature add(Object... args) {
		return TaskSignature.of("tasks.add", args);
	}

	/**
	 * As {@code Where} in record-signatures.py.
	 */
	private static final class Where implements StampingVisitor {

		@Override
		public Map<String, Object> onSignature(TaskSignature task, Map<String, Object> stamps) {
			return Map.of("of", task.args().get(0));
		}

		@Override
		public Map<String, Object> onGroupStart(Group group, Map<String, Object> stamps) {
			return Map.of("members", group.tasks().size());
		}

		@Override
		public Map<String, Object> onChainStart(Chain chain, Map<String, Object> stamps) {
			return Map.of("steps", chain.tasks().size());
		}

		@Override
		public Map<String, Object> onChordBody(Chord chord, Map<String, Object> stamps) {
			return Map.of("body", 1);
		}

		@Override
		public Map<String, Object> onCallback(Signature callback, Map<String, Object> stamps) {
			return Map.of("after", ((TaskSignature) callback).args().get(0));
		}

		@Override
		public Map<String, Object> onErrback(Signature errback, Map<String, Object> stamps) {
			return Map.of("failed", ((TaskSignature) errback).args().get(0));
		}

	}

}
