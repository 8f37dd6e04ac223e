package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.client.DeadLetterOperations;
import io.github.celeryspring.client.DeadLetterTemplate;
import io.github.celeryspring.client.PublishRetryPolicy;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.ContentSerializer;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.kombu.redis.RedisTransport;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.DisabledResultBackend;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.result.redis.RedisResultBackend;
import io.github.celeryspring.task.TaskRegistry;
import io.lettuce.core.RedisClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for sending tasks over Redis.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = DataRedisAutoConfiguration.class)
@ConditionalOnClass({ RedisClient.class, JsonMapper.class })
@EnableConfigurationProperties({ CeleryTaskProperties.class, BrokerQueueProperties.class, BrokerUnackedProperties.class,
		DeadLetterProperties.class, CeleryControlProperties.class, CeleryContentProperties.class,
		CelerySecurityProperties.class })
@Import({ CeleryRedisConfiguration.class, CeleryRoutingConfiguration.class })
public final class CeleryAutoConfiguration {

	CeleryAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	Serializers celerySerializers(CeleryProperties properties, CeleryContentProperties content,
			CelerySecurityProperties security, ObjectProvider<CeleryJsonMapperBuilderCustomizer> customizers,
			ObjectProvider<ContentSerializer> serializers, ObjectProvider<SslBundles> bundles) {
		JsonMapper typed = mapper(true, customizers);
		JsonMapper mapper = properties.jsonTaggedTypes() ? typed : mapper(false, customizers);
		return new ContentSettings(content, security, bundles.getIfAvailable()).serializers(mapper, typed,
				serializers.orderedStream());
	}

	private static JsonMapper mapper(boolean tagged, ObjectProvider<CeleryJsonMapperBuilderCustomizer> customizers) {
		JsonMapper.Builder builder = KombuJson.builder(tagged);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	@Bean
	@ConditionalOnMissingBean
	TaskMessageCodec celeryTaskMessageCodec(Serializers serializers) {
		return new TaskMessageCodec(serializers);
	}

	@Bean
	@ConditionalOnMissingBean(BrokerTransport.class)
	RedisTransport celeryBrokerTransport(CeleryRedis redis, BrokerQueueProperties queues,
			BrokerUnackedProperties unacked, DeadLetterProperties deadLetters) {
		return new RedisTransport(redis.broker(), TransportOptions.of(queues, unacked, deadLetters));
	}

	@Bean
	@ConditionalOnMissingBean
	ResultBackend celeryResultBackend(CeleryProperties properties, ResultBackendProperties options,
			ObjectProvider<CeleryRedis> redis, Serializers serializers) {
		if (CeleryUrls.resultsDisabled(properties)) {
			return new DisabledResultBackend();
		}
		return new RedisResultBackend(redis.getObject().results(), serializers,
				ResultOptions.of(properties.resultExpires(), options));
	}

	@Bean
	@ConditionalOnMissingBean
	TaskRegistry celeryTaskRegistry() {
		return new TaskRegistry();
	}

	@Bean
	@ConditionalOnMissingBean
	ControlMailbox celeryControlMailbox(BrokerTransport transport, Serializers serializers,
			CeleryControlProperties properties) {
		return new ControlMailbox(transport, serializers, properties.controlExchange());
	}

	@Bean
	@ConditionalOnMissingBean
	CeleryControl celeryControl(ControlMailbox mailbox) {
		return new CeleryControl(mailbox);
	}

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	CeleryTemplateCustomizer celeryControlCustomizer(CeleryControl control) {
		return (builder) -> builder.control(control);
	}

	@Bean
	CeleryClient celeryClient(BrokerTransport transport, TaskMessageCodec codec, ResultBackend resultBackend,
			Serializers serializers, CeleryTaskProperties properties, CeleryRouting routing,
			ObjectProvider<CeleryTemplateCustomizer> customizers) {
		CeleryTemplate.Builder builder = CeleryTemplate.builder(transport, codec, resultBackend, serializers)
			.queues(routing.queues())
			.routers(routing.routers())
			.publishRetry(publishRetry(properties))
			.ignoreResult(properties.taskIgnoreResult() ? Boolean.TRUE : null)
			.inheritParentPriority(properties.taskInheritParentPriority());
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return new CeleryClient(builder.build());
	}

	@Bean
	@ConditionalOnMissingBean(CeleryOperations.class)
	CeleryTemplate celeryTemplate(CeleryClient client) {
		return client.template();
	}

	@Bean
	@ConditionalOnMissingBean
	CanvasPublisher celeryCanvasPublisher(CeleryClient client) {
		return client.template().canvas();
	}

	@Bean
	@ConditionalOnMissingBean(DeadLetterOperations.class)
	DeadLetterTemplate celeryDeadLetterTemplate(BrokerTransport transport, BrokerConnectionProperties properties) {
		return new DeadLetterTemplate(transport, properties.socketTimeout());
	}

	private static PublishRetryPolicy publishRetry(CeleryTaskProperties properties) {
		CeleryTaskProperties.PublishRetryPolicyProperties policy = properties.taskPublishRetryPolicy();
		return new PublishRetryPolicy(properties.taskPublishRetry(),
				(policy.maxRetries() >= 0) ? policy.maxRetries() : null, policy.intervalStart(), policy.intervalStep(),
				policy.intervalMax());
	}

}
