package io.github.celeryspring.kombu;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import io.github.celeryspring.CelerySerializationException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

import org.springframework.util.ClassUtils;

/**
 * How bodies and results are compressed. All but {@link #GZIP} need a library that an
 * application adds. Counterpart of {@code kombu.compression}.
 *
 * @since 0.1.0
 */
public enum Compression {

	/** A zlib stream, whatever the name says. */
	GZIP("application/x-gzip", List.of("gzip", "zlib"), null, null, () -> new GzipCodec()),

	/** By {@code org.apache.commons:commons-compress}. */
	BZIP2("application/x-bz2", List.of("bzip2", "bzip"), "org.apache.commons:commons-compress",
			"org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream", () -> new Bzip2Codec()),

	/** The xz format, by {@code org.tukaani:xz}. */
	LZMA("application/x-lzma", List.of("lzma", "xz"), "org.tukaani:xz", "org.tukaani.xz.XZInputStream",
			() -> new XzCodec()),

	/** By {@code com.aayushatharva.brotli4j:brotli4j} and its native library. */
	BROTLI("application/x-brotli", List.of("brotli"), "com.aayushatharva.brotli4j:brotli4j",
			"com.aayushatharva.brotli4j.Brotli4jLoader", () -> new BrotliCodec()),

	/** By {@code com.github.luben:zstd-jni}. */
	ZSTD("application/zstd", List.of("zstd", "zstandard"), "com.github.luben:zstd-jni",
			"com.github.luben.zstd.ZstdInputStream", () -> new ZstdCodec());

	private final String contentType;

	private final List<String> names;

	private final @Nullable String library;

	private final @Nullable String requiredClass;

	/** Each is asked only once its library is known to be there. */
	private final Supplier<Codec> codec;

	Compression(String contentType, List<String> names, @Nullable String library, @Nullable String requiredClass,
			Supplier<Codec> codec) {
		this.contentType = contentType;
		this.names = names;
		this.library = library;
		this.requiredClass = requiredClass;
		this.codec = codec;
	}

	/**
	 * Finds a compression.
	 * @param name one of kombu's names, such as {@code gzip} or {@code zlib}, or a
	 * content type
	 * @return the compression, or {@code null} if kombu knows none of that name
	 */
	public static @Nullable Compression named(String name) {
		for (Compression compression : values()) {
			if (compression.contentType.equals(name) || compression.names.contains(name)) {
				return compression;
			}
		}
		return null;
	}

	/**
	 * What the header {@code compression} says.
	 * @return such as {@code application/x-gzip}
	 */
	public String contentType() {
		return this.contentType;
	}

	/**
	 * The Maven coordinates of the library.
	 * @return such as {@code org.tukaani:xz}, or {@code null} if the JDK is enough
	 */
	@Nullable String library() {
		return this.library;
	}

	boolean isPresent(@Nullable ClassLoader classLoader) {
		return this.requiredClass == null || ClassUtils.isPresent(this.requiredClass, classLoader);
	}

	/**
	 * Compresses content.
	 * @param content the content
	 * @return the compressed content
	 * @throws CelerySerializationException if the native library does not work here
	 */
	public byte[] compress(byte[] content) {
		try {
			return this.codec.get().compress(content);
		}
		catch (IOException | LinkageError ex) {
			throw new CelerySerializationException("Cannot compress with " + this + ": " + ex, ex);
		}
	}

	/**
	 * Decompresses content.
	 * @param compressed the compressed content
	 * @param limit how many bytes there may be: a few can stand for gigabytes
	 * @return the content
	 * @throws CelerySerializationException if it is malformed or too large
	 */
	byte[] decompress(byte[] compressed, long limit) {
		int most = (int) Math.min(limit, Integer.MAX_VALUE - 16);
		byte[] content;
		try (InputStream in = this.codec.get().open(new ByteArrayInputStream(compressed))) {
			content = in.readNBytes(most + 1);
		}
		catch (IOException | RuntimeException | LinkageError ex) {
			throw new CelerySerializationException("Cannot decompress with " + this + ": " + ex, ex);
		}
		if (compressed.length == 0) {
			throw new CelerySerializationException("Cannot decompress with " + this + ": there is no content", null);
		}
		if (content.length > most) {
			throw new CelerySerializationException("What is compressed with " + this + " has more than " + most
					+ " bytes (celery.max-decompressed-size)", null);
		}
		return content;
	}

	@Override
	public String toString() {
		return this.names.get(0) + " (" + this.contentType + ")";
	}

	/**
	 * The only classes that see the libraries.
	 */
	interface Codec {

		byte[] compress(byte[] content) throws IOException;

		InputStream open(InputStream compressed) throws IOException;

	}

	/**
	 * Makes what compresses what is written to it.
	 */
	private interface Compressor {

		OutputStream to(OutputStream out) throws IOException;

		static byte[] compress(byte[] content, Compressor compressor) throws IOException {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 2 + 128);
			try (OutputStream out = compressor.to(bytes)) {
				out.write(content);
			}
			return bytes.toByteArray();
		}

	}

	private static final class GzipCodec implements Codec {

		@Override
		public byte[] compress(byte[] content) throws IOException {
			return Compressor.compress(content, DeflaterOutputStream::new);
		}

		@Override
		public InputStream open(InputStream compressed) {
			return new InflaterInputStream(compressed);
		}

	}

	private static final class Bzip2Codec implements Codec {

		@Override
		public byte[] compress(byte[] content) throws IOException {
			int blockSize = BZip2CompressorOutputStream.chooseBlockSize(content.length);
			return Compressor.compress(content, (out) -> new BZip2CompressorOutputStream(out, blockSize));
		}

		@Override
		public InputStream open(InputStream compressed) throws IOException {
			return new BZip2CompressorInputStream(compressed, true);
		}

	}

	private static final class XzCodec implements Codec {

		/** What a decoder needs for the highest preset, and more. */
		private static final int MAX_MEMORY_KIB = 100 * 1024;

		@Override
		public byte[] compress(byte[] content) throws IOException {
			LZMA2Options options = new LZMA2Options();
			// The encoder takes memory for the whole dictionary at once.
			options.setDictSize(Math.max(LZMA2Options.DICT_SIZE_MIN, Math.min(options.getDictSize(), content.length)));
			return Compressor.compress(content, (out) -> new XZOutputStream(out, options));
		}

		@Override
		public InputStream open(InputStream compressed) throws IOException {
			return new XZInputStream(compressed, MAX_MEMORY_KIB);
		}

	}

	private static final class BrotliCodec implements Codec {

		BrotliCodec() {
			Brotli4jLoader.ensureAvailability();
		}

		@Override
		public byte[] compress(byte[] content) throws IOException {
			return Compressor.compress(content, BrotliOutputStream::new);
		}

		@Override
		public InputStream open(InputStream compressed) throws IOException {
			return new BrotliInputStream(compressed);
		}

	}

	private static final class ZstdCodec implements Codec {

		@Override
		public byte[] compress(byte[] content) {
			// Not a stream: older peers need to find the size in the first bytes.
			return Zstd.compress(content);
		}

		@Override
		public InputStream open(InputStream compressed) throws IOException {
			return new ZstdInputStream(compressed);
		}

	}

}
