package io.github.celeryspring.samples.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.github.celeryspring.annotation.CeleryTask;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import org.springframework.stereotype.Component;

/**
 * Tasks that make a result of their arguments.
 */
@Component
class PlainTasks {

	private static final Log logger = LogFactory.getLog(PlainTasks.class);

	@CeleryTask("celery.ping")
	String ping() {
		return "pong";
	}

	@CeleryTask(Tasks.PREFIX + "identity")
	JsonNode identity(JsonNode x) {
		return x;
	}

	@CeleryTask(Tasks.PREFIX + "add")
	JsonNode add(JsonNode x, JsonNode y, @Nullable JsonNode z) {
		JsonNode sum = PythonValues.plus(x, y);
		return (z != null && PythonValues.isTrue(z)) ? PythonValues.plus(sum, z) : sum;
	}

	@CeleryTask(Tasks.PREFIX + "add_not_typed")
	JsonNode addNotTyped(JsonNode x, JsonNode y) {
		return PythonValues.plus(x, y);
	}

	@CeleryTask(name = Tasks.PREFIX + "add_ignore_result", ignoreResult = "true")
	JsonNode addIgnoreResult(JsonNode x, JsonNode y) {
		return PythonValues.plus(x, y);
	}

	@CeleryTask(name = Tasks.PREFIX + "add_with_result", ignoreResult = "false")
	JsonNode addWithResult(JsonNode x, JsonNode y) {
		return PythonValues.plus(x, y);
	}

	@CeleryTask(Tasks.PREFIX + "mul")
	long mul(long x, long y) {
		return x * y;
	}

	@CeleryTask(Tasks.PREFIX + "tsum")
	JsonNode tsum(JsonNode nums) {
		return PythonValues.sum(nums);
	}

	@CeleryTask(Tasks.PREFIX + "xsum")
	JsonNode xsum(JsonNode nums) {
		JsonNode sum = JsonNodeFactory.instance.numberNode(0);
		for (JsonNode num : nums) {
			sum = PythonValues.plus(sum, (num.isArray()) ? PythonValues.sum(num) : num);
		}
		return sum;
	}

	@CeleryTask(Tasks.PREFIX + "add_pydantic")
	AddResultModel addPydantic(AddParameterModel data) {
		return new AddResultModel(data.x() + data.y());
	}

	@CeleryTask(Tasks.PREFIX + "add_pydantic_string_annotations")
	AddResultModel addPydanticStringAnnotations(AddParameterModel data) {
		return addPydantic(data);
	}

	@CeleryTask(Tasks.PREFIX + "write_to_file_and_return_int")
	int writeToFileAndReturnInt(String fileName, int i) throws IOException {
		Files.writeString(Path.of(fileName), i + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		return i;
	}

	@CeleryTask(Tasks.PREFIX + "print_unicode")
	void printUnicode(@Nullable String logMessage, @Nullable String printMessage) {
		logger.warn((logMessage != null) ? logMessage : "håå®ƒ valmuefrø");
		System.out.println((printMessage != null) ? printMessage : "hiöäüß");
	}

	@CeleryTask(Tasks.PREFIX + "return_exception")
	Object[] returnException(JsonNode e) {
		return new Object[] { e, true };
	}

	@CeleryTask(Tasks.PREFIX + "replaced_with_me")
	boolean replacedWithMe() {
		return true;
	}

	record AddParameterModel(int x, int y) {
	}

	record AddResultModel(int result) {
	}

}
