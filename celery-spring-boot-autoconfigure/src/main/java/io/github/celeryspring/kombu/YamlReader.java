package io.github.celeryspring.kombu;

import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads YAML as PyYAML's {@code safe_load} does: the types of YAML 1.1 and no others.
 * SnakeYAML is used only up to its graph of nodes, so it makes no objects. For one use.
 */
final class YamlReader {

	/** SnakeYAML's own stack; the tree is refused before. */
	private static final int MAX_DEPTH = 600;

	private final TreeBuilder tree;

	private YamlReader(int length) {
		this.tree = new TreeBuilder("yaml", length);
	}

	static JsonNode read(byte[] content) {
		YamlReader reader = new YamlReader(content.length);
		try {
			Node root = compose(PlainJson.utf8(content));
			return (root != null) ? reader.node(root) : reader.tree.scalar(null);
		}
		catch (CharacterCodingException ex) {
			throw reader.tree.refused("the content is not UTF-8", ex);
		}
		catch (CelerySerializationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// SnakeYAML's scanner throws more than its own.
			throw reader.tree.refused(TaggedValues.shown(ex.getMessage()), ex);
		}
	}

	private static @Nullable Node compose(String text) {
		LoaderOptions options = new LoaderOptions();
		options.setNestingDepthLimit(MAX_DEPTH);
		// Both limits are for files that somebody wrote; the builder counts what comes of
		// aliases.
		options.setCodePointLimit(Integer.MAX_VALUE);
		options.setMaxAliasesForCollections(Integer.MAX_VALUE);
		return new Composer(new ParserImpl(new StreamReader(text), options), new YamlTypes(), options).getSingleNode();
	}

	private JsonNode node(Node node) {
		if (node instanceof ScalarNode scalar) {
			return this.tree.scalar(value(scalar));
		}
		if (node instanceof SequenceNode sequence && node.getTag().equals(Tag.SEQ)) {
			return array(sequence.getValue());
		}
		if (node instanceof SequenceNode pairs && (node.getTag().equals(Tag.OMAP) || node.getTag().equals(Tag.PAIRS))) {
			return array(pairs.getValue().stream().map(this::pair).toList());
		}
		if (node instanceof MappingNode mapping && node.getTag().equals(Tag.MAP)) {
			ObjectNode object = this.tree.object();
			members(mapping, object);
			return object;
		}
		if (node instanceof MappingNode set && node.getTag().equals(Tag.SET)) {
			return array(set.getValue().stream().map(NodeTuple::getKeyNode).toList());
		}
		throw refused(node);
	}

	private ArrayNode array(List<Node> elements) {
		this.tree.begin();
		ArrayNode array = this.tree.array();
		elements.forEach((element) -> array.add(node(element)));
		this.tree.end();
		return array;
	}

	private Node pair(Node node) {
		if (node instanceof MappingNode mapping && mapping.getValue().size() == 1) {
			NodeTuple pair = mapping.getValue().get(0);
			return new SequenceNode(Tag.SEQ, List.of(pair.getKeyNode(), pair.getValueNode()), mapping.getFlowStyle());
		}
		throw refused(node);
	}

	private void members(MappingNode mapping, ObjectNode target) {
		this.tree.begin();
		for (NodeTuple member : mapping.getValue()) {
			if (member.getKeyNode().getTag().equals(Tag.MERGE)) {
				merged(member.getValueNode()).forEach((other) -> members(other, target));
			}
		}
		for (NodeTuple member : mapping.getValue()) {
			Node key = member.getKeyNode();
			if (!key.getTag().equals(Tag.MERGE)) {
				if (!(key instanceof ScalarNode scalar)) {
					throw this.tree.refused("the key of a mapping is a list or mapping", null);
				}
				target.set(this.tree.key(value(scalar)), node(member.getValueNode()));
			}
		}
		this.tree.end();
	}

	/** The last one wins, and of a list the first should. */
	private List<MappingNode> merged(Node node) {
		List<MappingNode> mappings = new ArrayList<>();
		List<Node> nodes = (node instanceof SequenceNode sequence) ? sequence.getValue() : List.of(node);
		for (Node each : nodes) {
			if (!(each instanceof MappingNode mapping)) {
				throw this.tree.refused("what is merged is no mapping", null);
			}
			mappings.add(mapping);
		}
		Collections.reverse(mappings);
		return mappings;
	}

	private @Nullable Object value(ScalarNode scalar) {
		Tag tag = scalar.getTag();
		String text = scalar.getValue();
		if (tag.equals(Tag.STR) || tag.equals(YamlTypes.VALUE)) {
			return text;
		}
		try {
			return YamlScalars.value(tag, text);
		}
		catch (UnsupportedOperationException ex) {
			throw refused(scalar);
		}
		catch (RuntimeException ex) {
			throw this.tree.refused("'" + TaggedValues.shown(text) + "' is no " + tag.getClassName(), ex);
		}
	}

	private RuntimeException refused(Node node) {
		return this.tree.refused(
				"there is a value of type " + TaggedValues.shown(node.getTag().getValue()) + ", which is not accepted",
				null);
	}

}
