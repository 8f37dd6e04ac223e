package io.github.celeryspring.samples.conformance;

import io.github.celeryspring.result.PythonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What Python's operators make of values whose types only the caller knows.
 */
final class PythonValues {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	private PythonValues() {
	}

	/**
	 * Python's {@code x + y}.
	 */
	static JsonNode plus(JsonNode x, JsonNode y) {
		if (x.isIntegralNumber() && y.isIntegralNumber()) {
			return NODES.numberNode(x.bigIntegerValue().add(y.bigIntegerValue()));
		}
		if (x.isNumber() && y.isNumber()) {
			return NODES.numberNode(x.doubleValue() + y.doubleValue());
		}
		if (x.isString() && y.isString()) {
			return NODES.stringNode(x.stringValue() + y.stringValue());
		}
		if (x.isArray() && y.isArray()) {
			return NODES.arrayNode().addAll((ArrayNode) x).addAll((ArrayNode) y);
		}
		throw typeError("unsupported operand types for +: " + x.getNodeType() + " and " + y.getNodeType());
	}

	/**
	 * Python's {@code sum(values)}.
	 */
	static JsonNode sum(JsonNode values) {
		if (!values.isArray()) {
			throw typeError(values.getNodeType() + " is not iterable");
		}
		JsonNode sum = NODES.numberNode(0);
		for (JsonNode value : values) {
			sum = plus(sum, value);
		}
		return sum;
	}

	/**
	 * Python's {@code if value}.
	 */
	static boolean isTrue(JsonNode value) {
		return switch (value.getNodeType()) {
			case NULL, MISSING -> false;
			case BOOLEAN -> value.booleanValue();
			case NUMBER -> value.doubleValue() != 0;
			case STRING -> !value.stringValue().isEmpty();
			default -> !value.isEmpty();
		};
	}

	private static PythonException typeError(String message) {
		return new PythonException("builtins", "TypeError", message);
	}

}
