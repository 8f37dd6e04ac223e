package io.github.celeryspring.canvas;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes the options of a signature by their names in {@code apply_async}. What is not
 * set is not written.
 */
final class OptionsWriter {

	private final Map<String, @Nullable Object> form = new LinkedHashMap<>();

	private OptionsWriter() {
	}

	static Map<String, @Nullable Object> write(TaskOptions options) {
		OptionsWriter writer = new OptionsWriter();
		writer.form.putAll(options.others());
		writer.identity(options);
		writer.routing(options);
		writer.times(options);
		writer.followers(options);
		writer.stamps(options.stamps());
		return writer.form;
	}

	private void identity(TaskOptions options) {
		put("task_id", options.taskId());
		put("root_id", options.rootId());
		put("parent_id", options.parentId());
		put("group_id", options.groupId());
		put("group_index", options.groupIndex());
		put("retries", options.retries());
		put("replaced_task_nesting", options.replacedTaskNesting());
		put("shadow", options.shadow());
		put("ignore_result", options.ignoreResult());
	}

	private void routing(TaskOptions options) {
		put("reply_to", options.replyTo());
		put("queue", options.queue());
		put("exchange", options.exchange());
		put("routing_key", options.routingKey());
		put("priority", options.priority());
		put("serializer", options.serializer());
		put("compression", options.compression());
		if (!options.headers().isEmpty()) {
			put("headers", options.headers());
		}
	}

	private void times(TaskOptions options) {
		put("countdown", seconds(options.countdown()));
		put("eta", (options.eta() != null) ? OptionTimes.format(options.eta()) : null);
		put("expires",
				(options.expires() != null) ? OptionTimes.format(options.expires()) : seconds(options.expiresIn()));
		put("time_limit", seconds(options.timeLimit()));
		put("soft_time_limit", seconds(options.softTimeLimit()));
	}

	private void followers(TaskOptions options) {
		if (options.chord() != null) {
			put("chord", options.chord().toMap());
		}
		if (options.chain() != null) {
			put("chain", options.chain().stream().map(OptionsWriter::tree).toList());
		}
		signatures("link", options.link());
		signatures("link_error", options.linkError());
	}

	private void stamps(Map<String, @Nullable Object> stamps) {
		if (!stamps.isEmpty()) {
			put("stamped_headers", List.copyOf(stamps.keySet()));
			this.form.putAll(stamps);
		}
	}

	private void signatures(String name, List<Signature> signatures) {
		if (!signatures.isEmpty()) {
			put(name, SignatureWriter.all(signatures));
		}
	}

	private void put(String name, @Nullable Object value) {
		if (value != null) {
			this.form.put(name, value);
		}
	}

	private static Object tree(Object step) {
		return (step instanceof Signature signature) ? signature.toMap() : step;
	}

	/** Python has integers and floats: one number must not become the other. */
	private static @Nullable Number seconds(@Nullable Duration duration) {
		if (duration == null) {
			return null;
		}
		if (duration.getNano() == 0) {
			return duration.getSeconds();
		}
		return duration.getSeconds() + duration.getNano() / 1e9;
	}

}
