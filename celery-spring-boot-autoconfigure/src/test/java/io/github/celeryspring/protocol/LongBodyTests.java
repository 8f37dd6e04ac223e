package io.github.celeryspring.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.CelerySerializationException;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.RawJsonList;
import io.github.celeryspring.kombu.Serializers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link LongBody} behind {@link TaskMessageCodec}.
 */
class LongBodyTests {

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final TaskMessageCodec codec = new TaskMessageCodec(this.serializers);

	private static String step(int number) {
		return "{\"task\": \"s%d\", \"args\":[\"\\u00e9 ü ]}, {\\\" \\ud800\"],\"kwargs\": {}, \"options\": {\"task_id\": \"%d\"}}"
			.formatted(number, number);
	}

	private static String steps(int count) {
		List<String> steps = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			steps.add(step(i));
		}
		return String.join((count % 2 == 0) ? "," : ", ", steps);
	}

	private TaskMessage decode(String body) {
		MessageProperties properties = new MessageProperties("id", null, MessageProperties.PERSISTENT,
				DeliveryInfo.toQueue("celery"), 0, "tag", null, Map.of());
		return this.codec.decode(new KombuMessage(body.getBytes(StandardCharsets.UTF_8), "application/json", "utf-8",
				Map.of("task", "add", "id", "id"), properties));
	}

	private JsonNode tree(String json) {
		return this.serializers.json().deserialize(json.getBytes(StandardCharsets.UTF_8));
	}

	private JsonNode written(TaskMessage message) {
		return this.serializers.json().deserialize(this.codec.encode(message).body());
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 63, 64, 65, 300 })
	void theRestOfAChainIsCopied(int count) {
		String body = "[[1], {\"a\": \"%s\"}, {\"callbacks\": null, \"chain\": [%s], \"errbacks\": [%s], \"chord\": null}]"
			.formatted("x".repeat(5000), steps(count), step(7));
		TaskMessage message = decode(body);
		assertThat(message.body().embed().chain()).isInstanceOf(RawJsonList.class).hasSize(count);
		assertThat(written(message)).isEqualTo(tree(body));
		List<?> chain = message.body().embed().chain();
		assertThat((Object) chain.get(count - 1)).isEqualTo(tree(step(count - 1)));
		TaskEmbed rest = new TaskEmbed(null, null, chain.subList(count / 2, count - 1), null);
		TaskMessage next = new TaskMessage(message.headers(), new TaskBody(List.of(), Map.of(), rest),
				message.deliveryInfo(), 0, null);
		assertThat(written(next).get(2).get("chain").values()).isEqualTo(chain.subList(count / 2, count - 1));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 64, 300 })
	void whatWasWrittenHereIsReadAsIfItHadBeenReceived(int count) {
		TaskMessage message = decode("[[], {}, {\"chain\": [%s]}]".formatted(steps(count + 60)));
		List<?> chain = message.body().embed().chain().subList(0, count);
		JsonNode link = tree("{\"task\": \"s\", \"kwargs\": {\"chain\": [{}]}}");
		TaskBody body = new TaskBody(List.of(List.of("\"chain\": [{}]"), 1.5), Map.of("chain", "x".repeat(5000)),
				new TaskEmbed(List.of(link), null, chain, link));
		KombuMessage written = this.codec
			.encode(new TaskMessage(message.headers(), body, message.deliveryInfo(), 0, "reply"));
		assertThat(written.copied()).isSameAs(chain);
		KombuMessageCodec envelopes = new KombuMessageCodec();
		KombuMessage received = envelopes.decode(envelopes.encode(written));
		assertThat(this.codec.decode(written)).isEqualTo(this.codec.decode(received));
		assertThat(this.codec.decode(written).body().embed().chain()).isSameAs(chain);
	}

	@Test
	void aListThatIsNotInTheBodyIsNotTakenForIt() {
		TaskMessage message = decode("[[], {}, {\"chain\": [%s]}]".formatted(steps(100)));
		KombuMessage written = this.codec.encode(message);
		RawJsonList other = ((RawJsonList) message.body().embed().chain()).subList(1, 100);
		KombuMessage wrong = new KombuMessage(written.body(), written.contentType(), written.contentEncoding(),
				written.headers(), written.properties(), other);
		assertThat(this.codec.decode(wrong).body().embed().chain()).hasSize(100);
	}

	@Test
	void anyOtherSerializerWritesItToo() {
		TaskMessage message = decode("[[], {\"a\": \"%s\"}, {\"chain\": [%s]}]".formatted("x".repeat(5000),
				steps(3).replace("\\ud800", "")));
		Serializers msgpack = Serializers.builder(this.serializers.mapper())
			.add(io.github.celeryspring.kombu.ContentSerializers.msgpack(this.serializers.mapper()))
			.taskSerializer("msgpack")
			.acceptContent(List.of("msgpack"))
			.build();
		KombuMessage written = new TaskMessageCodec(msgpack).encode(message);
		assertThat(new TaskMessageCodec(msgpack).decode(written).body().embed().chain())
			.isEqualTo(message.body().embed().chain());
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"chain\": []", "\"chain\": null", "\"chord\": {\"task\": \"s\"}", "\"chain\": [1, {}]",
			"\"chain\": [{\"task\": \"s\", \"kwargs\": {\"\\ud800\": 1}}]",
			"\"chain\": [{\"args\": [{\"__type__\": \"uuid\", \"__value__\": {\"hex\": \"6e8bc430 9c3a11d9 96690800200c9a66\"}}]}]" })
	void whateverElseIsThereIsReadAsInShortMessages(String embed) {
		String longer = "[[\"%s\"], {}, {%s}]".formatted("x".repeat(5000), embed);
		TaskEmbed expected = decode("[[\"x\"], {}, {%s}]".formatted(embed)).body().embed();
		assertThat(decode(longer).body().embed()).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[[\"%s\"], {}, {\"chain\": [{\"task\": \"s\"}", "[[\"%s\"], {}, {\"chain\": [{}]}] 1",
			"[[\"%s\"], {}, {\"chain\": [{,}]}]" })
	void aBrokenOneIsRefused(String body) {
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> decode(body.formatted("x".repeat(5000))));
	}

	@Test
	void typedValuesThatAreNoneAreNotPassedOn() {
		TaskMessage message = decode(
				"[[\"%s\"], {}, {\"chain\": [{\"args\": [{\"__type__\": \"?\", \"__value__\": 1}]}]}]"
					.formatted("x".repeat(5000)));
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.codec.encode(message));
	}

}
