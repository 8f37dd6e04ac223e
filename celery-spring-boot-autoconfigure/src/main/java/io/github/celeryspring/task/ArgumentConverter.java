package io.github.celeryspring.task;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Turns an argument as received into a value of a parameter's type. Thread-safe.
 */
@FunctionalInterface
interface ArgumentConverter {

	/**
	 * Converts an argument.
	 * @param node the argument; never JSON's null
	 * @return the value
	 * @throws RuntimeException if the argument is not of the type
	 */
	@Nullable Object convert(JsonNode node);

}
