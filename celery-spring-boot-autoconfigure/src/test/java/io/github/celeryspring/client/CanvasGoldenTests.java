package io.github.celeryspring.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.DisabledResultBackend;
import io.github.celeryspring.result.ResultTree;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what is sent for canvases with what Celery 5.7 sends:
 * {@code golden/canvas.jsonl}, made by {@code golden/record-canvas.py}.
 */
class CanvasGoldenTests {

	private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

	private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+\\+00:00");

	/**
	 * Celery's client forgets what is between the header of a chord and the end of a body
	 * that is no single task, and takes new ids for the groups in the chains of a header,
	 * in what it returns, not in what it sends.
	 */
	private static final Set<String> CELERY_FORGETS_PARENTS = Set.of("chord of nothing with a chain",
			"chord with a chain as body", "chord with a chain as body and links", "chord with a chord as body",
			"chord with a chain with a group as body", "chord of chains with chords", "chord of chords of chords",
			"chord of chords whose body is a group");

	private static final Serializers SERIALIZERS = new Serializers(KombuJson.builder(true).build());

	private final JsonMapper mapper = SERIALIZERS.mapper();

	private final CanvasPublisher publisher = CeleryTemplate
		.builder(new RecordingTransport(), new TaskMessageCodec(SERIALIZERS), new DisabledResultBackend(), SERIALIZERS)
		.build()
		.canvas();

	static Stream<Case> cases() throws IOException {
		try (InputStream lines = CanvasGoldenTests.class.getResourceAsStream("/golden/canvas.jsonl")) {
			String text = new String(Objects.requireNonNull(lines).readAllBytes(), StandardCharsets.UTF_8);
			return text.lines()
				.map(SERIALIZERS.mapper()::readTree)
				.map((tree) -> new Case(tree.get("name").stringValue(), tree));
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void sendsWhatCelerySends(Case recorded) {
		JsonNode tree = recorded.tree();
		CanvasPublisher.Prepared prepared = this.publisher.prepare(Signature.of(tree.get("signature")),
				List.copyOf(tree.get("args").values()), options(tree), null);
		Map<String, Object> sent = new LinkedHashMap<>();
		sent.put("messages", prepared.messages().stream().map(this::message).toList());
		sent.put("sizes", prepared.chordSizes());
		sent.put("groups", prepared.groups().stream().map(CanvasGoldenTests::tuple).toList());
		sent.put("result", tuple(prepared.result()));
		boolean parents = !CELERY_FORGETS_PARENTS.contains(recorded.name());
		assertThat(text(this.mapper.valueToTree(sent), parents)).isEqualTo(text(tree, parents));
	}

	private TaskOptions options(JsonNode tree) {
		Map<String, Object> signature = Map.of("task", "none", "options", tree.get("options"));
		return Signature.of(this.mapper.valueToTree(signature)).options();
	}

	private Map<String, Object> message(KombuMessage message) {
		JsonNode body = this.mapper.readTree(message.body());
		Map<String, Object> form = new LinkedHashMap<>();
		Map<String, Object> headers = new LinkedHashMap<>(message.headers());
		headers.keySet().removeAll(List.of("lang", "origin", "argsrepr", "kwargsrepr"));
		form.put("headers", headers);
		form.put("args", body.get(0));
		form.put("kwargs", body.get(1));
		form.put("embed", body.get(2));
		form.put("queue", message.properties().deliveryInfo().routingKey());
		form.put("reply_to", message.properties().replyTo());
		form.put("priority", message.properties().priority());
		return form;
	}

	private static List<@Nullable Object> tuple(ResultTree tree) {
		List<@Nullable Object> head = new ArrayList<>();
		head.add(tree.id());
		head.add((tree.parent() != null) ? tuple(tree.parent()) : null);
		List<@Nullable Object> tuple = new ArrayList<>();
		tuple.add(head);
		tuple.add((tree.members() != null) ? tree.members().stream().map(CanvasGoldenTests::tuple).toList() : null);
		return tuple;
	}

	private static void removeParents(JsonNode tuple) {
		((ArrayNode) tuple.get(0)).setNull(1);
		tuple.get(1).forEach(CanvasGoldenTests::removeParents);
	}

	/** One line for each value; ids and times are numbered as they come. */
	private static String text(JsonNode tree, boolean parents) {
		List<String> lines = new ArrayList<>();
		Map<String, String> names = new LinkedHashMap<>();
		if (!parents) {
			tree.get("groups").forEach(CanvasGoldenTests::removeParents);
			removeParents(tree.get("result"));
		}
		for (String part : List.of("messages", "sizes", "groups", "result")) {
			describe(part, tree.get(part), lines, names);
		}
		return String.join("\n", lines);
	}

	private static void describe(String path, JsonNode node, List<String> lines, Map<String, String> names) {
		if (node.isObject()) {
			Map<String, JsonNode> sorted = new TreeMap<>();
			node.properties().forEach((entry) -> sorted.put(name(entry.getKey(), names), entry.getValue()));
			sorted.forEach((key, value) -> {
				if (key.equals("options") && node.path("subtask_type").isString()) {
					// Overwritten when it is sent: only that of its members counts.
					((ObjectNode) value).remove(List.of("group_id", "group_index"));
				}
				if (key.equals("reply_to")) {
					lines.add(path + ".reply_to: " + value.isString());
				}
				else if (!isNothing(key, value)) {
					describe(path + "." + key, value, lines, names);
				}
			});
		}
		else if (node.isArray()) {
			lines.add(path + ": " + node.size());
			for (int i = 0; i < node.size(); i++) {
				describe(path + "." + i, node.get(i), lines, names);
			}
		}
		else {
			lines.add(path + " = " + (node.isString() ? name(node.stringValue(), names) : node.toString()));
		}
	}

	/** Celery writes some options of its signatures even where they say nothing. */
	private static boolean isNothing(String key, JsonNode value) {
		return value.isNull() || (value.isEmpty() && value.isArray() && !key.equals("chain")) || isDefault(key, value);
	}

	/** What Celery says for the tasks that it knows, and an option that it leaks. */
	private static boolean isDefault(String key, JsonNode value) {
		return (key.equals("ignore_result") || key.equals("add_to_parent")) && value.isBoolean()
				&& !value.booleanValue();
	}

	private static String name(String text, Map<String, String> names) {
		if (UUID.matcher(text).matches()) {
			return names.computeIfAbsent(text, (id) -> "id" + names.size());
		}
		return TIME.matcher(text).matches() ? "time" : text;
	}

	record Case(String name, JsonNode tree) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
