package io.github.celeryspring.kombu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CeleryException;
import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.ContentDisallowedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.FilteredClassLoader;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Compression}, and for how {@link Serializers} use it.
 */
class CompressionTests {

	private static final long LIMIT = 1024 * 1024;

	private final JsonMapper mapper = KombuJson.builder(true).build();

	/** The bytes are those of Python 3.11. */
	@ParameterizedTest
	@CsvSource({ "gzip, eJyLjlZQUoqNBQAHSwHV", "bzip2, QlpoOTFBWSZTWVQ3gUEAAAISAFAAAAogADDNNCG9QheYXckU4UJBUN4FBA==",
			"lzma, /Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAGW1sgIiJdXQAAdOo7/3Wc3mAAAR8HFi64cx+2830BAAAAAARZWg==",
			"brotli, CwOAW1sgIiJdXQM=", "zstd, KLUv/SAHOQAAW1sgIiJdXQ==" })
	void readsWhatPythonWrites(String name, String compressed) {
		assertThat(Compression.named(name).decompress(Base64.getDecoder().decode(compressed), LIMIT))
			.asString(StandardCharsets.US_ASCII)
			.isEqualTo("[[ \"\"]]");
	}

	@ParameterizedTest
	@EnumSource
	void givesBackWhatItGot(Compression compression) {
		for (int length : new int[] { 0, 1, 300, 70_000 }) {
			byte[] content = new byte[length];
			for (int i = 0; i < length; i++) {
				content[i] = (byte) (i * i >> 3);
			}
			assertThat(compression.decompress(compression.compress(content), length)).isEqualTo(content);
		}
	}

	@ParameterizedTest
	@EnumSource
	void bombIsRefused(Compression compression) {
		byte[] bomb = compression.compress(new byte[(int) LIMIT + 1]);
		assertThat(bomb).hasSizeLessThan(2000);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> compression.decompress(bomb, LIMIT))
			.withMessageContaining("more than 1048576 bytes")
			.withMessageContaining("celery.max-decompressed-size");
	}

	@ParameterizedTest
	@EnumSource
	void malformedContentIsRefused(Compression compression) {
		byte[] compressed = compression.compress("some text".repeat(20).getBytes(StandardCharsets.US_ASCII));
		for (int length = 0; length < compressed.length; length++) {
			byte[] cut = Arrays.copyOf(compressed, length);
			assertThatExceptionOfType(CelerySerializationException.class).as(compression + " " + length)
				.isThrownBy(() -> compression.decompress(cut, LIMIT));
		}
		byte[] other = new byte[100];
		Arrays.fill(other, (byte) 0x5a);
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> compression.decompress(other, LIMIT));
	}

	@Test
	void namesAreThoseOfKombu() {
		assertThat(List.of("gzip", "zlib", "application/x-gzip").stream().map(Compression::named))
			.containsOnly(Compression.GZIP);
		assertThat(List.of("bzip2", "bzip", "application/x-bz2").stream().map(Compression::named))
			.containsOnly(Compression.BZIP2);
		assertThat(List.of("lzma", "xz", "application/x-lzma").stream().map(Compression::named))
			.containsOnly(Compression.LZMA);
		assertThat(List.of("brotli", "application/x-brotli").stream().map(Compression::named))
			.containsOnly(Compression.BROTLI);
		assertThat(List.of("zstd", "zstandard", "application/zstd").stream().map(Compression::named))
			.containsOnly(Compression.ZSTD);
		assertThat(Compression.named("lz4")).isNull();
	}

	@Test
	void messageWhoseLibraryIsMissingIsRefusedWithItsName() {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		Serializers serializers;
		try (FilteredClassLoader without = new FilteredClassLoader("org.tukaani")) {
			Thread.currentThread().setContextClassLoader(without);
			serializers = new Serializers(this.mapper);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
		assertThatExceptionOfType(ContentDisallowedException.class)
			.isThrownBy(() -> serializers.deserialize(message("application/x-lzma")))
			.withMessageContaining("lzma (application/x-lzma)")
			.withMessageContaining("org.tukaani:xz must be on the class path");
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> serializers.compressionForSending("xz"))
			.withMessageContaining("org.tukaani:xz");
		assertThat(serializers.compressionForSending("zstd")).isEqualTo(Compression.ZSTD);
	}

	@Test
	void unknownCompressionIsRefused() {
		assertThatExceptionOfType(ContentDisallowedException.class)
			.isThrownBy(() -> new Serializers(this.mapper).deserialize(message("application/x-lz4")))
			.withMessageContaining("'application/x-lz4'");
	}

	/** Celery 5.7.0 wrote this. */
	@Test
	void compressedResultsSayHow() {
		byte[] stored = Base64.getDecoder()
			.decode("AGNlbGVyeS1jb21wcmVzc2VkAGFwcGxpY2F0aW9uL3gtZ3ppcAB4nIuOVlKKjQUABfQBtQ==");
		Serializers plain = new Serializers(this.mapper);
		assertThat(plain.decodeResult(stored)).hasToString("[[\"\"]]");
		assertThat(plain.isPlainJson(stored)).isFalse();
		Serializers compressing = Serializers.builder(this.mapper).resultCompression("zlib").build();
		assertThat(compressing.encodeResult(List.of(List.of("")))).startsWith(Arrays.copyOf(stored, 38));
		assertThat(plain.decodeResult(compressing.encodeResult(Map.of("a", 1)))).hasToString("{\"a\":1}");
		for (int length = 19; length < stored.length; length++) {
			byte[] cut = Arrays.copyOf(stored, length);
			assertThatExceptionOfType(CeleryException.class).isThrownBy(() -> plain.decodeResult(cut));
		}
	}

	private static KombuMessage message(String compression) {
		return new KombuMessage(new byte[0], "application/json", "utf-8", Map.of("compression", compression),
				new MessageProperties(null, null, 2, DeliveryInfo.toQueue("q"), 0, "1", null, Map.of()));
	}

}
