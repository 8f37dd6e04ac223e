package io.github.celeryspring.kombu;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import io.github.celeryspring.CelerySerializationException;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.emitter.Emitter;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.serializer.Serializer;
import tools.jackson.databind.JsonNode;

/**
 * Writes a tree as PyYAML's {@code safe_dump} does, but with the keys of a mapping in
 * their order.
 */
final class YamlWriter {

	private static final int BASE64_LINE = 76;

	private YamlWriter() {
	}

	static byte[] write(JsonNode tree) {
		DumperOptions options = new DumperOptions();
		options.setAllowUnicode(false);
		StringWriter text = new StringWriter();
		Serializer serializer = new Serializer(new Emitter(text, options), new YamlTypes(), options, null);
		try {
			serializer.open();
			serializer.serialize(node(tree));
			serializer.close();
		}
		catch (IOException | YAMLException ex) {
			throw new CelerySerializationException("Cannot write yaml: " + ex.getMessage(), ex);
		}
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	private static Node node(JsonNode node) {
		return switch (node.getNodeType()) {
			case NULL, MISSING -> scalar(Tag.NULL, "null");
			case BOOLEAN -> scalar(Tag.BOOL, node.booleanValue() ? "true" : "false");
			case STRING -> text(node.stringValue());
			case NUMBER ->
				node.isIntegralNumber() ? scalar(Tag.INT, node.asString()) : floating(ContentTrees.floating(node));
			case ARRAY -> new SequenceNode(Tag.SEQ, node.valueStream().map(YamlWriter::node).toList(), FlowStyle.BLOCK);
			case OBJECT -> object(node);
			default -> throw new CelerySerializationException(
					"Cannot write yaml: it cannot hold a " + node.getNodeType(), null);
		};
	}

	private static Node object(JsonNode object) {
		Object typed = ContentTrees.typed(object);
		if (typed != null) {
			return typed(typed);
		}
		List<NodeTuple> properties = new ArrayList<>(object.size());
		object.properties()
			.forEach((property) -> properties.add(new NodeTuple(text(property.getKey()), node(property.getValue()))));
		return new MappingNode(Tag.MAP, properties, FlowStyle.BLOCK);
	}

	private static Node typed(Object value) {
		if (value instanceof byte[] bytes) {
			String lines = Base64.getMimeEncoder(BASE64_LINE, new byte[] { '\n' }).encodeToString(bytes);
			return new ScalarNode(Tag.BINARY, lines.isEmpty() ? "" : lines + "\n", null, null, ScalarStyle.LITERAL);
		}
		if (value instanceof OffsetDateTime time) {
			return scalar(Tag.TIMESTAMP, PythonTimes.format(time).replace('T', ' '));
		}
		if (value instanceof LocalDateTime time) {
			return scalar(Tag.TIMESTAMP, PythonTimes.format(time).replace('T', ' '));
		}
		if (value instanceof LocalDate date) {
			return scalar(Tag.TIMESTAMP, PythonTimes.format(date));
		}
		if (value instanceof LocalTime time) {
			return text(PythonTimes.format(time));
		}
		if (value instanceof OffsetTime time) {
			return text(PythonTimes.format(time));
		}
		return text(value.toString());
	}

	private static Node floating(double value) {
		String text = PythonNumbers.repr(value);
		if (!Double.isFinite(value)) {
			text = Double.isNaN(value) ? ".nan" : text.replace("inf", ".inf");
		}
		else if (text.indexOf('.') < 0) {
			// YAML 1.1 knows no 1e+16.
			text = text.replace("e", ".0e");
		}
		return scalar(Tag.FLOAT, text);
	}

	private static Node text(String text) {
		return scalar(Tag.STR, text);
	}

	private static Node scalar(Tag tag, String text) {
		return new ScalarNode(tag, text, null, null, ScalarStyle.PLAIN);
	}

}
