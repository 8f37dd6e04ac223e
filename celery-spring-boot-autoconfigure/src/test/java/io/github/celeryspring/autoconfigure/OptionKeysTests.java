package io.github.celeryspring.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class OptionKeysTests {

	@ParameterizedTest
	@ValueSource(strings = { "visibility_timeout", "visibility-timeout", "visibilityTimeout", "priority_steps[0]" })
	void knownKeysInAnySpellingAreSilent(String key, CapturedOutput output) {
		check("celery.broker-transport-options." + key, "1");
		assertThat(output).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "visiblity_timeout, visibility_timeout", "visibilityTimeOut1, visibility_timeout",
			"global-key-prefixx, global_keyprefix", "priority_step, priority_steps",
			"sentinel_kwarg, sentinel_kwargs" })
	void unknownKeyIsWarnedAboutWithTheNearest(String key, String nearest, CapturedOutput output) {
		check("celery.broker-transport-options." + key, "1");
		assertThat(output).contains("WARN")
			.contains("celery.broker-transport-options: unknown key '" + key + "' has no effect, did you mean '"
					+ nearest + "'?");
	}

	@Test
	void nothingIsSuggestedForAKeyLikeNoOther(CapturedOutput output) {
		check("celery.broker-transport-options.xyz", "1");
		assertThat(output).contains("unknown key 'xyz' has no effect").doesNotContain("did you mean");
	}

	@Test
	void keysOfALaterVersionAreSaidToBeUnsupported(CapturedOutput output) {
		check("celery.broker-transport-options.master_name", "mymaster");
		check("celery.broker-transport-options.sentinel_kwargs.password", "s3cret");
		assertThat(output).contains("'master_name' is not supported yet by this version")
			.contains("'sentinel_kwargs' is not supported yet by this version")
			.doesNotContain("s3cret");
	}

	@Test
	void keysForKombusOwnClientAreSaidToHaveNoMeaning(CapturedOutput output) {
		check("celery.broker-transport-options.maxConnections", "20");
		assertThat(output).contains("'maxConnections' has no meaning for this client");
	}

	@Test
	void optionsOfTheResultBackendHaveTheirOwnKeys(CapturedOutput output) {
		check("celery.result-backend-transport-options.global_keyprefix", "x");
		assertThat(output).isEmpty();
		check("celery.result-backend-transport-options.global_prefix", "x");
		assertThat(output).contains("celery.result-backend-transport-options: unknown key 'global_prefix'")
			.contains("did you mean 'global_keyprefix'?");
	}

	private static void check(String name, String value) {
		MockEnvironment environment = new MockEnvironment().withProperty(name, value);
		OptionKeys.BROKER.check(environment);
		OptionKeys.RESULTS.check(environment);
	}

}
