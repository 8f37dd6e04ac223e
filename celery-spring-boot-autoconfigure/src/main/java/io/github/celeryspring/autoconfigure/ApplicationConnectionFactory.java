package io.github.celeryspring.autoconfigure;

import java.util.List;

import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.redis.RedisTls;
import io.github.celeryspring.redis.SentinelOptions;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslVerifyMode;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.NamedBeanHolder;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisSocketConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The {@link LettuceConnectionFactory} of the application, if it has exactly one.
 */
final class ApplicationConnectionFactory {

	private static final String BOOTS_OWN = "org.springframework.boot.data.redis.autoconfigure.";

	private final ConfigurableListableBeanFactory beans;

	ApplicationConnectionFactory(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Where a factory that the application has made itself connects to.
	 * @return the endpoint, or {@code null} if there is none, or one that is not
	 * different from the default
	 * @throws CeleryConfigurationException if it is a Cluster set-up
	 */
	@Nullable RedisEndpoint endpoint() {
		NamedBeanHolder<LettuceConnectionFactory> found = find();
		if (found == null || isBootsOwn(found.getBeanName())) {
			return null;
		}
		LettuceConnectionFactory factory = found.getBeanInstance();
		ApplicationDataRedis.refuseUnsupported((factory.getClusterConfiguration() != null) ? "Cluster" : null);
		RedisSentinelConfiguration sentinel = factory.getSentinelConfiguration();
		if (sentinel != null) {
			return sentinel(sentinel, tls(factory));
		}
		RedisSocketConfiguration socket = factory.getSocketConfiguration();
		if (socket != null) {
			return new RedisEndpoint.Socket(socket.getSocket(), socket.getDatabase(), socket.getUsername(),
					text(socket.getPassword()));
		}
		RedisStandaloneConfiguration standalone = factory.getStandaloneConfiguration();
		// That is also what a static master/replica set-up answers.
		return standalone.equals(new RedisStandaloneConfiguration()) ? null
				: new RedisEndpoint.Standalone(standalone.getHostName(), standalone.getPort(), standalone.getDatabase(),
						standalone.getUsername(), text(standalone.getPassword()), tls(factory));
	}

	/**
	 * What the factory, whoever has made it, logs in with instead of a password.
	 * @return the provider, or {@code null}
	 */
	@Nullable RedisCredentialsProvider credentials() {
		NamedBeanHolder<LettuceConnectionFactory> found = find();
		if (found == null) {
			return null;
		}
		LettuceConnectionFactory factory = found.getBeanInstance();
		RedisConfiguration configuration = (factory.getSentinelConfiguration() != null)
				? factory.getSentinelConfiguration() : factory.getStandaloneConfiguration();
		return factory.getClientConfiguration()
			.getRedisCredentialsProviderFactory()
			.map((credentials) -> credentials.createCredentialsProvider(configuration))
			.orElse(null);
	}

	private @Nullable NamedBeanHolder<LettuceConnectionFactory> find() {
		try {
			return this.beans.resolveNamedBean(LettuceConnectionFactory.class);
		}
		catch (NoSuchBeanDefinitionException ex) {
			return null;
		}
	}

	private boolean isBootsOwn(String name) {
		String declaredBy = this.beans.containsBeanDefinition(name)
				? this.beans.getMergedBeanDefinition(name).getFactoryBeanName() : null;
		return declaredBy != null && declaredBy.startsWith(BOOTS_OWN);
	}

	private static RedisEndpoint sentinel(RedisSentinelConfiguration sentinel, @Nullable RedisTls tls) {
		List<HostAndPort> nodes = sentinel.getSentinels()
			.stream()
			.map((node) -> new HostAndPort(String.valueOf(node.getHost()), node.getRequiredPort()))
			.toList();
		return new RedisEndpoint.Sentinel(nodes,
				new SentinelOptions(String.valueOf(sentinel.getRequiredMaster().getName()), 0,
						sentinel.getSentinelUsername(), text(sentinel.getSentinelPassword()), tls),
				sentinel.getDatabase(), sentinel.getUsername(), text(sentinel.getPassword()), tls);
	}

	private static @Nullable RedisTls tls(LettuceConnectionFactory factory) {
		LettuceClientConfiguration client = factory.getClientConfiguration();
		if (!factory.isUseSsl()) {
			return null;
		}
		return new RedisTls(client.getVerifyMode() != SslVerifyMode.NONE, client.getVerifyMode() == SslVerifyMode.FULL,
				client.getClientOptions().map(ClientOptions::getSslOptions).orElse(null));
	}

	private static @Nullable String text(RedisPassword password) {
		return password.map(String::new).orElse(null);
	}

}
