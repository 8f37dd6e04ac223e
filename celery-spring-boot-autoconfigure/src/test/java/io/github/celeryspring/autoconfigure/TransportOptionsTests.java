package io.github.celeryspring.autoconfigure;

import java.time.Duration;

import io.github.celeryspring.kombu.DeadLetterPolicy;
import io.github.celeryspring.kombu.redis.RedisTransportOptions;
import io.github.celeryspring.kombu.redis.RedisTransportOptions.BodyEncoding;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.github.celeryspring.redis.RedisConnectionOptions.KeepAlive;
import io.github.celeryspring.result.redis.RedisResultOptions;
import io.github.celeryspring.result.redis.RedisResultOptions.RetryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What properties mean to the transport, the connections and the result backend.
 */
class TransportOptionsTests {

	private static final String BROKER = "celery.broker-transport-options.";

	private static final String RESULTS = "celery.result-backend-transport-options.";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CeleryAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource({ "true, /{db}.", "TRUE, /{db}.", "false, ''", "/app., /app.", "'', ''" })
	void fanoutPrefixIsABooleanOrAPrefix(String value, String prefix) {
		this.runner.withPropertyValues(BROKER + "fanout_prefix=" + value)
			.run((context) -> assertThat(transport(context).fanoutPrefix()).isEqualTo(prefix));
	}

	@ParameterizedTest
	@CsvSource({ "base64, BASE64", "utf-8, UTF_8", "utf8, UTF_8", "UTF_8, UTF_8", "none, UTF_8", "None, UTF_8" })
	void bodyEncodingIsOneOfKombus(String value, BodyEncoding encoding) {
		this.runner.withPropertyValues(BROKER + "body_encoding=" + value)
			.run((context) -> assertThat(transport(context).bodyEncoding()).isEqualTo(encoding));
	}

	@Test
	void everyOptionReachesTheTransport() {
		this.runner.withPropertyValues(BROKER + "visibility_timeout=60", BROKER + "unacked_key=a",
				BROKER + "unacked_index_key=b", BROKER + "unacked_mutex_key=c", BROKER + "unacked_mutex_expire=2",
				BROKER + "unacked_restore_limit=3", BROKER + "unacked_restore_interval=4",
				BROKER + "priority_steps=0,5", BROKER + "sep=:", BROKER + "queue_order_strategy=sorted",
				BROKER + "global_keyprefix=p:", BROKER + "polling_interval=0.5", BROKER + "wait_strategy=brpop",
				BROKER + "fanout_patterns=false", BROKER + "deadletter_queue=dead", BROKER + "owner_timeout=0",
				"celery.dead-letter.enabled=false", "celery.dead-letter.max-length=7", "celery.dead-letter.max-age=60")
			.run((context) -> assertThat(transport(context)).isEqualTo(RedisTransportOptions.builder()
				.visibilityTimeout(Duration.ofMinutes(1))
				.unackedKey("a")
				.unackedIndexKey("b")
				.unackedMutexKey("c")
				.unackedMutexExpire(Duration.ofSeconds(2))
				.unackedRestoreLimit(3)
				.unackedRestoreInterval(Duration.ofSeconds(4))
				.prioritySteps(java.util.List.of(0, 5))
				.sep(":")
				.queueOrderStrategy(RedisTransportOptions.QueueOrderStrategy.SORTED)
				.globalKeyprefix("p:")
				.pollingInterval(Duration.ofMillis(500))
				.waitStrategy(RedisTransportOptions.WaitStrategy.BRPOP)
				.fanoutPatterns(false)
				.deadletterQueue("dead")
				.ownerTimeout(Duration.ZERO)
				.deadLetters(new DeadLetterPolicy(false, 7, Duration.ofMinutes(1)))
				.build()));
	}

	@Test
	void everyOptionReachesTheConnections() {
		this.runner
			.withPropertyValues(BROKER + "client_name=app", BROKER + "socket_timeout=1.5",
					BROKER + "socket_connect_timeout=2", BROKER + "socket_keepalive=false",
					BROKER + "health_check_interval=0")
			.run((context) -> assertThat(connections(context)).isEqualTo(new RedisConnectionOptions("app",
					Duration.ofMillis(1500), Duration.ofSeconds(2), false, KeepAlive.DEFAULTS, Duration.ZERO)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT", "4, 5, 6", "tcp-keepidle, 5, tcpKeepcnt" })
	void keepaliveOptionsHaveNamesOrNumbers(String keys) {
		String[] names = keys.split(", ");
		String prefix = BROKER + "socket_keepalive_options.";
		this.runner.withPropertyValues(prefix + names[0] + "=60", prefix + names[1] + "=20", prefix + names[2] + "=4")
			.run((context) -> assertThat(connections(context).keepAlive())
				.isEqualTo(new KeepAlive(Duration.ofSeconds(60), Duration.ofSeconds(20), 4)));
	}

	@Test
	void whatIsNotSaidAboutKeepaliveIsTheDefault() {
		this.runner.withPropertyValues(BROKER + "socket_keepalive_options.TCP_KEEPCNT=9")
			.run((context) -> assertThat(connections(context).keepAlive())
				.isEqualTo(new KeepAlive(KeepAlive.DEFAULTS.idle(), KeepAlive.DEFAULTS.interval(), 9)));
	}

	@Test
	void connectionsToTheResultsAreAsThoseToTheBrokerUnlessSaidOtherwise() {
		this.runner.withPropertyValues(BROKER + "client_name=app", BROKER + "socket_timeout=3")
			.run((context) -> assertThat(results(context)).isEqualTo(connections(context)));
		this.runner
			.withPropertyValues(BROKER + "client_name=app", "celery.redis_client_name=results",
					"celery.redis_socket_timeout=120", "celery.redis_socket_connect_timeout=7",
					"celery.redis_socket_keepalive=false", "celery.redis_backend_health_check_interval=9")
			.run((context) -> assertThat(results(context)).isEqualTo(new RedisConnectionOptions("results",
					Duration.ofMinutes(2), Duration.ofSeconds(7), false, KeepAlive.DEFAULTS, Duration.ofSeconds(9))));
	}

	@Test
	void otherOptionsForTheResultsMeanOtherConnections() {
		this.runner.run((context) -> assertThat(context.getBean(CeleryRedis.class).results())
			.isSameAs(context.getBean(CeleryRedis.class).broker()));
		this.runner.withPropertyValues("celery.redis-socket-timeout=120").run((context) -> {
			CeleryRedis redis = context.getBean(CeleryRedis.class);
			assertThat(redis.results().commandTimeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(redis.broker().commandTimeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(redis.results().endpoint()).isEqualTo(redis.broker().endpoint());
		});
	}

	@Test
	void everyOptionReachesTheResultBackend() {
		this.runner
			.withPropertyValues(RESULTS + "global_keyprefix=p", RESULTS + "result_chord_ordered=false",
					RESULTS + "retry_policy.max_retries=-1", RESULTS + "retry_policy.interval_start=0.1",
					RESULTS + "retry_policy.interval_step=0.2", RESULTS + "retry_policy.interval_max=2",
					RESULTS + "retry_policy.timeout=5")
			.run((context) -> assertThat(
					ResultOptions.of(Duration.ofHours(1), context.getBean(ResultBackendProperties.class)))
				.isEqualTo(new RedisResultOptions(Duration.ofHours(1), "p", false,
						new RetryPolicy(null, Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(2),
								Duration.ofSeconds(5)))));
	}

	private static RedisTransportOptions transport(ApplicationContext context) {
		return TransportOptions.of(context.getBean(BrokerQueueProperties.class),
				context.getBean(BrokerUnackedProperties.class), context.getBean(DeadLetterProperties.class));
	}

	private static RedisConnectionOptions connections(ApplicationContext context) {
		return ConnectionOptions.broker(context.getBean(BrokerConnectionProperties.class));
	}

	private static RedisConnectionOptions results(ApplicationContext context) {
		return ConnectionOptions.results(context.getBean(ResultRedisProperties.class), connections(context));
	}

}
