package io.github.celeryspring.control;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NodenameMatcherTests {

	@ParameterizedTest
	@CsvSource({ "celery@*, true", "*, true", "celery@web1, true", "celery@web?, true", "celery@web, false",
			"CELERY@*, false", "*@web[0-9], true", "*@web[!0-9], false", "*@web[!a-z], true", "*@web[]1], true",
			"*@web[1, false", "celery.web1, false", "*@w*[^]*, false" })
	void globAsPythonsFnmatch(String pattern, boolean matches) {
		assertThat(NodenameMatcher.matches("celery@web1", pattern, "glob")).isEqualTo(matches);
	}

	@ParameterizedTest
	@CsvSource({ "celery, true", "celery@web1, true", "web1, false", ".*web, true", "celery@web1$, true",
			"celery@w.$, false" })
	void pcreIsAnchoredAtTheStartOnly(String pattern, boolean matches) {
		assertThat(NodenameMatcher.matches("celery@web1", pattern, "pcre")).isEqualTo(matches);
	}

	@Test
	void otherMatchersAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> NodenameMatcher.matches("a", "a", "nosuch"));
	}

}
