package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.InvalidMessageException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads signatures in Celery's own form, as {@code Signature.from_dict} does. Arguments
 * that a chain, a group or a chord has of its own go to the tasks that they are meant
 * for.
 */
final class SignatureReader {

	/** Signatures in signatures: a limit, so that no message overflows the stack. */
	static final int MAX_DEPTH = 200;

	private SignatureReader() {
	}

	static Signature read(JsonNode tree) {
		return read(tree, 0);
	}

	static Signature read(@Nullable JsonNode tree, int depth) {
		if (tree == null || !tree.isObject()) {
			throw new InvalidMessageException("A signature must be a JSON object");
		}
		if (depth > MAX_DEPTH) {
			throw new InvalidMessageException("Signatures are nested more than " + MAX_DEPTH + " deep");
		}
		String type = text(tree, "subtask_type");
		return switch ((type != null) ? type : "") {
			case "" -> task(tree, text(tree, "task"), depth);
			case "xmap" -> task(tree, "celery.map", depth);
			case "xstarmap" -> task(tree, "celery.starmap", depth);
			case "chunks" -> chunks(tree, depth);
			case "chain" -> new Chain(signatures(member(kwargs(tree), "tasks"), "tasks of a chain", depth),
					options(tree, depth), immutable(tree))
				.partial(args(tree), Map.of());
			case "group" -> new Group(signatures(member(kwargs(tree), "tasks"), "tasks of a group", depth),
					options(tree, depth), false)
				.partial(args(tree), Map.of());
			case "chord" -> chord(tree, depth);
			default -> throw new InvalidMessageException("Unknown subtask_type of a signature: '" + type + "'");
		};
	}

	/** One signature, a list of them, or nothing. */
	static List<Signature> signatures(@Nullable JsonNode tree, String what, int depth) {
		if (tree == null) {
			return List.of();
		}
		if (tree.isObject()) {
			return List.of(read(tree, depth + 1));
		}
		if (!tree.isArray()) {
			throw new InvalidMessageException("The " + what + " must be signatures");
		}
		List<Signature> signatures = new ArrayList<>(tree.size());
		tree.forEach((element) -> signatures.add(read(element, depth + 1)));
		return signatures;
	}

	private static TaskSignature task(JsonNode tree, @Nullable String name, int depth) {
		if (name == null || name.isBlank()) {
			throw new InvalidMessageException("A signature must name its task");
		}
		return new TaskSignature(name, args(tree), entries(kwargs(tree)), options(tree, depth), immutable(tree));
	}

	private static Group chunks(JsonNode tree, int depth) {
		JsonNode kwargs = kwargs(tree);
		JsonNode size = member(kwargs, "n");
		JsonNode items = member(kwargs, "it");
		if (size == null || !size.isInt() || size.intValue() < 1 || items == null || !items.isArray()) {
			throw new InvalidMessageException("Chunks must have items and a size");
		}
		Signature task = read(kwargs.get("task"), depth + 1);
		return Signatures.chunks(task, new ArrayList<>(items.values()), size.intValue())
			.withOptions(options(tree, depth));
	}

	private static Chord chord(JsonNode tree, int depth) {
		JsonNode kwargs = kwargs(tree);
		JsonNode body = member(kwargs, "body");
		if (body == null) {
			throw new InvalidMessageException("A chord must have a body");
		}
		return new Chord(header(member(kwargs, "header"), depth), read(body, depth + 1), options(tree, depth),
				immutable(tree))
			.partial(args(tree), entries(kwargs(kwargs)));
	}

	/** Whatever it is, its parts are done side by side, those of a chain as well. */
	private static Group header(@Nullable JsonNode tree, int depth) {
		if (tree != null && tree.isObject()) {
			Signature header = read(tree, depth + 1);
			if (header instanceof Group group) {
				return group;
			}
			List<Signature> tasks = (header instanceof Chain chain) ? chain.tasks() : List.of(header);
			return new Group(tasks, TaskOptions.NONE, false);
		}
		return new Group(signatures(tree, "header of a chord", depth), TaskOptions.NONE, false);
	}

	private static TaskOptions options(JsonNode tree, int depth) {
		JsonNode options = member(tree, "options");
		return (options != null) ? new OptionsReader(object(options, "options of a signature"), depth).read()
				: TaskOptions.NONE;
	}

	private static List<@Nullable Object> args(JsonNode tree) {
		JsonNode args = member(tree, "args");
		if (args == null) {
			return List.of();
		}
		if (!args.isArray()) {
			throw new InvalidMessageException("The args of a signature must be an array");
		}
		return new ArrayList<>(args.values());
	}

	private static JsonNode kwargs(JsonNode tree) {
		JsonNode kwargs = member(tree, "kwargs");
		return (kwargs != null) ? object(kwargs, "kwargs of a signature") : JsonNodeFactory.instance.objectNode();
	}

	private static boolean immutable(JsonNode tree) {
		JsonNode immutable = tree.get("immutable");
		return immutable != null && immutable.isBoolean() && immutable.booleanValue();
	}

	private static @Nullable String text(JsonNode tree, String name) {
		JsonNode value = member(tree, name);
		if (value == null) {
			return null;
		}
		if (!value.isString()) {
			throw new InvalidMessageException("The " + name + " of a signature must be text");
		}
		return value.stringValue();
	}

	static JsonNode object(JsonNode tree, String what) {
		if (!tree.isObject()) {
			throw new InvalidMessageException("The " + what + " must be an object");
		}
		return tree;
	}

	static Map<String, @Nullable Object> entries(JsonNode object) {
		Map<String, @Nullable Object> entries = new LinkedHashMap<>();
		object.properties().forEach((entry) -> entries.put(entry.getKey(), entry.getValue()));
		return entries;
	}

	/** What is {@code null} is as good as missing. */
	static @Nullable JsonNode member(JsonNode object, String name) {
		JsonNode value = object.get(name);
		return (value == null || value.isNull()) ? null : value;
	}

}
