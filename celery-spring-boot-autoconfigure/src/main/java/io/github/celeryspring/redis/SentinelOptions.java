package io.github.celeryspring.redis;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * What the URL of a Sentinel does not say: {@code master_name},
 * {@code min_other_sentinels} and {@code sentinel_kwargs} of kombu's
 * {@code broker_transport_options} and Celery's {@code result_backend_transport_options}.
 * {@link #toString()} shows no password.
 *
 * @param masterName the name of the master group; empty if none was given
 * @param minOtherSentinels how many other Sentinels the one that answers must know
 * @param username the ACL user at the Sentinels, or {@code null}
 * @param password the password at the Sentinels, or {@code null}
 * @param tls TLS settings for the Sentinels, or {@code null} for plain connections
 * @since 0.1.0
 */
public record SentinelOptions(String masterName, int minOtherSentinels, @Nullable String username,
		@Nullable String password, @Nullable RedisTls tls) {

	/** No master, which only does where there are no Sentinels. */
	public static final SentinelOptions NONE = new SentinelOptions("", 0, null, null, null);

	public SentinelOptions {
		Assert.isTrue(minOtherSentinels >= 0, "'min_other_sentinels' must not be negative");
	}

	/**
	 * Sentinels without a password.
	 * @param masterName the name of the master group
	 * @return the options
	 */
	public static SentinelOptions of(String masterName) {
		return new SentinelOptions(masterName, 0, null, null, null);
	}

	@Override
	public String toString() {
		return "SentinelOptions[masterName=" + this.masterName + ", minOtherSentinels=" + this.minOtherSentinels + "]";
	}

}
