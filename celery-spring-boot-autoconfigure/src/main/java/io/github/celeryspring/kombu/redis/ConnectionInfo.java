package io.github.celeryspring.kombu.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.redis.RedisEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown of a connection. Counterpart of {@code kombu.Connection.info()}.
 */
final class ConnectionInfo {

	private ConnectionInfo() {
	}

	static Map<String, @Nullable Object> of(RedisEndpoint endpoint) {
		Map<String, @Nullable Object> info = new LinkedHashMap<>();
		info.put("hostname", hostname(endpoint));
		info.put("userid", null);
		info.put("virtual_host", String.valueOf(endpoint.database()));
		info.put("port", (endpoint instanceof RedisEndpoint.Standalone server) ? server.port() : null);
		info.put("insist", false);
		info.put("ssl", endpoint.tls() != null);
		info.put("transport", (endpoint instanceof RedisEndpoint.Sentinel) ? "sentinel" : "redis");
		info.put("login_method", null);
		info.put("uri_prefix", null);
		info.put("alternates", (endpoint instanceof RedisEndpoint.Alternates several)
				? several.endpoints().stream().map(Object::toString).toList() : List.of());
		return info;
	}

	private static String hostname(RedisEndpoint endpoint) {
		return (endpoint instanceof RedisEndpoint.Standalone server) ? server.host() : endpoint.toString();
	}

}
