package io.github.celeryspring.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Parses {@code celery.broker-url} and {@code celery.result-backend} by kombu's rules:
 * {@code redis://[user][:password]@host[:port][/database]}, everything optional, or
 * {@code rediss://} with {@code ssl_*} options. Unlike kombu's, a {@code rediss://}
 * connection verifies certificate and host name unless told otherwise, and nothing is
 * dropped silently. Counterpart of {@code kombu.utils.url} and of
 * {@code kombu.transport.redis.Channel._connparams}.
 *
 * @since 0.1.0
 */
public final class CeleryRedisUrl {

	private static final String DEFAULT_HOST = "127.0.0.1";

	private static final int DEFAULT_PORT = 6379;

	private static final String ENCODE = "In user name and password write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23"
			+ " and % as %25.";

	private final String url;

	private final SentinelOptions sentinel;

	private CeleryRedisUrl(String url, SentinelOptions sentinel) {
		this.url = url;
		this.sentinel = sentinel;
	}

	/**
	 * Parses a URL, or several separated by semicolons.
	 * @param url the URL
	 * @param sentinel what to know besides if it is that of Sentinels
	 * @return the endpoint
	 * @throws InvalidRedisUrlException if it is malformed, or asks for something that is
	 * not supported
	 */
	public static RedisEndpoint parse(String url, SentinelOptions sentinel) {
		return new CeleryRedisUrl(url.strip(), sentinel).endpoint();
	}

	/**
	 * Parses a URL that is not that of a Sentinel.
	 * @param url the URL
	 * @return the endpoint
	 * @throws InvalidRedisUrlException if it is malformed, or asks for something that is
	 * not supported
	 */
	public static RedisEndpoint parse(String url) {
		return parse(url, SentinelOptions.NONE);
	}

	private RedisEndpoint endpoint() {
		int end = this.url.indexOf("://");
		if (end <= 0) {
			throw invalid("it has no scheme", RedisUrlSchemes.FORM);
		}
		String scheme = this.url.substring(0, end).toLowerCase(Locale.ROOT);
		boolean tls = scheme.equals("rediss");
		if (!tls && !scheme.equals("redis")) {
			throw invalid(RedisUrlSchemes.reason(scheme), RedisUrlSchemes.remedy(scheme));
		}
		if (this.url.indexOf(';') >= 0) {
			throw invalid("lists of alternates separated by ; are not supported yet by this version",
					"Name one server. In a password write ; as %3B.");
		}
		if (this.url.indexOf('#') >= 0) {
			throw invalid("it contains a #", ENCODE);
		}
		return endpoint(tls, this.url.substring(end + 3));
	}

	private RedisEndpoint endpoint(boolean tls, String rest) {
		int question = rest.indexOf('?');
		Map<String, String> query = (question >= 0) ? query(rest.substring(question + 1)) : new LinkedHashMap<>();
		String address = (question >= 0) ? rest.substring(0, question) : rest;
		int slash = address.indexOf('/');
		String authority = (slash >= 0) ? address.substring(0, slash) : address;
		String path = (slash >= 0) ? address.substring(slash + 1) : "";
		int at = authority.lastIndexOf('@');
		String userInfo = (at >= 0) ? authority.substring(0, at) : "";
		if (at < 0 && rest.indexOf('@') >= 0) {
			throw invalid("there is an @ behind a / or ?", ENCODE);
		}
		String hostAndPort = authority.substring(at + 1);
		int port = port(hostAndPort);
		String host = host(hostAndPort);
		int database = database(path, query.remove("virtual_host"));
		RedisTls redisTls = tls(tls, query);
		int colon = userInfo.indexOf(':');
		String username = emptyToNull(decode((colon >= 0) ? userInfo.substring(0, colon) : userInfo));
		String password = (colon >= 0) ? emptyToNull(decode(userInfo.substring(colon + 1))) : null;
		// A user without password (nopass) still has to be named to Redis.
		return new RedisEndpoint.Standalone(host, port, database, username,
				(password == null && username != null) ? "" : password, redisTls);
	}

	private int port(String hostAndPort) {
		int colon = hostAndPort.lastIndexOf(':');
		if (colon < 0 || hostAndPort.indexOf(']') > colon || colon == hostAndPort.length() - 1) {
			return DEFAULT_PORT;
		}
		int port = number(hostAndPort.substring(colon + 1));
		if (port < 0 || port > 65535) {
			// The text is not shown: it may be the begin of a password.
			throw invalid("its port is not a number from 1 to 65535", ENCODE);
		}
		return (port != 0) ? port : DEFAULT_PORT;
	}

	private String host(String hostAndPort) {
		if (hostAndPort.startsWith("[")) {
			int end = hostAndPort.indexOf(']');
			boolean closed = end > 1 && (end == hostAndPort.length() - 1 || hostAndPort.charAt(end + 1) == ':');
			if (!closed) {
				throw invalid("its IPv6 address has no ]", "Write [::1]:6379.");
			}
			return decode(hostAndPort.substring(1, end));
		}
		int colon = hostAndPort.indexOf(':');
		if (colon != hostAndPort.lastIndexOf(':')) {
			throw invalid("it has more than one : behind the user",
					"Write an IPv6 address in brackets: [::1]:6379. " + ENCODE);
		}
		String host = decode((colon >= 0) ? hostAndPort.substring(0, colon) : hostAndPort);
		if (host.chars().anyMatch((character) -> character <= ' ')) {
			throw invalid("its host contains white space", RedisUrlSchemes.FORM);
		}
		return (!host.isEmpty()) ? host.toLowerCase(Locale.ROOT) : DEFAULT_HOST;
	}

	private int database(String path, @Nullable String virtualHost) {
		String text = decode(path);
		text = text.startsWith("/") ? text.substring(1) : text;
		if (text.isEmpty() && virtualHost != null) {
			text = virtualHost.startsWith("/") ? virtualHost.substring(1) : virtualHost;
		}
		else if (virtualHost != null) {
			throw invalid("it names a database twice, in the path and as virtual_host", "Leave one of them out.");
		}
		int database = (!text.isEmpty()) ? number(text) : 0;
		if (database < 0) {
			throw invalid("its database is not a number", "The part behind the / is the database number, such as /0.");
		}
		return database;
	}

	private @Nullable RedisTls tls(boolean tls, Map<String, String> query) {
		RedisTls result = null;
		if (tls) {
			try {
				result = RedisTlsQuery.take(query);
			}
			catch (InvalidRedisTlsException ex) {
				throw new InvalidRedisUrlException(RedactedUrl.of(this.url), String.valueOf(ex.getMessage()),
						ex.getRemedy(), ex.getCause());
			}
		}
		for (String key : query.keySet()) {
			if (key.startsWith("ssl_") && !tls) {
				throw invalid("the option " + key + " is for TLS connections only", "Write rediss:// instead.");
			}
			// An @ in the query: the "option" may be the end of a password with a raw ?.
			boolean shown = this.url.indexOf('@', this.url.indexOf('?')) < 0;
			throw invalid(
					shown ? "the query option " + key + " is not known" : "it has a query option that is not known",
					"Known are virtual_host and, for rediss://, " + RedisTlsQuery.KEYS + ".");
		}
		return result;
	}

	private Map<String, String> query(String text) {
		Map<String, String> query = new LinkedHashMap<>();
		for (String pair : text.split("&")) {
			int equal = pair.indexOf('=');
			String key = decode((equal >= 0) ? pair.substring(0, equal) : pair);
			if (!pair.isEmpty() && !key.matches("[A-Za-z][A-Za-z0-9_]*")) {
				throw invalid("it has a query option without a proper name", ENCODE);
			}
			if (!pair.isEmpty() && (equal < 0 || equal == pair.length() - 1)) {
				throw invalid("it has a query option without a value", ENCODE);
			}
			if (!pair.isEmpty()) {
				query.put(key, decode(pair.substring(equal + 1).replace("+", "%20")));
			}
		}
		return query;
	}

	private String decode(String text) {
		try {
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("a % is not followed by two hexadecimal digits", ENCODE);
		}
	}

	private static int number(String text) {
		boolean digits = !text.isEmpty() && text.length() <= 9
				&& text.chars().allMatch((each) -> each >= '0' && each <= '9');
		return digits ? Integer.parseInt(text) : -1;
	}

	private static @Nullable String emptyToNull(String text) {
		return (!text.isEmpty()) ? text : null;
	}

	private InvalidRedisUrlException invalid(String reason, String remedy) {
		return new InvalidRedisUrlException(RedactedUrl.of(this.url), reason, remedy, null);
	}

}
