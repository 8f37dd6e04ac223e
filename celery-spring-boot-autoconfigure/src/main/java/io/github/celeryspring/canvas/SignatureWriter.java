package io.github.celeryspring.canvas;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes signatures in Celery's own form: what {@code dict(signature)} holds in Python.
 */
final class SignatureWriter {

	private SignatureWriter() {
	}

	static Map<String, @Nullable Object> write(Signature signature) {
		if (signature instanceof TaskSignature task) {
			return form(task.task(), task.args(), task.kwargs(), task, null);
		}
		if (signature instanceof Chain chain) {
			return form("celery.chain", List.of(), Map.of("tasks", all(chain.tasks())), chain, "chain");
		}
		if (signature instanceof Group group) {
			return form("celery.group", List.of(), Map.of("tasks", all(group.tasks())), group, "group");
		}
		Chord chord = (Chord) signature;
		Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
		kwargs.put("kwargs", Map.of());
		kwargs.put("header", header(chord.header()));
		kwargs.put("body", write(chord.body()));
		return form("celery.chord", List.of(), kwargs, chord, "chord");
	}

	static List<Map<String, @Nullable Object>> all(List<Signature> signatures) {
		return signatures.stream().map(SignatureWriter::write).toList();
	}

	/** Celery writes a group only if it has been given ids, else its members alone. */
	private static Object header(Group header) {
		return header.options().equals(TaskOptions.NONE) ? all(header.tasks()) : write(header);
	}

	private static Map<String, @Nullable Object> form(String task, List<?> args, Map<String, ?> kwargs,
			Signature signature, @Nullable String type) {
		Map<String, @Nullable Object> form = new LinkedHashMap<>();
		form.put("task", task);
		form.put("args", args);
		form.put("kwargs", kwargs);
		form.put("options", OptionsWriter.write(signature.options()));
		form.put("subtask_type", type);
		// For these two Celery never looks at the flag, but at those of the members.
		form.put("immutable", signature.immutable() && !(signature instanceof Group || signature instanceof Chord));
		return form;
	}

}
