package io.github.celeryspring.kombu;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SharedValueTests {

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private SharedValue shared(Object value) {
		return new SharedValue(value, this.serializers.json());
	}

	@Test
	void isWrittenAsTheValueItself() {
		Object value = Map.of("ä", Arrays.asList(1.5, "\uD83D\uDE00", null, List.of()));
		Object shared = shared(value);
		for (ContentSerializer content : List.of(this.serializers.json(),
				new MsgpackContentSerializer(this.serializers.mapper()))) {
			assertThat(content.serialize(Arrays.asList(1, shared, Map.of("again", shared))))
				.isEqualTo(content.serialize(Arrays.asList(1, value, Map.of("again", value))));
		}
	}

	@Test
	void refusesWhatCannotBeWritten() {
		Object shared = List.of(shared(new Object()));
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> this.serializers.json().serialize(shared))
			.withMessageContaining("java.lang.Object");
	}

}
