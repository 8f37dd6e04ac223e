package io.github.celeryspring.kombu.redis;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class KombuKeysTests {

	@ParameterizedTest
	@CsvSource({ "-1, ''", "0, ''", "2, ''", "3, 3", "5, 3", "6, 6", "8, 6", "9, 9", "10, 9", "255, 9" })
	void priorityChoosesTheList(int priority, String suffix) {
		KombuKeys keys = new KombuKeys(RedisTransportOptions.DEFAULTS);
		String expected = suffix.isEmpty() ? "celery" : "celery\u0006\u0016" + suffix;
		assertThat(KombuKeys.text(keys.list("celery", priority))).isEqualTo(expected);
	}

	@Test
	void otherStepsAndSeparator() {
		KombuKeys keys = new KombuKeys(
				RedisTransportOptions.builder().prioritySteps(List.of(0, 1, 2, 3, 4)).sep(":").build());
		assertThat(KombuKeys.text(keys.list("qa", 4))).isEqualTo("qa:4");
		assertThat(KombuKeys.text(keys.list("qa", 9))).isEqualTo("qa:4");
		assertThat(Arrays.stream(keys.lists("qa")).map(KombuKeys::text)).containsExactly("qa", "qa:1", "qa:2", "qa:3",
				"qa:4");
	}

	@Test
	void prefixStandsBeforeEveryKey() {
		KombuKeys keys = new KombuKeys(RedisTransportOptions.builder().globalKeyprefix("pfx:").build());
		assertThat(List.of(keys.unacked(), keys.unackedIndex(), keys.unackedMutex(), keys.list("q", 6),
				keys.deadLetters("q"), keys.bindings("x"), keys.permanentBindings("x")))
			.extracting(KombuKeys::text)
			.containsExactly("pfx:unacked", "pfx:unacked_index", "pfx:unacked_mutex", "pfx:q\u0006\u00166", "pfx:q.dlq",
					"pfx:_kombu.binding.x", "pfx:_kombu.binding_permanent.x");
	}

	@Test
	void tagsAreLongAndInOrder() {
		String prefix = KombuKeys.tagPrefix("w");
		assertThat(KombuKeys.tag(prefix, 7)).isEqualTo(prefix + "000000000007").hasSizeGreaterThan(64);
		assertThat(KombuKeys.tag(prefix, 1_234_567_890_123L)).isEqualTo(prefix + "1234567890123");
		assertThat(KombuKeys.tag(prefix, 9)).isLessThan(KombuKeys.tag(prefix, 10));
	}

}
