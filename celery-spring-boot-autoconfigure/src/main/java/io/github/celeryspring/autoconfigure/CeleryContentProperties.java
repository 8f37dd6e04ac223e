package io.github.celeryspring.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Celery's settings about what bodies and results are made of.
 *
 * @param taskSerializer How arguments are written: json, yaml, msgpack or auth (signed).
 * @param resultSerializer How results are written, and expected to be when they are read:
 * json, yaml, msgpack or auth (signed).
 * @param acceptContent Which messages are read: names of serializers (json, yaml,
 * msgpack, pickle, auth) or their content types.
 * @param resultAcceptContent Which results are read. Without it as celery.accept-content.
 * @param taskCompression How arguments are compressed: gzip, bzip2, lzma, brotli or zstd.
 * All but gzip need a library.
 * @param resultCompression How results are compressed. Only Celery since 5.7 reads such
 * results.
 * @param maxDecompressedSize How large compressed content may become; larger messages are
 * refused.
 */
@ConfigurationProperties("celery")
record CeleryContentProperties(@DefaultValue("json") String taskSerializer,
		@DefaultValue("json") String resultSerializer, @DefaultValue("json") List<String> acceptContent,
		@Nullable List<String> resultAcceptContent, @Nullable String taskCompression,
		@Nullable String resultCompression, @DefaultValue("128MB") DataSize maxDecompressedSize) {

	/**
	 * Whether a serializer or content type is used for anything.
	 * @param name the name of the serializer
	 * @param contentType its content type
	 * @return whether it is named
	 */
	boolean mentions(String name, String contentType) {
		List<String> names = List.of(name, contentType);
		return names.contains(this.taskSerializer) || names.contains(this.resultSerializer)
				|| names.stream().anyMatch(this.acceptContent::contains)
				|| (this.resultAcceptContent != null && names.stream().anyMatch(this.resultAcceptContent::contains));
	}

}
