package io.github.celeryspring.canvas;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.celeryspring.InvalidMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.chunks;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.canvas.Signatures.starmap;
import static io.github.celeryspring.canvas.Signatures.xmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SignatureReader} and {@link SignatureWriter}, against what real
 * Celeries write.
 */
class SignatureJsonTests {

	static Stream<GoldenCanvas> signatures() {
		return GoldenCanvas.read("signatures");
	}

	@ParameterizedTest
	@MethodSource("signatures")
	void writesWhatItHasReadFromCelery(GoldenCanvas golden) {
		Signature signature = Signature.of(golden.value());
		assertThat(normalized(GoldenCanvas.written(signature))).isEqualTo(normalized(golden.value().deepCopy()));
		assertThat(Signature.of(GoldenCanvas.written(signature))).isEqualTo(signature).hasSameHashCodeAs(signature);
	}

	@ParameterizedTest
	@MethodSource("signatures")
	void writesWhatCeleryWrites(GoldenCanvas golden) {
		Signature made = made().get(golden.name());
		if (made != null) {
			assertThat(GoldenCanvas.written(made)).isEqualTo(golden.value());
		}
	}

	@Test
	void everyKindIsAmongThoseMadeHere() {
		assertThat(signatures().map(GoldenCanvas::name)).containsAll(made().keySet());
	}

	private static Map<String, Signature> made() {
		Map<String, Signature> made = new LinkedHashMap<>();
		made.put("task", add(1, "two"));
		made.put("immutable", add(1, 2).asImmutable());
		made.put("options", add().withOptions(options()));
		made.put("times as text",
				add().withOptions(TaskOptions.builder()
					.eta(Instant.parse("2030-01-02T03:04:05.678901Z"))
					.expires(Instant.parse("2030-01-02T03:04:05Z"))
					.build()));
		made.put("links",
				add(1, 1).withOptions(TaskOptions.builder()
					.link(add(2))
					.linkError(add(3).withOptions(TaskOptions.toQueue("errors")))
					.build()));
		made.put("chain", chain(add(1, 1), add(2), add(3)));
		made.put("empty chain", chain());
		made.put("group", group(add(1, 1), add(2, 2)));
		made.put("empty group", group());
		made.put("group with options", group(add(1, 1)).withOptions(TaskOptions.toQueue("q")));
		made.put("chord", chord(group(add(1, 1), add(2, 2)), add(3)));
		made.put("chord without header", chord(group(), add(3)));
		made.put("map", xmap(add(), Arrays.asList(1, List.of(2), null)));
		made.put("starmap", starmap(add(), List.of(List.of(1, 2), List.of(3, 4))));
		made.put("group of chunks", chunks(add(), Stream.of(0, 1, 2, 3, 4).map((i) -> List.of(i, i)).toList(), 2));
		return made;
	}

	private static TaskOptions options() {
		return TaskOptions.builder()
			.taskId("a")
			.replyTo("b")
			.rootId("c")
			.parentId("d")
			.queue("q")
			.routingKey("r")
			.exchange("e")
			.priority(3)
			.countdown(Duration.ofMillis(1500))
			.expires(Duration.ofSeconds(10))
			.retries(2)
			.timeLimit(Duration.ofSeconds(30))
			.softTimeLimit(Duration.ofSeconds(20))
			.serializer("json")
			.compression("gzip")
			.header("x", "y")
			.ignoreResult(true)
			.shadow("other")
			.group("g", 0)
			.build();
	}

	@Test
	void isAnArgumentAndAParameterLikeAnyOther() {
		Chain chain = chain(add(1, 1), add(2));
		JsonNode written = GoldenCanvas.json(Map.of("it", List.of(chain)));
		assertThat(written.get("it").get(0)).isEqualTo(GoldenCanvas.written(chain));
		assertThat(GoldenCanvas.value(written.get("it").get(0), Signature.class))
			.isEqualTo(Signature.of(GoldenCanvas.written(chain)));
	}

	@Test
	void optionsBecomeWhatTheyMean() {
		TaskOptions options = Signature.of(GoldenCanvas.named("signatures", "5.7.0", "options").value()).options();
		assertThat(options.countdown()).isEqualTo(Duration.ofMillis(1500));
		assertThat(options.expiresIn()).isEqualTo(Duration.ofSeconds(10));
		assertThat(options.others()).isEmpty();
		assertThat(
				Signature.of(GoldenCanvas.named("signatures", "5.7.0", "unknown options").value()).options().others())
			.containsOnlyKeys("route_name", "delivery_mode", "expiration");
	}

	@Test
	void stampsAreTakenByTheirNames() {
		Chain chain = (Chain) Signature.of(GoldenCanvas.named("signatures", "5.7.0", "stamped chain").value());
		assertThat(chain.tasks().get(1).options().stamps()).containsOnlyKeys("stamp", "other");
		assertThat(chain.tasks().get(1).options().others()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "'2030-01-02T03:04:05Z'", "'2030-01-02T05:04:05+02:00'", "'2030-01-02T03:04:05'",
			"'2030-01-02T03:04:05.000000+0000'", "'2030-01-02 03:04:05'",
			"{'__type__': 'datetime', '__value__': '2030-01-02T03:04:05+00:00'}" })
	void readsTimesInEveryForm(String eta) {
		assertThat(Signature.of(task("'options': {'eta': " + eta + "}")).options().eta())
			.isEqualTo(Instant.parse("2030-01-02T03:04:05Z"));
	}

	@Test
	void whatIsMissingIsEmpty() {
		assertThat(Signature.of(GoldenCanvas.json("{'task': 'tasks.add', 'args': null, 'options': null}")))
			.isEqualTo(add());
	}

	@Test
	void argumentsOfAWholeGoToTheTasksThatTheyAreMeantFor() {
		ObjectNode chain = (ObjectNode) GoldenCanvas.written(chain(group(), add(1), add(2)));
		chain.putArray("args").add(7);
		assertThat(GoldenCanvas.written(Signature.of(chain)))
			.isEqualTo(GoldenCanvas.written(chain(group(), add(7, 1), add(2))));
		ObjectNode group = (ObjectNode) GoldenCanvas.written(group(add(1), add(2).asImmutable()));
		group.putArray("args").add(7);
		assertThat(GoldenCanvas.written(Signature.of(group)))
			.isEqualTo(GoldenCanvas.written(group(add(7, 1), add(2).asImmutable())));
		ObjectNode chord = (ObjectNode) GoldenCanvas.written(chord(group(add(1), chain(add(2), add(3))), add(4)));
		chord.putArray("args").add(7);
		((ObjectNode) chord.get("kwargs").get("kwargs")).put("y", 8);
		Signature expected = chord(group(add(7, 1).withArguments(List.of(7, 1), Map.of("y", 8)),
				chain(add(7, 2).withArguments(List.of(7, 2), Map.of("y", 8)), add(3))), add(4));
		assertThat(GoldenCanvas.written(Signature.of(chord))).isEqualTo(GoldenCanvas.written(expected));
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "[]", "'tasks.add'", "{}", "{'task': null}", "{'task': 7}", "{'task': ' '}",
			"{'task': 'a', 'args': {}}", "{'task': 'a', 'kwargs': []}", "{'task': 'a', 'options': []}",
			"{'task': 'a', 'subtask_type': 'other'}", "{'task': 'a', 'subtask_type': 1}",
			"{'task': 'a', 'options': {'priority': 'high'}}", "{'task': 'a', 'options': {'eta': 'soon'}}",
			"{'task': 'a', 'options': {'countdown': 1e300}}", "{'task': 'a', 'options': {'countdown': 10000000000}}",
			"{'task': 'a', 'options': {'link': 'b'}}", "{'task': 'a', 'options': {'link': [1]}}",
			"{'task': 'a', 'options': {'chain': {}}}", "{'task': 'a', 'options': {'chord': []}}",
			"{'task': 'a', 'options': {'headers': []}}", "{'task': 'a', 'options': {'stamped_headers': [1]}}",
			"{'subtask_type': 'chain', 'kwargs': {'tasks': 1}}", "{'subtask_type': 'chord', 'kwargs': {'header': []}}",
			"{'subtask_type': 'chunks', 'kwargs': {'task': {'task': 'a'}, 'it': [], 'n': 0}}" })
	void refusesWhatIsNoSignature(String json) {
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> Signature.of(GoldenCanvas.json(json)));
	}

	@Test
	void refusesDepthWithoutEnd() {
		JsonNode nested = GoldenCanvas.written(add());
		for (int i = 0; i < 1000; i++) {
			ObjectNode outer = GoldenCanvas.json("{'task': 'a', 'options': {}}").asObject();
			((ObjectNode) outer.get("options")).set("link", nested);
			nested = outer;
		}
		JsonNode deep = nested;
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(() -> Signature.of(deep));
	}

	/**
	 * What is null is as good as missing, and a list of one signature as the signature.
	 */
	private static JsonNode normalized(JsonNode tree) {
		if (tree instanceof ObjectNode object) {
			if (object.get("options") instanceof ObjectNode options) {
				options.removeIf(JsonNode::isNull);
				for (String name : List.of("link", "link_error")) {
					if (options.get(name) instanceof ObjectNode one) {
						options.set(name, options.arrayNode().add(one));
					}
				}
			}
		}
		tree.values().forEach(SignatureJsonTests::normalized);
		return tree;
	}

	private static JsonNode task(String more) {
		return GoldenCanvas.json("{'task': 'tasks.add', " + more + "}");
	}

	private static TaskSignature add(Object... args) {
		return TaskSignature.of("tasks.add", args);
	}

}
