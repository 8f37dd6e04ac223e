package io.github.celeryspring.interop;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Python process with Celery as a client, which runs snippets of Python. One thread at
 * a time.
 */
final class PythonClient implements AutoCloseable {

	private static final JsonMapper mapper = JsonMapper.builder()
		.enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.build();

	private final Process process;

	private final BufferedWriter requests;

	private final BufferedReader answers;

	PythonClient(ProcessBuilder builder, File log) {
		try {
			this.process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log)).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.requests = this.process.outputWriter(StandardCharsets.UTF_8);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Runs the body of a function.
	 * @param code Python; it sees {@code values}, {@code kept} and all of tasks.py
	 * @param values the {@code values}
	 * @return what it returned, by way of JSON
	 * @throws AssertionError if it raised
	 */
	JsonNode run(String code, Map<String, ?> values) {
		try {
			this.requests.write(mapper.writeValueAsString(Map.of("code", code, "values", values)));
			this.requests.newLine();
			this.requests.flush();
			String line = this.answers.readLine();
			if (line == null) {
				throw new AssertionError("The Python client ended");
			}
			JsonNode answer = mapper.readTree(line);
			if (answer.has("error")) {
				throw new AssertionError("The Python client raised " + answer.get("error").asString() + "\n"
						+ answer.get("traceback").asString());
			}
			return answer.get("value");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
