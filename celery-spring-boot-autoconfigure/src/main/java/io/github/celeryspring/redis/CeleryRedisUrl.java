package io.github.celeryspring.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.redis.RedisEndpoint.Standalone;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code celery.broker-url} and {@code celery.result-backend} by kombu's rules:
 * <ul>
 * <li>{@code redis://[user][:password]@host[:port][/database]}, everything optional, or
 * {@code rediss://} with {@code ssl_*} options</li>
 * <li>{@code redis+socket://[[user]:password@]/path/to/socket[?virtual_host=database]},
 * or {@code socket://}</li>
 * <li>{@code sentinel://[[user]:password@]host[:26379][/database][;sentinel://host...]}:
 * Sentinels; user, password, database and {@code ssl_*} options are for the master they
 * name</li>
 * <li>several of the first or of the second, separated by semicolons: alternates. What is
 * not a URL there is the host of a server that is like the first.</li>
 * </ul>
 * Unlike kombu's, a {@code rediss://} connection verifies certificate and host name
 * unless told otherwise, and nothing is dropped silently. Counterpart of
 * {@code kombu.utils.url}, {@code kombu.connection} and of
 * {@code kombu.transport.redis.Channel._connparams}.
 *
 * @since 0.1.0
 */
public final class CeleryRedisUrl {

	private static final int DEFAULT_PORT = 6379;

	private final List<String> urls;

	private final SentinelOptions sentinel;

	/** The same options give the same settings, whose files are read once. */
	private final Map<Map<String, String>, RedisTls> tls = new HashMap<>();

	private CeleryRedisUrl(List<String> urls, SentinelOptions sentinel) {
		this.urls = urls;
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
		List<String> urls = new ArrayList<>();
		for (String each : url.strip().split(";", -1)) {
			urls.add(each.strip());
		}
		try {
			return new CeleryRedisUrl(urls, sentinel).endpoint();
		}
		catch (UrlMistake ex) {
			throw ex.in(url.strip());
		}
		catch (InvalidRedisTlsException ex) {
			throw new UrlMistake(String.valueOf(ex.getMessage()), ex.getRemedy(), ex.getCause()).in(url.strip());
		}
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
		checkScheme(this.urls.get(0));
		List<UrlParts> parts = this.urls.stream().map(UrlParts::of).toList();
		UrlParts first = parts.get(0);
		if (first.scheme().equals(RedisUrlSchemes.SENTINEL)) {
			return sentinel(parts);
		}
		List<RedisEndpoint> endpoints = new ArrayList<>(List.of(server(first)));
		for (UrlParts each : parts.subList(1, parts.size())) {
			endpoints.add(alternate(endpoints.get(0), each));
		}
		return (endpoints.size() > 1) ? new RedisEndpoint.Alternates(endpoints) : endpoints.get(0);
	}

	private static void checkScheme(String url) {
		int end = url.indexOf("://");
		if (end <= 0) {
			throw new UrlMistake("it has no scheme", RedisUrlSchemes.FORM);
		}
		RedisUrlSchemes.check(url.substring(0, end));
	}

	private RedisEndpoint server(UrlParts url) {
		if (RedisUrlSchemes.isSocket(url.scheme())) {
			return socket(url);
		}
		boolean encrypted = url.scheme().equals("rediss");
		HostAndPort address = url.hostAndPort(DEFAULT_PORT);
		return new Standalone(address.host(), address.port(), url.database(), url.username(), url.password(),
				tls(url, encrypted, encrypted));
	}

	private RedisEndpoint socket(UrlParts url) {
		if (!url.address().isEmpty() || url.path().length() < 2) {
			throw new UrlMistake("it has no absolute path of a socket",
					"Write three slashes: redis+socket:///path/to/redis.sock.");
		}
		tls(url, false, false);
		return new RedisEndpoint.Socket(url.path(), url.databaseOption(), url.username(), url.password());
	}

	private RedisEndpoint alternate(RedisEndpoint first, UrlParts url) {
		RedisEndpoint endpoint = url.scheme().isEmpty() ? like(first, url) : other(url);
		if (endpoint.getClass() != first.getClass()) {
			throw new UrlMistake("it mixes unix sockets and hosts", "Name sockets only, or hosts only.");
		}
		if (endpoint.database() != first.database()) {
			throw new UrlMistake("its alternates have different databases",
					"Write the same database number in each: they must hold the same messages.");
		}
		if (!Objects.equals(endpoint.tls(), first.tls())) {
			throw new UrlMistake("its alternates have different TLS settings",
					"Write the same scheme and the same ssl_ options in each.");
		}
		return endpoint;
	}

	private RedisEndpoint other(UrlParts url) {
		if (url.scheme().equals(RedisUrlSchemes.SENTINEL)) {
			throw new UrlMistake("it mixes Sentinels and servers", "Name Sentinels only, or servers only.");
		}
		RedisUrlSchemes.check(url.scheme());
		return server(url);
	}

	/** kombu takes all but the host from the first. */
	private static RedisEndpoint like(RedisEndpoint first, UrlParts url) {
		boolean host = url.username() == null && url.password() == null && url.path().isEmpty()
				&& url.query().isEmpty();
		if (!host || url.address().isEmpty() || !(first instanceof Standalone server)) {
			throw new UrlMistake("a part behind a ; is neither a URL nor a host", UrlMistake.ENCODE);
		}
		HostAndPort address = url.hostAndPort(server.port());
		return new Standalone(address.host(), address.port(), server.database(), server.username(), server.password(),
				server.tls());
	}

	private RedisEndpoint sentinel(List<UrlParts> urls) {
		UrlParts first = urls.get(0);
		int database = first.database();
		RedisTls redisTls = tls(first, true, first.query().keySet().stream().anyMatch((key) -> key.startsWith("ssl_")));
		List<HostAndPort> sentinels = new ArrayList<>();
		for (UrlParts url : urls) {
			checkLike(first, url);
			sentinels.add(url.hostAndPort(RedisEndpoint.Sentinel.DEFAULT_PORT));
		}
		if (this.sentinel.masterName().isBlank()) {
			throw new UrlMistake("it is that of Sentinels, and master_name is missing",
					"Set master_name in celery.broker-transport-options, and for a result backend in"
							+ " celery.result-backend-transport-options, to the name in the line 'sentinel monitor'"
							+ " of sentinel.conf.");
		}
		return new RedisEndpoint.Sentinel(sentinels, this.sentinel, database, first.username(), first.password(),
				redisTls);
	}

	/** kombu drops from the second on what is not host and port. */
	private static void checkLike(UrlParts first, UrlParts url) {
		if (!url.scheme().equals(RedisUrlSchemes.SENTINEL)) {
			throw new UrlMistake("a part behind a ; is not a Sentinel",
					"Write sentinel:// in front of each. " + UrlMistake.ENCODE);
		}
		boolean user = url.password() == null
				|| Objects.equals(url.password(), first.password()) && Objects.equals(url.username(), first.username());
		boolean database = url.path().length() < 2 || url.path().equals(first.path());
		if (!user || !database || !url.query().isEmpty() && !url.query().equals(first.query())) {
			throw new UrlMistake("its Sentinels differ in more than host and port",
					"Write user, password, database and ssl_ options in the first only: they are for the master. The"
							+ " password of the Sentinels themselves belongs into sentinel_kwargs.");
		}
	}

	/**
	 * The TLS settings of a URL that has no other options left then.
	 * @param allowed whether it may have any
	 * @param wanted whether it has
	 */
	private @Nullable RedisTls tls(UrlParts url, boolean allowed, boolean wanted) {
		Map<String, String> query = new LinkedHashMap<>(url.query());
		query.remove("virtual_host");
		Map<String, String> all = Map.copyOf(query);
		RedisTls known = wanted ? this.tls.get(all) : null;
		if (known != null) {
			return known;
		}
		RedisTls result = wanted ? RedisTlsQuery.take(query) : null;
		rejectUnknown(query, allowed);
		if (result != null) {
			this.tls.put(all, result);
		}
		return result;
	}

	private void rejectUnknown(Map<String, String> query, boolean tlsAllowed) {
		for (String key : query.keySet()) {
			if (key.startsWith("ssl_") && !tlsAllowed) {
				throw new UrlMistake("the option " + key + " is for TLS connections only", "Write rediss:// instead.");
			}
			// An @ in the query: the "option" may be the end of a password with a raw ?.
			boolean shown = this.urls.stream()
				.noneMatch((url) -> url.lastIndexOf('@') > url.indexOf("?") && url.contains("?"));
			throw new UrlMistake(
					shown ? "the query option " + key + " is not known" : "it has a query option that is not known",
					"Known are virtual_host and, for TLS, " + RedisTlsQuery.KEYS + ".");
		}
	}

}
