package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.redis.LettuceSettings;
import io.github.celeryspring.redis.RedisConnectionOptions;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.resource.ClientResources;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Where the broker and the results are, and the connections to them. Nothing of it is
 * made for an application that brings its own transport and result backend.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ CeleryProperties.class, CelerySslProperties.class, BrokerConnectionProperties.class,
		ResultBackendProperties.class, ResultRedisProperties.class })
class CeleryRedisConfiguration {

	private static final Log logger = LogFactory.getLog(CeleryAutoConfiguration.class);

	@Bean
	@ConfigurationPropertiesBinding
	static SecondsConverter celerySecondsConverter() {
		return new SecondsConverter();
	}

	@Bean
	@ConfigurationPropertiesBinding
	static UseSslConverter celeryUseSslConverter() {
		return new UseSslConverter();
	}

	@Bean
	@Lazy
	CeleryUrls celeryUrls(CeleryProperties properties, BrokerConnectionProperties broker,
			ResultBackendProperties results, ResultRedisProperties redis, CelerySslProperties ssl,
			ObjectProvider<SslBundles> bundles) {
		return new CeleryUrls(properties, broker, results, redis, new CeleryTls(ssl, bundles.getIfAvailable()));
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean(CeleryConnectionDetails.class)
	ResolvedConnectionDetails celeryConnectionDetails(CeleryUrls urls, Environment environment,
			ConfigurableListableBeanFactory beans, ObjectProvider<DataRedisConnectionDetails> dataRedis,
			ObjectProvider<EmbeddedBroker> embeddedBroker) {
		urls.warnAboutUnused(environment);
		return new BrokerResolver(urls,
				new ApplicationDataRedis(dataRedis, new ApplicationConnectionFactory(beans), environment),
				embeddedBroker)
			.resolve();
	}

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	LettuceSettings celeryLettuceSettings(ObjectProvider<ClientResources> resources,
			ObjectProvider<LettuceClientOptionsBuilderCustomizer> customizers,
			ObjectProvider<RedisCredentialsProvider> credentials) {
		return new LettuceSettings(resources.getIfUnique(), (builder) -> {
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder;
		}, credentials.getIfUnique());
	}

	@Bean
	@Lazy
	CeleryRedis celeryRedis(CeleryConnectionDetails details, CeleryProperties properties,
			BrokerConnectionProperties broker, ResultRedisProperties results, LettuceSettings settings,
			Environment environment) {
		CeleryOptionKeys.check(environment);
		logger.info(ConnectionReport.of(details, properties));
		RedisConnectionOptions options = ConnectionOptions.broker(broker);
		return new CeleryRedis(details, options, ConnectionOptions.results(results, options), settings);
	}

}
