package io.github.celeryspring.result.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ResultDocumentsTests {

	private static final JsonMapper plain = new JsonMapper();

	private final ResultDocuments documents = new ResultDocuments(new Serializers(KombuJson.builder(true).build()));

	static Stream<Golden> jsonOfCelery() {
		return golden().filter((golden) -> golden.text().startsWith("{"));
	}

	static Stream<Golden> otherSerializersOfCelery() {
		return golden().filter((golden) -> !golden.text().startsWith("{"));
	}

	@Test
	void goldenDocumentsAreThere() {
		assertThat(jsonOfCelery()).hasSize(146);
		assertThat(otherSerializersOfCelery()).hasSize(6);
	}

	@ParameterizedTest
	@MethodSource("jsonOfCelery")
	void readsWhatCeleryWrites(Golden golden) {
		JsonNode expected = plain.readTree(golden.text());
		TaskResult read = this.documents.read("unknown", golden.content());
		assertThat(read.taskId()).isEqualTo(expected.get("task_id").stringValue());
		assertThat(golden.key()).endsWith("celery-task-meta-" + read.taskId());
		assertThat(read.state()).hasToString(expected.get("status").stringValue());
		assertThat(this.documents.isReady(golden.content())).isEqualTo(read.state().isReady());
		assertThat(read.dateDone() != null).isEqualTo(read.state().isReady());
		assertThat(read.children() == null).isEqualTo(expected.get("children").isNull());
		if (read.state().isException()) {
			assertThat(read.result()).isInstanceOfSatisfying(TaskFailure.class, (failure) -> {
				assertThat(failure.type()).isEqualTo(expected.at("/result/exc_type").stringValue());
				assertThat(failure.module()).isEqualTo(expected.at("/result/exc_module").stringValue());
				assertThat(failure.message()).hasSize(expected.at("/result/exc_message").size());
			});
		}
		else {
			assertThat(read.result()).isInstanceOf(JsonNode.class);
		}
	}

	@ParameterizedTest
	@MethodSource("jsonOfCelery")
	void writesWhatCeleryWrites(Golden golden) {
		TaskResult read = this.documents.read("unknown", golden.content());
		String expected = golden.text()
			// Celery before 5.5 left the offset out.
			.replaceAll("(\"date_done\": \"[-0-9T:.]+)\"", "$1+00:00\"");
		assertThat(new String(this.documents.write(read), StandardCharsets.US_ASCII)).isEqualTo(expected);
	}

	@ParameterizedTest
	@MethodSource("otherSerializersOfCelery")
	void refusesOtherSerializersClearly(Golden golden) {
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.documents.read("t", golden.content()))
			.withMessageContaining("result_serializer");
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.documents.isReady(golden.content()))
			.withMessageContaining("result_serializer");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "3", "{}", "{\"result\": 1}", "{\"status\": null}", "{\"status\": \"SUCC" })
	void refusesWhatIsNoResult(String text) {
		byte[] content = text.getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.documents.read("t", content));
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.documents.isReady(content));
	}

	@Test
	void readsADocumentWithHardlyAnything() {
		assertThat(read("{\"status\": \"REVOKED\"}"))
			.isEqualTo(new TaskResult("t", TaskState.REVOKED, null, null, null, null, null, null, null));
	}

	@Test
	void findsTheStatusBehindOtherKeys() {
		assertThat(this.documents
			.isReady("{\"result\": {\"status\": \"FAILURE\"}, \"children\": [], \"status\": \"STARTED\"}".getBytes()))
			.isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			"2026-11-22T20:17:26.977942"         | 2026-11-22T20:17:26.977942Z
			"2026-11-22T20:17:26"                | 2026-11-22T20:17:26Z
			"2026-11-22T20:17:26.977942+00:00"   | 2026-11-22T20:17:26.977942Z
			"2026-11-22T20:17:26.977942Z"        | 2026-11-22T20:17:26.977942Z
			"2026-11-23T05:17:26.5+09:00"        | 2026-11-22T20:17:26.5Z
			{"__type__": "datetime", "__value__": "2026-11-22T20:17:26+00:00"} | 2026-11-22T20:17:26Z
			"yesterday"                          |
			17                                   |
			null                                 |
			""")
	void readsEveryFormOfDateDone(String json, Instant expected) {
		assertThat(read("{\"status\": \"SUCCESS\", \"date_done\": " + json + "}").dateDone()).isEqualTo(expected);
	}

	@Test
	void readsAFailureWhoseMessageIsNoList() {
		assertThat(read("{\"status\": \"FAILURE\", \"result\": {\"exc_type\": \"E\", \"exc_message\": \"boom\"}}")
			.result()).isEqualTo(new TaskFailure("E", List.of("boom"), null));
		assertThat(
				read("{\"status\": \"FAILURE\", \"result\": {\"exc_message\": null, \"exc_module\": \"m\"}}").result())
			.isEqualTo(new TaskFailure("Exception", List.of(), "m"));
		assertThat(read("{\"status\": \"FAILURE\", \"result\": \"just text\"}").result())
			.isEqualTo(new TaskFailure("Exception", List.of("just text"), null));
	}

	@Test
	void argumentsOfAnExceptionThatCannotBeWrittenBecomeText() {
		Object unknown = new Object() {
			@Override
			public String toString() {
				return "<unknown>";
			}
		};
		TaskFailure failure = new TaskFailure("E", Arrays.asList("a", 1, null, unknown, List.of(2)), "m");
		byte[] written = this.documents
			.write(new TaskResult("t", TaskState.FAILURE, failure, null, null, null, null, null, null));
		assertThat(new String(written, StandardCharsets.UTF_8))
			.contains("\"exc_message\": [\"a\", 1, null, \"<unknown>\", [2]]");
	}

	@Test
	void writesTheFractionAlwaysWithSixDigits() {
		byte[] written = this.documents.write(new TaskResult("t", TaskState.SUCCESS, null, null, null,
				Instant.parse("2026-01-02T03:04:05Z"), null, null, null));
		assertThat(new String(written, StandardCharsets.UTF_8))
			.contains("\"date_done\": \"2026-01-02T03:04:05.000000+00:00\"");
	}

	@Test
	void readsChildrenOfAllKinds() {
		assertThat(read("{\"status\": \"SUCCESS\", \"children\": [[[\"a\", null], null], \"b\","
				+ " [[\"c\", [[\"parent\", null], null]], null],"
				+ " [[\"group\", null], [[[\"d\", null], null], [[\"e\", null], null]]], 7]}")
			.children()).containsExactly(ResultTree.task("a"), ResultTree.task("b"),
					new ResultTree("c", ResultTree.task("parent"), null),
					ResultTree.group("group", List.of(ResultTree.task("d"), ResultTree.task("e"))));
	}

	@Test
	void refusesWhatRedisCannotKeep() {
		ResultDocuments.checkSize("t", ResultDocuments.MAX_BYTES);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> ResultDocuments.checkSize("t", ResultDocuments.MAX_BYTES + 1))
			.withMessageContaining("536870913");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			'',     celery-task-meta-t
			rpfx,   rpfx_celery-task-meta-t
			rpfx_,  rpfx_celery-task-meta-t
			a:,     a:celery-task-meta-t
			a-,     a-celery-task-meta-t
			{a}.,   {a}.celery-task-meta-t
			""")
	void separatesThePrefix(String prefix, String key) {
		assertThat(new ResultKeys(prefix).task("t")).isEqualTo(key);
	}

	private TaskResult read(String json) {
		return this.documents.read("t", json.getBytes(StandardCharsets.UTF_8));
	}

	private static Stream<Golden> golden() {
		try {
			return Files.readAllLines(Path.of("src/test/resources/golden/curated.jsonl"))
				.stream()
				.filter((line) -> line.contains("\"cmd\": \"SET") && line.contains("celery-task-meta-"))
				.map(plain::readTree)
				.map(Golden::of);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	record Golden(String name, String key, byte[] content) {

		static Golden of(JsonNode line) {
			JsonNode arguments = line.get("args");
			JsonNode value = arguments.get(line.get("cmd").stringValue().equals("SETEX") ? 2 : 1);
			byte[] content = value.isString() ? value.stringValue().getBytes(StandardCharsets.UTF_8)
					: Base64.getDecoder().decode(value.get("b64").stringValue());
			return new Golden(line.get("name").stringValue(), arguments.get(0).stringValue(), content);
		}

		String text() {
			return new String(this.content, StandardCharsets.ISO_8859_1);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
