package io.github.celeryspring.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.redis.RedisTls;
import io.github.celeryspring.redis.SentinelOptions;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What is taken over from the application's own Redis. Nothing is connected to.
 */
class ApplicationDataRedisTests {

	private static final String NOWHERE = "redis://localhost:6379/0";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DataRedisAutoConfiguration.class))
		.withUserConfiguration(CeleryRedisConfiguration.class);

	@Test
	void sentinelsInProperties() {
		this.runner
			.withPropertyValues("spring.data.redis.sentinel.master=m", "spring.data.redis.sentinel.nodes=a:1,b:2",
					"spring.data.redis.sentinel.username=su", "spring.data.redis.sentinel.password=sp",
					"spring.data.redis.username=u", "spring.data.redis.password=p", "spring.data.redis.database=3")
			.run((context) -> assertThat(broker(context))
				.isEqualTo(new RedisEndpoint.Sentinel(List.of(new HostAndPort("a", 1), new HostAndPort("b", 2)),
						new SentinelOptions("m", 0, "su", "sp", null), 3, "u", "p", null)));
	}

	@Test
	void sentinelsAreSpokenToAsTheirMasterIs() {
		this.runner
			.withPropertyValues("spring.data.redis.sentinel.master=m", "spring.data.redis.sentinel.nodes=a:1",
					"spring.data.redis.ssl.enabled=true")
			.run((context) -> {
				RedisEndpoint.Sentinel broker = (RedisEndpoint.Sentinel) broker(context);
				assertThat(broker.tls()).isNotNull().isEqualTo(broker.options().tls());
			});
	}

	@Test
	void ownFactoryForOneServer() {
		RedisStandaloneConfiguration standalone = new RedisStandaloneConfiguration("h", 7000);
		standalone.setDatabase(2);
		standalone.setUsername("u");
		standalone.setPassword("p");
		withFactory(() -> new LettuceConnectionFactory(standalone)).run((context) -> assertThat(broker(context))
			.isEqualTo(new RedisEndpoint.Standalone("h", 7000, 2, "u", "p", null)));
	}

	@Test
	void ownFactoryWithTls() {
		RedisStandaloneConfiguration standalone = new RedisStandaloneConfiguration("h", 7000);
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.useSsl()
			.disablePeerVerification()
			.build();
		withFactory(() -> new LettuceConnectionFactory(standalone, client)).run((context) -> {
			assertThat(broker(context)).hasToString("rediss://h:7000/0");
			assertThat(broker(context).tls()).extracting(RedisTls::verifyCertificate, RedisTls::verifyHostname)
				.containsExactly(false, false);
		});
	}

	@Test
	void ownFactoryForSentinels() {
		RedisSentinelConfiguration sentinel = new RedisSentinelConfiguration().master("m").sentinel("a", 1);
		sentinel.setPassword(RedisPassword.of("p"));
		sentinel.setSentinelPassword("sp");
		sentinel.setDatabase(4);
		withFactory(() -> new LettuceConnectionFactory(sentinel)).run((context) -> assertThat(broker(context))
			.isEqualTo(new RedisEndpoint.Sentinel(List.of(new HostAndPort("a", 1)),
					new SentinelOptions("m", 0, null, "sp", null), 4, null, "p", null)));
	}

	@Test
	void ownFactoryForASocket() {
		RedisSocketConfiguration socket = new RedisSocketConfiguration("/run/redis.sock");
		socket.setDatabase(1);
		withFactory(() -> new LettuceConnectionFactory(socket)).run((context) -> assertThat(broker(context))
			.isEqualTo(new RedisEndpoint.Socket("/run/redis.sock", 1, null, null)));
	}

	@Test
	void ownFactoryForAClusterIsRefused() {
		withFactory(() -> new LettuceConnectionFactory(new RedisClusterConfiguration(List.of("a:1"))))
			.run((context) -> assertThat(catchThrowable(() -> broker(context))).rootCause()
				.isInstanceOf(CeleryConfigurationException.class)
				.hasMessageContaining("but that is a Cluster set-up"));
	}

	@Test
	void whatCannotBeToldFromTheDefaultIsTheDefault() {
		withFactory(() -> new LettuceConnectionFactory(new RedisStandaloneConfiguration()))
			.run((context) -> assertThat(broker(context)).hasToString(NOWHERE));
		withFactory(() -> new LettuceConnectionFactory(new RedisStaticMasterReplicaConfiguration("a", 1)))
			.run((context) -> assertThat(broker(context)).hasToString(NOWHERE));
	}

	@Test
	void factoryOfBootIsNotTheApplicationsOwn() {
		this.runner.withPropertyValues("spring.data.redis.client-name=x").run((context) -> {
			assertThat(context).hasSingleBean(LettuceConnectionFactory.class);
			assertThat(broker(context)).hasToString(NOWHERE);
		});
	}

	@Test
	void brokerUrlIsBeforeAnOwnFactory() {
		withFactory(() -> new LettuceConnectionFactory(new RedisStandaloneConfiguration("h", 7000)))
			.withPropertyValues("celery.broker-url=redis://mine")
			.run((context) -> assertThat(broker(context)).hasToString("redis://mine:6379/0"));
	}

	@Test
	void credentialsOfTheConnectionComeAlong() {
		RedisCredentialsProvider provider = () -> Mono.just(RedisCredentials.just("u", "rotating"));
		ApplicationContextRunner customized = this.runner.withBean(LettuceClientConfigurationBuilderCustomizer.class,
				() -> (builder) -> builder.redisCredentialsProviderFactory(new RedisCredentialsProviderFactory() {

					@Override
					public RedisCredentialsProvider createCredentialsProvider(RedisConfiguration configuration) {
						return provider;
					}

				}));
		customized.withPropertyValues("spring.data.redis.host=h")
			.run((context) -> assertThat(context.getBean(ResolvedConnectionDetails.class).credentials())
				.isSameAs(provider));
		customized.withPropertyValues("spring.data.redis.host=h", "celery.broker-url=redis://elsewhere")
			.run((context) -> assertThat(context.getBean(ResolvedConnectionDetails.class).credentials()).isNull());
	}

	private ApplicationContextRunner withFactory(Supplier<LettuceConnectionFactory> factory) {
		return this.runner.withBean("ownFactory", LettuceConnectionFactory.class, factory);
	}

	private static RedisEndpoint broker(ApplicationContext context) {
		return context.getBean(CeleryConnectionDetails.class).getBroker();
	}

}
