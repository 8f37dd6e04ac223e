package io.github.celeryspring.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

import io.github.celeryspring.redis.CeleryRedisUrl;
import io.github.celeryspring.redis.InvalidRedisUrlException;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.redis.SentinelOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Reads the two URL properties with what belongs to them, and names them when they are
 * wrong.
 */
final class CeleryUrls {

	static final String BROKER = "celery.broker-url";

	static final String RESULTS = "celery.result-backend";

	private static final Log logger = LogFactory.getLog(CeleryUrls.class);

	/** Celery's name of a result backend whose address is in other settings. */
	private static final String REDIS = "redis";

	private final CeleryProperties properties;

	private final BrokerConnectionProperties broker;

	private final ResultBackendProperties results;

	private final ResultRedisProperties redis;

	private final CeleryTls tls;

	CeleryUrls(CeleryProperties properties, BrokerConnectionProperties broker, ResultBackendProperties results,
			ResultRedisProperties redis, CeleryTls tls) {
		this.properties = properties;
		this.broker = broker;
		this.results = results;
		this.redis = redis;
		this.tls = tls;
	}

	/**
	 * The broker of {@code celery.broker-url}.
	 * @return the endpoint, or {@code null} if it is not set
	 */
	@Nullable RedisEndpoint broker() {
		String url = this.properties.brokerUrl();
		if (!StringUtils.hasText(url)) {
			return null;
		}
		return this.tls.apply(parse(BROKER, url, brokerSentinel(url)), BROKER, CeleryTls.BROKER,
				this.properties.brokerUseSsl());
	}

	/**
	 * A broker that is not in {@code celery.broker-url}, with the TLS that the properties
	 * ask for.
	 * @param endpoint where it is
	 * @return the endpoint
	 */
	RedisEndpoint brokerElsewhere(RedisEndpoint endpoint) {
		return this.tls.apply(endpoint, null, CeleryTls.BROKER, this.properties.brokerUseSsl());
	}

	/**
	 * The Redis of {@code celery.result-backend}.
	 * @return the endpoint, or {@code null} if it is that of the broker
	 */
	@Nullable RedisEndpoint results() {
		String url = this.properties.resultBackend();
		if (!StringUtils.hasText(url) || resultsDisabled(this.properties) || isThatOfTheBroker(url)) {
			return null;
		}
		RedisEndpoint endpoint = isRedis(url)
				? CeleryConfigurationException
					.unlessIllegal((name) -> "celery.redis-" + (name.equals("database") ? "db" : name),
							() -> new RedisEndpoint.Standalone(this.redis.redisHost(), this.redis.redisPort(),
									this.redis.redisDb(), null, null, null))
				: parse(RESULTS, url, resultsSentinel(url));
		if (!EndpointLogin.isIn(endpoint)) {
			endpoint = EndpointLogin.with(endpoint, this.redis.redisUsername(), this.redis.redisPassword());
		}
		return this.tls.apply(endpoint, RESULTS, CeleryTls.RESULTS, this.properties.redisBackendUseSsl());
	}

	private static boolean isRedis(String url) {
		return url.strip().equalsIgnoreCase(REDIS);
	}

	private boolean isThatOfTheBroker(String url) {
		return url.equals(this.properties.brokerUrl())
				&& Objects.equals(this.properties.redisBackendUseSsl(), this.properties.brokerUseSsl())
				&& Objects.equals(this.results.masterName(), this.broker.masterName())
				&& this.results.minOtherSentinels() == this.broker.minOtherSentinels()
				&& this.results.sentinelKwargs().equals(this.broker.sentinelKwargs())
				&& this.redis.redisUsername() == null && this.redis.redisPassword() == null;
	}

	/**
	 * Whether no results are kept.
	 * @param properties Celery's settings
	 * @return whether the result backend is {@code disabled://}
	 */
	static boolean resultsDisabled(CeleryProperties properties) {
		String url = properties.resultBackend();
		return url != null && (url.strip().equals("disabled://") || url.strip().equals("disabled"));
	}

	/**
	 * Warns about settings that are for another kind of URL than there is.
	 * @param environment the properties of the application
	 */
	void warnAboutUnused(Environment environment) {
		String url = Objects.requireNonNullElse(this.properties.resultBackend(), "");
		boolean own = StringUtils.hasText(url) && !resultsDisabled(this.properties);
		warn(environment, !isRedis(url), List.of("celery.redis-host", "celery.redis-port", "celery.redis-db"),
				RESULTS + " is not 'redis'");
		warn(environment, !own, List.of("celery.redis-username", "celery.redis-password", CeleryTls.RESULTS),
				"the results have no Redis of their own in " + RESULTS);
		warn(environment, !isSentinel(url), List.of(CeleryOptionKeys.RESULTS.propertyOf("master_name")),
				RESULTS + " is not a sentinel:// URL");
		warn(environment, !isSentinel(Objects.requireNonNullElse(this.properties.brokerUrl(), "")),
				List.of(CeleryOptionKeys.BROKER.propertyOf("master_name")), BROKER + " is not a sentinel:// URL");
	}

	private static void warn(Environment environment, boolean unused, List<String> properties, String reason) {
		properties.stream()
			.filter((name) -> unused
					&& (PropertyForm.hasValue(environment, name) || PropertyForm.hasKeys(environment, name)))
			.forEach((name) -> logger.warn(name + " has no effect: " + reason));
	}

	private static boolean isSentinel(String url) {
		return url.strip().toLowerCase(Locale.ROOT).startsWith("sentinel://");
	}

	private SentinelOptions brokerSentinel(String url) {
		return sentinel(url, BROKER, CeleryOptionKeys.BROKER, this.broker.masterName(), this.broker.minOtherSentinels(),
				this.broker.sentinelKwargs());
	}

	private SentinelOptions resultsSentinel(String url) {
		return sentinel(url, RESULTS, CeleryOptionKeys.RESULTS, this.results.masterName(),
				this.results.minOtherSentinels(), this.results.sentinelKwargs());
	}

	private SentinelOptions sentinel(String url, String urlProperty, OptionKeys options, @Nullable String master,
			int minOther, SentinelKwargs kwargs) {
		if (!isSentinel(url)) {
			return SentinelOptions.NONE;
		}
		if (!StringUtils.hasText(master)) {
			throw new CeleryConfigurationException(
					"'" + urlProperty + "' is that of Sentinels, but nothing says which master to ask them for.",
					"Set '" + options.propertyOf("master_name")
							+ "' to the name that stands behind 'sentinel monitor' in their configuration.",
					null);
		}
		return CeleryConfigurationException.unlessIllegal(options::propertyOf,
				() -> new SentinelOptions(master.strip(), minOther, kwargs.username(), kwargs.password(),
						this.tls.ofSentinels(options.propertyOf("sentinel_kwargs"), kwargs)));
	}

	private static RedisEndpoint parse(String property, String url, SentinelOptions sentinel) {
		try {
			return CeleryRedisUrl.parse(url, sentinel);
		}
		catch (InvalidRedisUrlException ex) {
			String action = "Correct '" + property + "'. " + ex.getRemedy()
					+ (property.equals(RESULTS) ? " To keep no results write disabled://." : "");
			throw new CeleryConfigurationException(
					"'" + property + "' is '" + ex.getUrl() + "', which cannot be used: " + ex.getReason() + ".",
					action, ex);
		}
	}

}
