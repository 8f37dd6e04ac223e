package io.github.celeryspring.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.ContentSerializers;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.Serializers;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads every message that real Celery 5.2 and 5.6 wrote, and writes the same bytes.
 */
class GoldenMessageTests {

	private static final List<GoldenMessage> MESSAGES = GoldenMessage.all();

	/** What differs on purpose, by the name of the message. */
	private static final Map<String, Set<String>> DIFFERENCES = Map.ofEntries(
			// we write UTC
			entry("publish:eta-naive", Set.of("eta")), entry("publish:eta-offset", Set.of("eta")),
			// Java has no tuples inside of arguments, and no list for the arguments
			entry("publish:map", Set.of("kwargsrepr")), entry("publish:starmap", Set.of("kwargsrepr")),
			entry("publish:chunks", Set.of("kwargsrepr")), entry("publish:chunks-group", Set.of("kwargsrepr")),
			entry("publish:send-task-unregistered", Set.of("argsrepr")),
			// given by hand
			entry("publish:send-task-argsrepr", Set.of("argsrepr", "kwargsrepr")),
			entry("publish:reply-to", Set.of("correlation_id")),
			entry("publish:delivery-mode-transient", Set.of("delivery_mode")),
			// we close the bracket, as Celery 5.7
			entry("publish:long-argsrepr", Set.of("argsrepr")));

	private final KombuMessageCodec envelopes = new KombuMessageCodec();

	private final JsonMapper mapper = KombuJson.builder(true).build();

	private final Serializers serializers = Serializers.builder(this.mapper)
		.add(ContentSerializers.yaml(this.mapper))
		.add(ContentSerializers.msgpack(this.mapper))
		.add(ContentSerializers.pickle())
		.acceptContent(List.of("json", "yaml", "msgpack", "pickle"))
		.build();

	private final TaskMessageCodec tasks = new TaskMessageCodec(this.serializers);

	@Test
	void everyEnvelopeIsReadAndWrittenAgainAsTheSameBytes() {
		Map<String, Integer> counts = new TreeMap<>();
		for (GoldenMessage golden : MESSAGES) {
			byte[] written = this.envelopes.encode(this.envelopes.decode(golden.bytes()));
			assertThat(new String(written, StandardCharsets.UTF_8)).as(golden.toString()).isEqualTo(golden.envelope());
			counts.merge(golden.command(), 1, Integer::sum);
		}
		assertThat(counts).isEqualTo(Map.of("HSET", 2, "LPUSH", 257, "PUBLISH", 91, "RPUSH", 3));
	}

	@Test
	void everyTaskMessageIsReadOrRefusedForWhatItIs() {
		Map<String, Integer> counts = new TreeMap<>();
		for (GoldenMessage golden : MESSAGES) {
			counts.merge(outcome(golden), 1, Integer::sum);
		}
		assertThat(counts).isEqualTo(Map.of("protocol 1", 10, "protocol 2", 157, "no task", 186));
	}

	private String outcome(GoldenMessage golden) {
		KombuMessage message = this.envelopes.decode(golden.bytes());
		try {
			TaskMessage task = this.tasks.decode(message);
			JsonNode body = this.serializers.deserialize(message);
			boolean second = message.headers().containsKey("task");
			JsonNode args = second ? body.get(0) : body.get("args");
			Object id = second ? message.headers().get("id") : body.get("id").stringValue();
			assertThat(task.headers().id()).as(golden.toString()).isEqualTo(id);
			assertThat(task.body().args()).as(golden.toString()).isEqualTo(List.copyOf(args.values()));
			return second ? "protocol 2" : "protocol 1";
		}
		catch (InvalidMessageException ex) {
			assertThat(ex).hasMessageStartingWith("Not a task message");
			assertThat(golden.name()).containsAnyOf("event:", "control-");
			return "no task";
		}
	}

	@Test
	void whatWeWriteIsWhatCeleryWrites() {
		int compared = 0;
		for (GoldenMessage golden : MESSAGES) {
			KombuMessage theirs = this.envelopes.decode(golden.bytes());
			if (golden.version().startsWith("celery 5.6") && theirs.headers().containsKey("task")
					&& theirs.contentType().equals("application/json") && !theirs.headers().containsKey("compression")
					&& !theirs.headers().containsKey("redelivered")) {
				KombuMessage ours = encode(theirs);
				assertThat(text(ours, golden.name())).as(golden.toString()).isEqualTo(text(theirs, golden.name()));
				compared++;
			}
		}
		assertThat(compared).isEqualTo(68);
	}

	/** Sends the same call as the Python client did. */
	private KombuMessage encode(KombuMessage theirs) {
		TaskMessage read = this.tasks.decode(theirs);
		List<Object> args = read.body().args().stream().map(this::toJava).toList();
		Map<String, Object> kwargs = new LinkedHashMap<>();
		read.body().kwargs().forEach((name, value) -> kwargs.put(name, toJava(value)));
		TaskHeaders h = read.headers();
		TaskHeaders headers = new TaskHeaders(null, h.task(), h.id(), h.shadow(), h.eta(), h.expires(), h.group(),
				h.groupIndex(), h.retries(), h.timeLimit(), h.softTimeLimit(), h.rootId(), h.parentId(), null, null,
				null, h.ignoreResult(), h.replacedTaskNesting(), h.stampedHeaders(), h.stamps(), h.others());
		Instant now = Instant.EPOCH;
		if (h.expires() != null) {
			now = h.expires().minusMillis(Long.parseLong(theirs.properties().expiration()));
		}
		return new TaskMessageCodec(this.serializers, Clock.fixed(now, ZoneOffset.UTC)).encode(new TaskMessage(headers,
				new TaskBody(args, kwargs, read.body().embed()), read.deliveryInfo(), read.priority(), read.replyTo()));
	}

	private Object toJava(Object value) {
		return this.serializers.mapper().treeToValue((JsonNode) value, Object.class);
	}

	/** The whole envelope, without what must differ. */
	private String text(KombuMessage message, String name) {
		Map<String, Object> headers = new LinkedHashMap<>(message.headers());
		headers.put("origin", "gen1@host");
		String id = message.properties().correlationId();
		int mode = message.properties().deliveryMode();
		for (String difference : DIFFERENCES.getOrDefault(name, Set.of())) {
			headers.replace(difference, "differs");
			id = difference.equals("correlation_id") ? "differs" : id;
			mode = difference.equals("delivery_mode") ? 0 : mode;
		}
		MessageProperties p = message.properties();
		MessageProperties properties = new MessageProperties(id, p.replyTo(), mode, p.deliveryInfo(), p.priority(),
				"tag", p.expiration(), Map.of());
		byte[] envelope = this.envelopes.encode(new KombuMessage(message.body(), message.contentType(),
				message.contentEncoding(), headers, properties));
		return new String(envelope, StandardCharsets.UTF_8) + new String(message.body(), StandardCharsets.UTF_8);
	}

}
