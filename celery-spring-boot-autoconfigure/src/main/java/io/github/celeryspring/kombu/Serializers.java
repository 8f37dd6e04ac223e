package io.github.celeryspring.kombu;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.ContentDisallowedException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The serializers and compressions in use, which of them are accepted, and the mapper
 * that converts their trees to Java types. Thread-safe. Counterpart of
 * {@code kombu.serialization.registry}, {@code kombu.compression} and of what
 * {@code celery.backends.base.Backend} does to results.
 *
 * @since 0.1.0
 */
public final class Serializers {

	private final JsonMapper mapper;

	private final ContentSerializer json;

	private final Map<String, ContentSerializer> byName;

	private final Map<String, ContentSerializer> accepted;

	private final Set<Compression> compressions;

	private final ContentSerializer task;

	private final ContentSerializer result;

	private final boolean resultAccepted;

	private final @Nullable Compression taskCompression;

	private final @Nullable Compression resultCompression;

	private final long maxDecompressedSize;

	/**
	 * Creates a registry with the json serializer alone.
	 * @param mapper from {@link KombuJson#builder}
	 */
	public Serializers(JsonMapper mapper) {
		this(new Builder(mapper));
	}

	private Serializers(Builder builder) {
		this.mapper = builder.mapper;
		this.json = builder.find("json");
		this.byName = new LinkedHashMap<>(builder.byName);
		this.compressions = builder.compressions;
		this.task = (builder.task != null) ? builder.task : this.json;
		this.result = (builder.result != null) ? builder.result : this.json;
		List<ContentSerializer> accepted = (builder.accepted != null) ? builder.accepted : List.of(this.json);
		this.accepted = new TreeMap<>();
		accepted.forEach((serializer) -> this.accepted.put(serializer.contentType(), serializer));
		this.resultAccepted = ((builder.resultAccepted != null) ? builder.resultAccepted : accepted)
			.contains(this.result);
		this.taskCompression = builder.taskCompression;
		this.resultCompression = builder.resultCompression;
		this.maxDecompressedSize = builder.maxDecompressedSize;
	}

	/**
	 * Starts with the json serializer, which is used and accepted unless said otherwise.
	 * @param mapper from {@link KombuJson#builder}
	 * @return a builder
	 */
	public static Builder builder(JsonMapper mapper) {
		return new Builder(mapper);
	}

	/**
	 * The mapper that converts trees to Java values and back.
	 * @return the mapper
	 */
	public JsonMapper mapper() {
		return this.mapper;
	}

	/**
	 * The json serializer.
	 * @return the serializer
	 */
	public ContentSerializer json() {
		return this.json;
	}

	/**
	 * The serializer of results.
	 * @return the serializer
	 */
	public ContentSerializer result() {
		return this.result;
	}

	/**
	 * Finds the serializer for a message to be sent.
	 * @param name its name, or {@code null} for the one that is configured
	 * @return the serializer
	 * @throws CelerySerializationException if there is none of that name
	 */
	public ContentSerializer forSending(@Nullable String name) {
		return (name != null) ? find(this.byName, name) : this.task;
	}

	/**
	 * Finds the compression for a message to be sent.
	 * @param name its name, or {@code null} for the one that is configured
	 * @return the compression, or {@code null} for none
	 * @throws CelerySerializationException if there is none of that name, or its library
	 * is missing
	 */
	public @Nullable Compression compressionForSending(@Nullable String name) {
		return (name != null) ? find(this.compressions, name) : this.taskCompression;
	}

	/**
	 * Finds the serializer for a received content type.
	 * @param contentType from the envelope
	 * @return the serializer
	 * @throws ContentDisallowedException if the type is not accepted
	 */
	public ContentSerializer forContentType(String contentType) {
		ContentSerializer serializer = this.accepted.get(contentType);
		if (serializer == null) {
			throw new ContentDisallowedException(
					"Content type '" + TaggedValues.shown(contentType) + "' is not accepted, only "
							+ String.join(", ", this.accepted.keySet()) + " is (celery.accept-content)");
		}
		return serializer;
	}

	/**
	 * Reads the body of a message.
	 * @param message the message
	 * @return the tree
	 * @throws ContentDisallowedException if its content type is not accepted, or it is
	 * compressed in a way that cannot be undone here
	 * @throws CelerySerializationException if the content cannot be read
	 */
	public JsonNode deserialize(KombuMessage message) {
		return forContentType(message.contentType()).deserialize(content(message));
	}

	/**
	 * Undoes the compression of a message, if there is any.
	 * @param message the message
	 * @return the body, uncompressed
	 * @throws ContentDisallowedException if it is compressed in a way that cannot be
	 * undone here
	 * @throws CelerySerializationException if it cannot be decompressed
	 */
	public byte[] content(KombuMessage message) {
		Object compression = message.headers().get("compression");
		byte[] body = message.body();
		return (compression != null) ? decompress(body, String.valueOf(compression)) : body;
	}

	private byte[] decompress(byte[] content, String compression) {
		Compression known;
		try {
			known = find(this.compressions, compression);
		}
		catch (CelerySerializationException ex) {
			throw new ContentDisallowedException("The content is compressed. " + ex.getMessage());
		}
		return known.decompress(content, this.maxDecompressedSize);
	}

	/**
	 * Serializes and compresses what is stored as a result.
	 * @param value any value
	 * @return what to store
	 * @throws CelerySerializationException if it cannot be written
	 */
	public byte[] encodeResult(@Nullable Object value) {
		byte[] content = this.result.serialize(value);
		if (this.resultCompression == null) {
			return content;
		}
		return new CompressedResult(this.resultCompression.contentType(), this.resultCompression.compress(content))
			.toStored();
	}

	/**
	 * Undoes {@link #encodeResult}, whatever the compression.
	 * @param stored what was stored
	 * @return the tree
	 * @throws ContentDisallowedException if results of that content type are not
	 * accepted, or it is compressed in a way that cannot be undone here
	 * @throws CelerySerializationException if it cannot be read
	 */
	public JsonNode decodeResult(byte[] stored) {
		if (!this.resultAccepted) {
			throw new ContentDisallowedException("Results of content type '" + this.result.contentType()
					+ "', which is that of celery.result-serializer, are not accepted"
					+ " (celery.result-accept-content, or else celery.accept-content)");
		}
		if (!CompressedResult.is(stored)) {
			return this.result.deserialize(stored);
		}
		CompressedResult compressed = CompressedResult.of(stored);
		return this.result.deserialize(decompress(compressed.content(), compressed.compression()));
	}

	/**
	 * Whether a stored result is plain JSON, which need not be read from end to end.
	 * @param stored what was stored
	 * @return whether it is accepted, JSON and not compressed
	 */
	public boolean isPlainJson(byte[] stored) {
		return this.resultAccepted && this.result == this.json && !CompressedResult.is(stored);
	}

	private static ContentSerializer find(Map<String, ContentSerializer> byName, String name) {
		ContentSerializer serializer = byName.get(name);
		if (serializer != null) {
			return serializer;
		}
		for (ContentSerializer each : byName.values()) {
			if (each.contentType().equals(name)) {
				return each;
			}
		}
		throw new CelerySerializationException(
				"There is no serializer '" + TaggedValues.shown(name) + "', only " + String.join(", ", byName.keySet())
						+ (name.endsWith("yaml") ? "; for yaml, org.yaml:snakeyaml must be on the class path" : ""),
				null);
	}

	private static Compression find(Set<Compression> present, String name) {
		Compression compression = Compression.named(name);
		if (compression == null) {
			throw new CelerySerializationException(
					"There is no compression '" + TaggedValues.shown(name) + "', only gzip, bzip2, lzma, brotli, zstd",
					null);
		}
		if (!present.contains(compression)) {
			throw new CelerySerializationException(
					"For " + compression + ", " + compression.library() + " must be on the class path", null);
		}
		return compression;
	}

	/**
	 * Builds {@link Serializers}. Names are those of kombu or content types. All methods
	 * throw a {@link CelerySerializationException} if there is no serializer or
	 * compression of a name here. Not thread-safe.
	 */
	public static final class Builder {

		/** What an uncompressed message would seldom have. */
		private static final long MAX_DECOMPRESSED_SIZE = 128L * 1024 * 1024;

		private final JsonMapper mapper;

		private final Map<String, ContentSerializer> byName = new LinkedHashMap<>();

		private final Set<Compression> compressions = EnumSet.noneOf(Compression.class);

		private @Nullable List<ContentSerializer> accepted;

		private @Nullable List<ContentSerializer> resultAccepted;

		private @Nullable ContentSerializer task;

		private @Nullable ContentSerializer result;

		private @Nullable Compression taskCompression;

		private @Nullable Compression resultCompression;

		private long maxDecompressedSize = MAX_DECOMPRESSED_SIZE;

		private Builder(JsonMapper mapper) {
			this.mapper = mapper;
			add(ContentSerializers.json(mapper));
			ClassLoader classLoader = ClassUtils.getDefaultClassLoader();
			for (Compression compression : Compression.values()) {
				if (compression.isPresent(classLoader)) {
					this.compressions.add(compression);
				}
			}
		}

		/**
		 * Adds a serializer, or replaces the one of that name; before it is named.
		 * @param serializer the serializer
		 * @return this builder
		 */
		public Builder add(ContentSerializer serializer) {
			this.byName.put(serializer.name(), serializer);
			return this;
		}

		/**
		 * How messages are written for which nothing else is said.
		 * @param name Celery's {@code task_serializer}
		 * @return this builder
		 */
		public Builder taskSerializer(String name) {
			this.task = writing(name);
			return this;
		}

		/**
		 * How results are written, and expected to be written when they are read.
		 * @param name Celery's {@code result_serializer}
		 * @return this builder
		 */
		public Builder resultSerializer(String name) {
			this.result = writing(name);
			return this;
		}

		/**
		 * Which messages are read.
		 * @param names Celery's {@code accept_content}
		 * @return this builder
		 */
		public Builder acceptContent(Collection<String> names) {
			this.accepted = names.stream().map(this::find).toList();
			return this;
		}

		/**
		 * Which results are read.
		 * @param names Celery's {@code result_accept_content}; without it, as messages
		 * @return this builder
		 */
		public Builder resultAcceptContent(Collection<String> names) {
			this.resultAccepted = names.stream().map(this::find).toList();
			return this;
		}

		/**
		 * How messages are compressed for which nothing else is said.
		 * @param name Celery's {@code task_compression}
		 * @return this builder
		 */
		public Builder taskCompression(String name) {
			this.taskCompression = tried(name);
			return this;
		}

		/**
		 * How results are compressed. Only Celery since 5.7 reads such results.
		 * @param name Celery's {@code result_compression}
		 * @return this builder
		 */
		public Builder resultCompression(String name) {
			this.resultCompression = tried(name);
			return this;
		}

		/**
		 * How much compressed content may grow; more is refused.
		 * @param bytes at least 1; 128 MiB unless set
		 * @return this builder
		 */
		public Builder maxDecompressedSize(long bytes) {
			this.maxDecompressedSize = bytes;
			return this;
		}

		private ContentSerializer writing(String name) {
			ContentSerializer serializer = find(name);
			if (serializer instanceof PickleContentSerializer) {
				throw new CelerySerializationException("pickle is only read, never written", null);
			}
			return serializer;
		}

		/** A library may be there without its native part. */
		private Compression tried(String name) {
			Compression compression = Serializers.find(this.compressions, name);
			compression.compress(new byte[0]);
			return compression;
		}

		private ContentSerializer find(String name) {
			return Serializers.find(this.byName, name);
		}

		/**
		 * Builds the registry.
		 * @return the registry
		 */
		public Serializers build() {
			return new Serializers(this);
		}

	}

}
