package io.github.celeryspring.kombu.redis;

import java.util.Objects;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryExchange.Type;
import io.github.celeryspring.kombu.CeleryQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BindingTests {

	@Test
	void directBindingHasNoPattern() {
		assertThat(Binding.member("celery", CeleryQueue.named("celery").allBindings().get(0), "|"))
			.isEqualTo("celery||celery");
	}

	/** What kombu 5.7.0 writes; {@code *} was {@code .*?[^\.]} before. */
	@ParameterizedTest
	@CsvSource({ "b.#, ^b\\..*?$", "a.*.#, ^a\\.[^\\.]+\\..*?$", "a-b.c_d, ^a\\-b\\.c\\_d$" })
	void topicBindingHasTheExpressionOfKombu(String key, String pattern) {
		CeleryQueue queue = new CeleryQueue("q", new CeleryExchange("x", Type.TOPIC), key);
		assertThat(Binding.member("q", queue.allBindings().get(0), "|")).isEqualTo(key + "|" + pattern + "|q");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "k||q; k; true", "k||q; k2; false", "b.#|^b\\..*?$|q; b.c.d; true", "b.#|^b\\..*?$|q; b; false",
					"a.*|^a\\..*?[^\\.]$|q; a.b; true", "a.*|^a\\.[^\\.]+$|q; a.b.c; false", "||q; ''; true" })
	void matchesAsKombuDoes(String member, String key, boolean matches) {
		assertThat(Objects.requireNonNull(Binding.parse(member, "|")).matches(key)).isEqualTo(matches);
	}

	@Test
	void membersThatAreNoneAreIgnored() {
		assertThat(Binding.parse("k|q", "|")).isNull();
		assertThat(Binding.parse("k||", "|")).isNull();
		assertThat(Binding.parse("k|(|q", "|")).isNull();
	}

}
