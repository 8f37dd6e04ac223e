package io.github.celeryspring.canvas;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * Stamps canvases. Counterpart of the methods {@code stamp} in {@code celery.canvas}.
 */
final class Stamping {

	private final @Nullable StampingVisitor visitor;

	private final boolean append;

	Stamping(@Nullable StampingVisitor visitor, boolean append) {
		this.visitor = visitor;
		this.append = append;
	}

	Signature stamp(Signature signature, Map<String, @Nullable Object> stamps) {
		if (signature instanceof TaskSignature task) {
			return task(task, stamps);
		}
		if (signature instanceof Chain chain) {
			return chain(chain, stamps);
		}
		return (signature instanceof Group group) ? group(group, stamps) : chord((Chord) signature, stamps);
	}

	private TaskSignature task(TaskSignature task, Map<String, @Nullable Object> given) {
		TaskOptions linked = links(task.options(), given);
		Map<String, @Nullable Object> stamps = with(given, own(task),
				(this.visitor != null) ? this.visitor.onSignature(task, given) : Map.of());
		TaskOptionsBuilder options = linked.mutate();
		stamps.forEach(options::stamp);
		return task.withOptions(options.build());
	}

	private Chain chain(Chain chain, Map<String, @Nullable Object> given) {
		Map<String, @Nullable Object> stamps = with(given, own(chain),
				(this.visitor != null) ? this.visitor.onChainStart(chain, given) : Map.of());
		// Celery does not append here.
		TaskOptions options = new Stamping(this.visitor, false).links(chain.options(), stamps);
		List<Signature> tasks = all(chain.tasks(), stamps);
		if (this.visitor != null) {
			this.visitor.onChainEnd(chain, stamps);
		}
		return new Chain(tasks, options, chain.immutable());
	}

	private Group group(Group group, Map<String, @Nullable Object> given) {
		Map<String, @Nullable Object> stamps = with(given, own(group),
				(this.visitor != null) ? this.visitor.onGroupStart(group, given) : Map.of());
		TaskOptions options = links(group.options(), stamps);
		List<Signature> tasks = all(group.tasks(), stamps);
		if (this.visitor != null) {
			this.visitor.onGroupEnd(group, stamps);
		}
		return new Group(tasks, options, group.immutable());
	}

	/** Without a visitor the body gets no stamp, as in Celery. */
	private Chord chord(Chord chord, Map<String, @Nullable Object> given) {
		Map<String, @Nullable Object> stamps = with(given, own(chord),
				(this.visitor != null) ? this.visitor.onChordHeaderStart(chord, given) : Map.of());
		TaskOptions options = links(chord.options(), stamps);
		Group header = chord.header().withTasks((task) -> stamp(task, stamps));
		Signature body = chord.body();
		if (this.visitor != null) {
			this.visitor.onChordHeaderEnd(chord, stamps);
			body = stamp(body, with(stamps, own(chord), this.visitor.onChordBody(chord, stamps)));
		}
		return new Chord(header, body, options, chord.immutable());
	}

	private List<Signature> all(List<Signature> tasks, Map<String, @Nullable Object> stamps) {
		return tasks.stream().map((task) -> stamp(task, stamps)).toList();
	}

	private TaskOptions links(TaskOptions options, Map<String, @Nullable Object> stamps) {
		if (options.link().isEmpty() && options.linkError().isEmpty()) {
			return options;
		}
		StampingVisitor visitor = this.visitor;
		return options.mutate()
			.links(links(options.link(), stamps, (visitor != null) ? visitor::onCallback : null))
			.linkErrors(links(options.linkError(), stamps, (visitor != null) ? visitor::onErrback : null))
			.build();
	}

	private List<Signature> links(List<Signature> links, Map<String, @Nullable Object> given,
			@Nullable BiFunction<Signature, Map<String, @Nullable Object>, Map<String, ? extends @Nullable Object>> visit) {
		List<Signature> stamped = new ArrayList<>();
		Map<String, @Nullable Object> stamps = given;
		for (Signature link : links) {
			stamps = (visit != null) ? merged(stamps, visit.apply(link, stamps)) : stamps;
			stamped.add(stamp(link, stamps));
		}
		return stamped;
	}

	private static Map<String, @Nullable Object> own(Signature signature) {
		return signature.options().stamps();
	}

	private Map<String, @Nullable Object> with(Map<String, @Nullable Object> given, Map<String, @Nullable Object> own,
			Map<String, ? extends @Nullable Object> visited) {
		return merged(merged(given, visited), own);
	}

	private Map<String, @Nullable Object> merged(Map<String, ? extends @Nullable Object> first,
			Map<String, ? extends @Nullable Object> second) {
		Map<String, @Nullable Object> merged = new LinkedHashMap<>(first);
		second.forEach(
				(name, value) -> merged.put(name, merged.containsKey(name) ? merged(merged.get(name), value) : value));
		return Collections.unmodifiableMap(merged);
	}

	/** The first stays unless both are lists, or stamps are to be appended. */
	private @Nullable Object merged(@Nullable Object first, @Nullable Object second) {
		if (first instanceof Map<?, ?> map && second instanceof Map<?, ?> other) {
			return merged(named(map), named(other));
		}
		if (!this.append && !(isList(first) && isList(second))) {
			return first;
		}
		List<@Nullable Object> both = new ArrayList<>(list(first));
		both.addAll(list(second));
		return Collections.unmodifiableList(both);
	}

	private static Map<String, @Nullable Object> named(Map<?, ?> map) {
		Map<String, @Nullable Object> named = new LinkedHashMap<>();
		map.forEach((name, value) -> named.put(String.valueOf(name), value));
		return named;
	}

	private static boolean isList(@Nullable Object value) {
		return value instanceof List || value instanceof ArrayNode;
	}

	private static List<? extends @Nullable Object> list(@Nullable Object value) {
		if (value instanceof ArrayNode array) {
			return List.copyOf(array.values());
		}
		if (value instanceof List<?> list) {
			return list;
		}
		return (value != null) ? List.of(value) : List.of();
	}

}
