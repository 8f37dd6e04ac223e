package io.github.celeryspring.interop;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bodies that are not in base64 ({@code body_encoding}).
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class TextBodyInteropTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final KombuMessageCodec codec = new KombuMessageCodec(true);

	TextBodyInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	@Test
	void pythonReadsTheTextOfJava() {
		String body = "[[\"h\u00e9 \ud83d\ude00 \\\"\"], {\"n\": null}, {}]";
		MessageProperties properties = new MessageProperties("1", null, MessageProperties.PERSISTENT,
				DeliveryInfo.toQueue("text"), 0, "1", null, Map.of());
		KombuMessage message = new KombuMessage(body.getBytes(StandardCharsets.UTF_8), "application/json", "utf-8",
				Map.of("task", "python.echo", "id", "1"), properties);
		redis.commands().lpush("text", new String(this.codec.encode(message), StandardCharsets.UTF_8));
		assertThat(python.run("""
				with app.connection_for_read() as connection:
				    queue = connection.SimpleQueue("text")
				    message = queue.get(timeout=10)
				    message.ack()
				    return [message.payload, message.headers["task"]]
				""").toString()).isEqualTo("[[[\"h\u00e9 \ud83d\ude00 \\\"\"],{\"n\":null},{}],\"python.echo\"]");
		assertThat(redis.commands().hlen("unacked")).isZero();
	}

	@Test
	void javaReadsTheTextOfPython() {
		// kombu 5.2.4 can write and read text, but not under that name.
		boolean knowsName = python.version() != PythonCeleryVersion.V5_2;
		for (String encoding : knowsName ? List.of("None", "\"utf-8\"") : List.of("None")) {
			python.run("""
					options = {"body_encoding": %s}
					with app.connection_for_write(transport_options=options) as connection:
					    connection.SimpleQueue("text").put({"h": "\u00e9"})
					""".formatted(encoding));
			String envelope = redis.commands().rpop("text");
			assertThat(envelope).doesNotContain("base64");
			KombuMessage message = this.codec.decode(envelope.getBytes(StandardCharsets.UTF_8));
			assertThat(new String(message.body(), StandardCharsets.UTF_8)).isEqualTo("{\"h\": \"\\u00e9\"}");
		}
	}

}
