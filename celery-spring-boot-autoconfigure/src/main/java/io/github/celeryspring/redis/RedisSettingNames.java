package io.github.celeryspring.redis;

import org.springframework.util.Assert;

/**
 * What the settings of a Redis are called where users change them, for messages that tell
 * what to do.
 *
 * @param url names the setting with the URL
 * @param tls names the setting with the certificates
 * @since 0.1.0
 */
public record RedisSettingNames(String url, String tls) {

	/** For those who have no names. */
	public static final RedisSettingNames DEFAULTS = new RedisSettingNames("the URL of this Redis", "its TLS settings");

	public RedisSettingNames {
		Assert.hasText(url, "'url' must not be empty");
		Assert.hasText(tls, "'tls' must not be empty");
	}

}
