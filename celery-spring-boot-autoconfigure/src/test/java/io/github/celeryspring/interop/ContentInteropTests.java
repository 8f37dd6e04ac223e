package io.github.celeryspring.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.ContentSerializers;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.security.SecureSerializer;
import io.github.celeryspring.security.SecurityKeys;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TestCertificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every serializer with every compression, both ways, in messages and in results.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class ContentInteropTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	@TempDir
	static Path keys;

	private static final JsonMapper mapper = KombuJson.builder(true).build();

	private static final List<@Nullable String> compressions = Arrays.asList(null, "gzip", "bzip2", "lzma", "brotli",
			"zstd");

	private static final KombuMessageCodec envelopes = new KombuMessageCodec();

	ContentInteropTests(PythonCeleryVersion version) {
	}

	@BeforeAll
	static void makeKeys() {
		TestCertificates.createSigner(keys, "java");
		TestCertificates.createSigner(keys, "python");
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		python.run("""
				import content
				from celery.security.serialization import register_auth
				kombu.enable_insecure_serializers()
				read = lambda name: open(values["keys"] + "/" + name).read()
				register_auth(key=read("python-key.pem"), cert=read("python.pem"), store=values["keys"] + "/*[!y].pem")
				kept["content"] = content
				""", Map.of("keys", keys.toString()));
	}

	private static Serializers.Builder serializers() {
		List<ContentSerializer> inner = List.of(ContentSerializers.json(mapper), ContentSerializers.yaml(mapper),
				ContentSerializers.msgpack(mapper));
		Serializers.Builder builder = Serializers.builder(mapper);
		inner.forEach(builder::add);
		return builder.add(ContentSerializers.pickle())
			.add(new SecureSerializer(keys(), "sha256", inner, python.version() != PythonCeleryVersion.V5_2))
			.acceptContent(List.of("json", "yaml", "msgpack", "pickle", "auth"));
	}

	private static Supplier<SecurityKeys> keys() {
		try {
			SecurityKeys loaded = new SecurityKeys(PemContent.load(keys.resolve("java-key.pem")).getPrivateKey(),
					PemContent.load(keys.resolve("java.pem")).getCertificates().get(0),
					PemContent.load(keys.resolve("python.pem")).getCertificates());
			return () -> loaded;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void pythonReadsWhatJavaWrites() {
		Map<String, String> shown = new LinkedHashMap<>();
		String plain = "['h\u00e9', 70000, -1.5, None, {'k': [True, '%s']}".formatted("x".repeat(200));
		shown.put("json", plain + "]");
		shown.put("auth", plain + "]");
		shown.put("yaml",
				plain + ", b'\\xff\\x00', datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)]");
		shown.put("msgpack", plain + ", b'\\xff\\x00', Timestamp(seconds=1767323045, nanoseconds=0)]");
		List<Object> simple = Arrays.asList("h\u00e9", 70000, -1.5, null, Map.of("k", List.of(true, "x".repeat(200))));
		List<Object> rich = new ArrayList<>(simple);
		rich.addAll(List.of(new byte[] { -1, 0 }, Instant.parse("2026-01-02T03:04:05Z")));
		List<String> expected = new ArrayList<>();
		shown.forEach((serializer, repr) -> compressions.forEach((compression) -> {
			push(serializer, compression, repr.contains("b'") ? rich : simple);
			expected.add(repr);
		}));
		JsonNode read = python.run("""
				read = []
				with app.connection_for_read() as connection:
				    queue = connection.SimpleQueue("to-python")
				    for _ in range(values["count"]):
				        message = queue.get(timeout=10)
				        message.accept = None
				        read.append(repr(message.payload))
				        message.ack()
				return read
				""", Map.of("count", expected.size()));
		assertThat(read.valueStream().map(JsonNode::stringValue)).containsExactlyElementsOf(expected);
	}

	private static void push(String serializer, @Nullable String compression, List<Object> value) {
		Serializers.Builder builder = serializers().taskSerializer(serializer);
		if (compression != null) {
			builder.taskCompression(compression);
		}
		Serializers serializers = builder.build();
		ContentSerializer content = serializers.forSending(null);
		byte[] body = content.serialize(value);
		Map<String, @Nullable Object> headers = new LinkedHashMap<>();
		if (compression != null) {
			body = serializers.compressionForSending(null).compress(body);
			headers.put("compression", serializers.compressionForSending(null).contentType());
		}
		MessageProperties properties = new MessageProperties("1", null, MessageProperties.PERSISTENT,
				DeliveryInfo.toQueue("to-python"), 0, "1", null, Map.of());
		KombuMessage message = new KombuMessage(body, content.contentType(), content.contentEncoding(), headers,
				properties);
		redis.commands().lpush("to-python", new String(envelopes.encode(message), StandardCharsets.UTF_8));
	}

	@Test
	void javaReadsWhatPythonWrites() throws IOException {
		python.run(
				"""
						with app.connection_for_write() as connection:
						    producer = connection.Producer()
						    for serializer in ["json", "yaml", "msgpack", "pickle", "auth"]:
						        for compression in values["compressions"]:
						            kind = "json" if serializer == "auth" else serializer
						            producer.publish(kept["content"].value(kind), serializer=serializer, compression=compression,
						                             routing_key="to-java", declare=[kombu.Queue("to-java")])
						""",
				Map.of("compressions", compressions));
		Serializers serializers = serializers().build();
		Map<String, JsonNode> trees = new LinkedHashMap<>();
		for (String line : new ClassPathResource("golden/content.jsonl").getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.toList()) {
			JsonNode golden = mapper.readTree(line);
			if (!golden.has("written")) {
				trees.put(golden.get("name").stringValue(), mapper.readTree(golden.get("tree").stringValue()));
			}
		}
		trees.put("auth", trees.get("json"));
		for (String serializer : List.of("json", "yaml", "msgpack", "pickle", "auth")) {
			for (String compression : compressions) {
				KombuMessage message = envelopes
					.decode(redis.commands().rpop("to-java").getBytes(StandardCharsets.UTF_8));
				assertThat(message.headers().containsKey("compression")).isEqualTo(compression != null);
				assertThat(serializers.deserialize(message)).as(serializer + " " + compression)
					.isEqualTo(trees.get(serializer));
			}
		}
	}

	/** Celery compresses results since 5.7. */
	@Test
	void resultsAreReadBothWays() throws Exception {
		boolean compressing = python.version() != PythonCeleryVersion.V5_2;
		try (RedisConnections connections = redis.connections()) {
			for (String serializer : List.of("json", "yaml", "msgpack", "auth")) {
				for (String compression : compressing ? compressions : compressions.subList(0, 1)) {
					results(connections, serializer, compression);
				}
			}
		}
	}

	private static void results(RedisConnections connections, String serializer, @Nullable String compression)
			throws Exception {
		Serializers.Builder builder = serializers().resultSerializer(serializer);
		if (compression != null) {
			builder.resultCompression(compression);
		}
		String id = serializer + compression;
		try (RedisResultBackend backend = new RedisResultBackend(connections, builder.build(),
				RedisResultOptions.DEFAULTS)) {
			backend.store(result(id + "-java", TaskState.SUCCESS, Map.of("h\u00e9", List.of(1, 2.5))))
				.toCompletableFuture()
				.get(10, TimeUnit.SECONDS);
			backend
				.store(result(id + "-java-failure", TaskState.FAILURE,
						new TaskFailure("ValueError", List.of("no", 1), "builtins")))
				.toCompletableFuture()
				.get(10, TimeUnit.SECONDS);
			Map<String, Object> values = new LinkedHashMap<>();
			values.put("id", id);
			values.put("serializer", serializer);
			values.put("compression", compression);
			assertThat(python.run("""
					other = celery.Celery("other", broker=url, backend=url, set_as_current=False)
					other.conf.update(result_serializer=values["serializer"], result_compression=values["compression"],
					                  accept_content=["json", "yaml", "msgpack", "application/data"])
					backend = other.backend
					backend.store_result(values["id"] + "-python", {"h\u00e9": [1, 2.5]}, "SUCCESS")
					backend.store_result(values["id"] + "-python-failure", ValueError("no", 1), "FAILURE")
					value = other.AsyncResult(values["id"] + "-java").get(timeout=5)
					failure = other.AsyncResult(values["id"] + "-java-failure").result
					return [value, repr(failure)]
					""", values).toString()).isEqualTo("[{\"h\u00e9\":[1,2.5]},\"ValueError('no', 1)\"]");
			assertThat(String.valueOf(backend.awaitReady(id + "-python", Duration.ofSeconds(5)).result()))
				.isEqualTo("{\"h\u00e9\":[1,2.5]}");
			TaskFailure failure = (TaskFailure) backend.awaitReady(id + "-python-failure", Duration.ofSeconds(5))
				.result();
			assertThat(failure).isEqualTo(new TaskFailure("ValueError", List.of("no", 1), "builtins"));
		}
	}

	private static TaskResult result(String id, TaskState state, Object value) {
		return new TaskResult(id, state, value, null, null, Instant.now(), null, null);
	}

	@Test
	void javaRunsAPickledTaskAndAnswersInMsgpack() {
		try (JavaApp app = JavaApp.builder(redis)
			.name("java")
			.queues("pickled")
			.serializers((json) -> serializers().resultSerializer("msgpack").build())
			.tasks((self) -> JavaTasks.of(self, redis))
			.start()) {
			assertThat(python.run("""
					other = celery.Celery("other", broker=url, backend=url, set_as_current=False)
					other.conf.update(result_serializer="msgpack", accept_content=["msgpack"])
					result = other.send_task("java.add", args=(2, 3), queue="pickled", serializer="pickle",
					                         compression="zstd")
					return result.get(timeout=10)
					""").intValue()).isEqualTo(5);
		}
	}

}
