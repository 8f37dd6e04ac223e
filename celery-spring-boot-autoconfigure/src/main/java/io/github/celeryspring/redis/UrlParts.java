package io.github.celeryspring.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * One URL, cut into its parts, which are decoded. Counterpart of {@code kombu.utils.url}.
 *
 * @param scheme in lower case; empty if there is none
 * @param username the user, or {@code null}
 * @param password the password, or {@code null}
 * @param address host and port, not decoded
 * @param path what follows them, with its slash
 * @param query the options, none without name or value
 */
record UrlParts(String scheme, @Nullable String username, @Nullable String password, String address, String path,
		Map<String, String> query) {

	private static final String DEFAULT_HOST = "127.0.0.1";

	static UrlParts of(String url) {
		int end = url.indexOf("://");
		if (url.indexOf('#') >= 0) {
			throw new UrlMistake("it contains a #", UrlMistake.ENCODE);
		}
		String scheme = (end > 0) ? url.substring(0, end).toLowerCase(Locale.ROOT) : "";
		String rest = (end >= 0) ? url.substring(end + 3) : url;
		int question = rest.indexOf('?');
		String hierarchy = (question >= 0) ? rest.substring(0, question) : rest;
		int slash = hierarchy.indexOf('/');
		String authority = (slash >= 0) ? hierarchy.substring(0, slash) : hierarchy;
		int at = authority.lastIndexOf('@');
		if (at < 0 && rest.indexOf('@') >= 0) {
			throw new UrlMistake("there is an @ behind a / or ?", UrlMistake.ENCODE);
		}
		String userInfo = (at >= 0) ? authority.substring(0, at) : "";
		int colon = userInfo.indexOf(':');
		String username = emptyToNull(decode((colon >= 0) ? userInfo.substring(0, colon) : userInfo));
		String password = (colon >= 0) ? emptyToNull(decode(userInfo.substring(colon + 1))) : null;
		// A user without password (nopass) still has to be named to Redis.
		return new UrlParts(scheme, username, (password == null && username != null) ? "" : password,
				authority.substring(at + 1), (slash >= 0) ? decode(hierarchy.substring(slash)) : "",
				query((question >= 0) ? rest.substring(question + 1) : ""));
	}

	private static Map<String, String> query(String text) {
		Map<String, String> query = new LinkedHashMap<>();
		for (String pair : text.split("&")) {
			int equal = pair.indexOf('=');
			String key = decode((equal >= 0) ? pair.substring(0, equal) : pair);
			if (!pair.isEmpty() && !key.matches("[A-Za-z][A-Za-z0-9_]*")) {
				throw new UrlMistake("it has a query option without a proper name", UrlMistake.ENCODE);
			}
			if (!pair.isEmpty() && (equal < 0 || equal == pair.length() - 1)) {
				throw new UrlMistake("it has a query option without a value", UrlMistake.ENCODE);
			}
			if (!pair.isEmpty()) {
				query.put(key, decode(pair.substring(equal + 1).replace("+", "%20")));
			}
		}
		return query;
	}

	/**
	 * Where the server is.
	 * @param defaultPort the port if the URL names none
	 */
	HostAndPort hostAndPort(int defaultPort) {
		return new HostAndPort(host(), port(defaultPort));
	}

	private int port(int defaultPort) {
		int colon = this.address.lastIndexOf(':');
		if (colon < 0 || this.address.indexOf(']') > colon || colon == this.address.length() - 1) {
			return defaultPort;
		}
		int port = number(this.address.substring(colon + 1));
		if (port < 0 || port > 65535) {
			// The text is not shown: it may be the begin of a password.
			throw new UrlMistake("its port is not a number from 1 to 65535", UrlMistake.ENCODE);
		}
		return (port != 0) ? port : defaultPort;
	}

	private String host() {
		if (this.address.startsWith("[")) {
			int end = this.address.indexOf(']');
			boolean closed = end > 1 && (end == this.address.length() - 1 || this.address.charAt(end + 1) == ':');
			if (!closed) {
				throw new UrlMistake("its IPv6 address has no ]", "Write [::1]:6379.");
			}
			return decode(this.address.substring(1, end));
		}
		int colon = this.address.indexOf(':');
		if (colon != this.address.lastIndexOf(':')) {
			throw new UrlMistake("it has more than one : behind the user",
					"Write an IPv6 address in brackets: [::1]:6379. " + UrlMistake.ENCODE);
		}
		String host = decode((colon >= 0) ? this.address.substring(0, colon) : this.address);
		if (host.chars().anyMatch((character) -> character <= ' ')) {
			throw new UrlMistake("its host contains white space", RedisUrlSchemes.FORM);
		}
		return (!host.isEmpty()) ? host.toLowerCase(Locale.ROOT) : DEFAULT_HOST;
	}

	/** The database number of the path, or the option {@code virtual_host}. */
	int database() {
		String text = this.path.replaceFirst("^//?", "");
		String option = this.query.get("virtual_host");
		if (!text.isEmpty() && option != null) {
			throw new UrlMistake("it names a database twice, in the path and as virtual_host",
					"Leave one of them out.");
		}
		return database((option != null) ? option.replaceFirst("^/", "") : text);
	}

	/** The database number of the option {@code virtual_host} alone. */
	int databaseOption() {
		return database(this.query.getOrDefault("virtual_host", "").replaceFirst("^/", ""));
	}

	private static int database(String text) {
		int database = (!text.isEmpty()) ? number(text) : 0;
		if (database < 0) {
			throw new UrlMistake("its database is not a number",
					"The part behind the / is the database number, such as /0.");
		}
		return database;
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new UrlMistake("a % is not followed by two hexadecimal digits", UrlMistake.ENCODE);
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

	@Override
	public String toString() {
		return "UrlParts[scheme=" + this.scheme + "]";
	}

}
