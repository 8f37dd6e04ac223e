package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.kombu.FanoutSubscription;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.MessageProperties;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.redis.RedisConnections;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fanout exchanges between kombu and us.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class FanoutInteropTests {

	private static final CeleryExchange NEWS = new CeleryExchange("news", CeleryExchange.Type.FANOUT);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	private final KombuMessageCodec codec = new KombuMessageCodec();

	FanoutInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
		python.run("""
				def connect(values):
				    prefix = {"yes": True, "no": False}.get(values["prefix"], values["prefix"])
				    options = {"fanout_prefix": prefix, "fanout_patterns": values["patterns"],
				               "global_keyprefix": values["global"]}
				    return kombu.Connection(url, transport_options=options)

				globals()["connect"] = connect
				globals()["news"] = kombu.Exchange("news", type="fanout", durable=False)
				""");
	}

	@ParameterizedTest
	@CsvSource({ "yes, true, ''", "no, true, ''", "yes, false, ''", "no, false, ''", "/other., true, ''",
			"yes, true, app:" })
	void bothHearEachOther(String prefix, boolean patterns, String global) throws Exception {
		String javaPrefix = switch (prefix) {
			case "yes" -> "/{db}.";
			case "no" -> "";
			default -> prefix;
		};
		RedisTransportOptions options = RedisTransportOptions.builder()
			.fanoutPrefix(javaPrefix)
			.fanoutPatterns(patterns)
			.globalKeyprefix(global)
			.build();
		Map<String, Object> values = Map.of("prefix", prefix, "patterns", patterns, "global", global);
		BlockingQueue<KombuMessage> heard = new LinkedBlockingQueue<>();
		try (RedisConnections connections = redis.connections();
				RedisTransport transport = new RedisTransport(connections, options);
				FanoutSubscription subscription = transport.subscribe(NEWS, "sport.#",
						(message) -> heard.add(this.codec.decode(message)))) {
			assertThat(subscription.ready()).succeedsWithin(Duration.ofSeconds(10));
			python.run("""
					with connect(values) as connection:
					    connection.Producer().publish({"hello": 1}, exchange=news, routing_key="sport.chess",
					                                  declare=[news])
					""", values);
			KombuMessage message = heard.poll(10, TimeUnit.SECONDS);
			assertThat(new String(message.body())).isEqualTo("{\"hello\": 1}");
			assertThat(message.properties().deliveryInfo()).isEqualTo(new DeliveryInfo("news", "sport.chess", false));
			listen(values);
			publish(transport);
			assertThat(heard()).isEqualTo("[{\"hello\":\"Python\"},\"sport.tennis\"]");
		}
	}

	@Test
	void hearsTheEventsOfAPythonApplication() throws Exception {
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		CeleryExchange events = new CeleryExchange("celeryev", CeleryExchange.Type.FANOUT);
		try (RedisConnections connections = redis.connections();
				RedisTransport transport = new RedisTransport(connections, RedisTransportOptions.DEFAULTS);
				FanoutSubscription subscription = transport.subscribe(events, "custom.#",
						(message) -> heard.add(this.codec.decode(message).properties().deliveryInfo().routingKey()))) {
			assertThat(subscription.ready()).succeedsWithin(Duration.ofSeconds(10));
			python.run("""
					with app.events.default_dispatcher() as dispatcher:
					    dispatcher.send("custom-thing", value=1)
					""");
			assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("custom.thing");
		}
	}

	private static void listen(Map<String, Object> values) {
		python.run("""
				connection = connect(values)
				queue = kombu.Queue("listener", news, routing_key="sport.#", auto_delete=True, durable=False)
				got = []
				consumer = connection.Consumer(queue, accept=["json"], no_ack=True,
				                    callbacks=[lambda body, m: got.append([body, m.delivery_info["routing_key"]])])
				consumer.consume()
				# Subscribes.
				try:
				    connection.drain_events(timeout=0.2)
				except OSError:
				    pass
				kept.update(connection=connection, got=got)
				""", values);
	}

	private static void publish(RedisTransport transport) {
		KombuMessage message = new KombuMessage("{\"hello\": \"Python\"}".getBytes(), "application/json", "utf-8",
				Map.of(), new MessageProperties(null, null, 1, new DeliveryInfo("news", "sport.tennis", false), 0,
						"tag", null, Map.of()));
		assertThat(transport.publish(message)).succeedsWithin(Duration.ofSeconds(10));
	}

	private static String heard() {
		return python.run("""
				connection, got = kept["connection"], kept["got"]
				while not got:
				    connection.drain_events(timeout=10)
				connection.release()
				return got[0]
				""").toString();
	}

}
