package io.github.celeryspring.embedded;

import io.github.celeryspring.autoconfigure.CeleryAutoConfiguration;
import io.github.celeryspring.autoconfigure.EmbeddedBroker;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the embedded default: a
 * redis-server on the loopback address, for an application that has configured no Redis.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = CeleryAutoConfiguration.class)
@Conditional(EmbeddedRedisAutoConfiguration.OnRedisServerBinary.class)
@ConditionalOnBooleanProperty(name = "celery.embedded-redis.enabled", matchIfMissing = true)
@EnableConfigurationProperties(EmbeddedRedisProperties.class)
public final class EmbeddedRedisAutoConfiguration {

	EmbeddedRedisAutoConfiguration() {
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(EmbeddedBroker.class)
	EmbeddedRedis celeryEmbeddedRedis(EmbeddedRedisProperties properties) {
		return new EmbeddedRedis(properties.port());
	}

	/**
	 * Whether the jar with the redis-server for this machine is there.
	 */
	static final class OnRedisServerBinary extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Embedded redis-server");
			return EmbeddedRedisServer.isAvailable(context.getClassLoader())
					? ConditionOutcome.match(message.found("binary").items("org.signal:embedded-redis"))
					: ConditionOutcome.noMatch(message.didNotFind("binary").items("org.signal:embedded-redis"));
		}

	}

}
