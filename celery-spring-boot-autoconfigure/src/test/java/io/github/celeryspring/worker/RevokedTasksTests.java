package io.github.celeryspring.worker;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.protocol.TaskHeaders;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RevokedTasksTests {

	private final RevokedTasks revoked = new RevokedTasks();

	@Test
	void findsTasksByTheirIds() {
		this.revoked.add(List.of("a", "b"));
		assertThat(this.revoked.contains(headers("a", null))).isTrue();
		assertThat(this.revoked.contains(headers("c", null))).isFalse();
		assertThat(this.revoked.ids()).containsExactly("a", "b");
	}

	@Test
	void findsTasksByOneOfTheirStamps() {
		this.revoked.addStamps(Map.of("tenant", List.of("x", 7), "user", "u"));
		assertThat(this.revoked.contains(headers("a", Map.of("tenant", "x")))).isTrue();
		assertThat(this.revoked.contains(headers("a", Map.of("tenant", List.of("y", "x"))))).isTrue();
		assertThat(this.revoked.contains(headers("a", Map.of("other", 1, "user", "u")))).isTrue();
		assertThat(this.revoked.contains(headers("a", Map.of("user", "x")))).isFalse();
		assertThat(this.revoked.contains(headers("a", Map.of()))).isFalse();
		assertThat(this.revoked.contains(headers("a", null))).isFalse();
		assertThat(this.revoked.ids()).isEmpty();
	}

	@Test
	void numbersAreComparedByValueAndNotWithText() {
		this.revoked.addStamps(Map.of("n", Arrays.asList(7L, 1.50, null)));
		assertThat(this.revoked.contains(headers("a", Map.of("n", 7)))).isTrue();
		assertThat(this.revoked.contains(headers("a", Map.of("n", 1.5f)))).isTrue();
		assertThat(this.revoked.contains(headers("a", Map.of("n", "7")))).isFalse();
		assertThat(this.revoked.contains(headers("a", Collections.singletonMap("n", null)))).isFalse();
	}

	private static TaskHeaders headers(String id, Map<String, Object> stamps) {
		return new TaskHeaders("py", "t", id, null, null, null, null, null, 0, null, null, null, null, null, null, null,
				null, 0, (stamps != null) ? List.copyOf(stamps.keySet()) : null,
				(stamps != null) ? new LinkedHashMap<>(stamps) : Map.of(), Map.of());
	}

}
