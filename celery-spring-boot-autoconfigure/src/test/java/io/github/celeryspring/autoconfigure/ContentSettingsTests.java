package io.github.celeryspring.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.ContentDisallowedException;
import io.github.celeryspring.kombu.Compression;
import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.testsupport.TestCertificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContentSettings}, {@link SecuritySettings} and their properties.
 */
class ContentSettingsTests {

	@TempDir
	static Path keys;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CeleryAutoConfiguration.class, SslAutoConfiguration.class));

	@BeforeAll
	static void makeKeys() {
		TestCertificates.createSigner(keys, "signer");
	}

	@Test
	void jsonIsTheDefault() {
		this.runner.run((context) -> {
			Serializers serializers = context.getBean(Serializers.class);
			assertThat(serializers.forSending(null)).isSameAs(serializers.forContentType("application/json"));
			assertThat(serializers.result()).isSameAs(serializers.forSending(null));
			assertThat(serializers.compressionForSending(null)).isNull();
			assertThat(serializers.forSending("msgpack").name()).isEqualTo("msgpack");
			assertThatExceptionOfType(ContentDisallowedException.class)
				.isThrownBy(() -> serializers.forContentType("application/x-yaml"))
				.withMessageContaining("only application/json is");
		});
	}

	@Test
	void contentIsThatOfTheProperties() {
		this.runner
			.withPropertyValues("celery.task-serializer=msgpack", "celery.result-serializer=application/x-yaml",
					"celery.accept-content=yaml,application/x-msgpack,pickle", "celery.task-compression=zlib",
					"celery.result-compression=xz", "celery.max-decompressed-size=1KB")
			.run((context) -> {
				Serializers serializers = context.getBean(Serializers.class);
				assertThat(serializers.forSending(null).name()).isEqualTo("msgpack");
				assertThat(serializers.compressionForSending(null)).isEqualTo(Compression.GZIP);
				assertThat(serializers.result().name()).isEqualTo("yaml");
				assertThat(serializers.forContentType("application/x-python-serialize").name()).isEqualTo("pickle");
				assertThat(serializers.decodeResult(serializers.encodeResult(List.of("a"))).get(0).stringValue())
					.isEqualTo("a");
				assertThatExceptionOfType(ContentDisallowedException.class)
					.isThrownBy(() -> serializers.forContentType("application/json"));
				byte[] large = serializers.encodeResult("x".repeat(2000));
				assertThat(large).hasSizeLessThan(300);
				assertThatExceptionOfType(CelerySerializationException.class)
					.isThrownBy(() -> serializers.decodeResult(large))
					.withMessageContaining("celery.max-decompressed-size");
			});
	}

	@Test
	void resultsMayBeAcceptedOtherwise() {
		this.runner.withPropertyValues("celery.accept-content=msgpack", "celery.task-serializer=msgpack")
			.run((context) -> assertThatExceptionOfType(ContentDisallowedException.class)
				.isThrownBy(() -> context.getBean(Serializers.class).decodeResult(new byte[] { '1' }))
				.withMessageContaining("celery.result-accept-content"));
		this.runner
			.withPropertyValues("celery.accept-content=msgpack", "celery.task-serializer=msgpack",
					"celery.result-accept-content=json")
			.run((context) -> assertThat(context.getBean(Serializers.class).decodeResult(new byte[] { '1' }).intValue())
				.isEqualTo(1));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			celery.task-serializer       | xml      | There is no serializer 'xml'
			celery.task-serializer       | pickle   | pickle is only read
			celery.result-serializer     | pickle   | pickle is only read
			celery.accept-content        | json,xml | There is no serializer 'xml'
			celery.result-accept-content | text/xml | There is no serializer 'text/xml'
			celery.task-compression      | lz4      | There is no compression 'lz4'
			celery.result-compression    | lz4      | There is no compression 'lz4'
			""")
	void whatThereIsNotIsRefused(String property, String value, String problem) {
		assertRefused(this.runner.withPropertyValues(property + "=" + value), "'" + property + "'", problem);
	}

	@ParameterizedTest
	@CsvSource({ "task-compression, bzip2, org.apache.commons.compress, org.apache.commons:commons-compress",
			"task-compression, lzma, org.tukaani, org.tukaani:xz",
			"result-compression, brotli, com.aayushatharva, com.aayushatharva.brotli4j:brotli4j",
			"result-compression, zstd, com.github.luben, com.github.luben:zstd-jni",
			"task-serializer, yaml, org.yaml, org.yaml:snakeyaml",
			"accept-content, yaml, org.yaml, org.yaml:snakeyaml" })
	void missingLibraryIsNamed(String property, String value, String packageName, String library) {
		ApplicationContextRunner without = this.runner.withClassLoader(new FilteredClassLoader(packageName));
		without.run((context) -> assertThat(context).hasNotFailed());
		assertRefused(without.withPropertyValues("celery." + property + "=" + value), "'celery." + property + "'",
				library + " must be on the class path");
	}

	@Test
	void applicationsSerializersTakePart() {
		this.runner.withBean(ContentSerializer.class, Shout::new)
			.withPropertyValues("celery.task-serializer=shout", "celery.accept-content=shout")
			.run((context) -> {
				Serializers serializers = context.getBean(Serializers.class);
				assertThat(serializers.forSending(null).serialize("a")).asString().isEqualTo("A!");
				assertThat(serializers.forContentType("text/shout")).isInstanceOf(Shout.class);
			});
	}

	@Test
	void messagesAreSignedWithTheKeysOfFiles() {
		ApplicationContextRunner auth = this.runner.withPropertyValues("celery.task-serializer=auth",
				"celery.accept-content=auth", "celery.security-key=" + keys.resolve("signer-key.pem"),
				"celery.security-certificate=" + keys.resolve("signer.pem"));
		auth.withPropertyValues("celery.security-cert-store=" + keys.resolve("*r.pem"))
			.run((context) -> assertSigns(context.getBean(Serializers.class)));
		assertRefused(auth, "'celery.security-cert-store'", "all three must be set");
		assertRefused(auth.withPropertyValues("celery.security-cert-store=" + keys), "'celery.security-cert-store'",
				"signer-key.pem");
		assertRefused(auth.withPropertyValues("celery.security-cert-store=" + keys.resolve("*r.pem"),
				"celery.security-digest=md6"), "'celery.security-digest'", "md6");
	}

	@Test
	void messagesAreSignedWithTheKeysOfABundle() {
		ApplicationContextRunner auth = this.runner.withPropertyValues("celery.task-serializer=auth",
				"celery.accept-content=auth", "celery.security-bundle=signer");
		assertRefused(auth, "'celery.security-bundle'", "signer");
		String bundle = "spring.ssl.bundle.pem.signer.";
		ApplicationContextRunner keyOnly = auth.withPropertyValues(
				bundle + "keystore.certificate=" + keys.resolve("signer.pem").toUri(),
				bundle + "keystore.private-key=" + keys.resolve("signer-key.pem").toUri());
		assertRefused(keyOnly, "'celery.security-bundle'", "both a keystore and a truststore");
		keyOnly.withPropertyValues(bundle + "truststore.certificate=" + keys.resolve("signer.pem").toUri())
			.run((context) -> assertSigns(context.getBean(Serializers.class)));
	}

	@Test
	void itIsAllOrNothingAsInCelery() {
		assertRefused(this.runner.withPropertyValues("celery.task-serializer=auth"), "'celery.accept-content'",
				"[json]");
		assertRefused(this.runner.withPropertyValues("celery.accept-content=auth,json", "celery.task-serializer=auth"),
				"'celery.accept-content'", "[auth, json]");
		assertRefused(this.runner.withPropertyValues("celery.accept-content=auth"), "'celery.task-serializer'", "json");
	}

	@Test
	void noPasswordIsShown() {
		assertThat(new CelerySecurityProperties(null, "key", "secret", null, null, "sha256", true).toString())
			.doesNotContain("secret");
	}

	private static void assertSigns(Serializers serializers) {
		byte[] signed = serializers.forSending(null).serialize(List.of(1));
		assertThat(serializers.forContentType("application/data").deserialize(signed)).hasToString("[1]");
		assertThatExceptionOfType(ContentDisallowedException.class)
			.isThrownBy(() -> serializers.forContentType("application/json"));
	}

	private static void assertRefused(ApplicationContextRunner runner, String property, String problem) {
		runner.run((context) -> assertThat(context).getFailure()
			.hasStackTraceContaining(CeleryConfigurationException.class.getName())
			.hasStackTraceContaining(property)
			.hasStackTraceContaining(problem));
	}

	/**
	 * An application's own serializer.
	 */
	private static final class Shout implements ContentSerializer {

		@Override
		public String name() {
			return "shout";
		}

		@Override
		public String contentType() {
			return "text/shout";
		}

		@Override
		public String contentEncoding() {
			return "utf-8";
		}

		@Override
		public byte[] serialize(@Nullable Object value) {
			return (value + "!").toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public JsonNode deserialize(byte[] content) {
			return StringNode.valueOf(new String(content, StandardCharsets.UTF_8));
		}

	}

}
