package io.github.celeryspring.result.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.ResultTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GroupDocumentsTests {

	private final GroupDocuments documents = new GroupDocuments(new Serializers(KombuJson.builder(true).build()));

	@Test
	void writesWhatCeleryWrites() {
		ResultTree nested = ResultTree.group("inner", List.of(ResultTree.task("b")));
		ResultTree group = new ResultTree("g", ResultTree.task("p"), List.of(ResultTree.task("a"), nested));
		assertThat(new String(this.documents.write(group), StandardCharsets.UTF_8))
			.isEqualTo("{\"result\": [[\"g\", [[\"p\", null], null]], "
					+ "[[[\"a\", null], null], [[\"inner\", null], [[[\"b\", null], null]]]]]}");
		assertThat(this.documents.read(this.documents.write(group))).isEqualTo(group);
	}

	@Test
	void readsThePlainIdsOfOlderPeers() {
		assertThat(read("{\"result\": [\"g\", [[\"a\", null], [[\"b\", null], null]]]}"))
			.isEqualTo(ResultTree.group("g", List.of(ResultTree.task("a"), ResultTree.task("b"))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "1", "{\"result\": null}", "{\"result\": [[null, null], []]}", "no json" })
	void refusesWhatIsNoGroup(String document) {
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> read(document));
	}

	private ResultTree read(String document) {
		return this.documents.read(document.getBytes(StandardCharsets.UTF_8));
	}

}
