package io.github.celeryspring.redis;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ListOfMapsOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

/**
 * Asks one Sentinel for the master, and judges the answer as redis-py does.
 *
 * @param client connects to Sentinels
 * @param endpoint whose master
 * @param settings how to log in at a Sentinel
 */
record SentinelQuery(RedisClient client, RedisEndpoint.Sentinel endpoint, LettuceOptions settings) {

	/**
	 * Asks.
	 * @param sentinel whom
	 * @return the address of the master; fails if the Sentinel knows no good one
	 */
	CompletionStage<InetSocketAddress> ask(HostAndPort sentinel) {
		return this.client.connectAsync(StringCodec.UTF8, this.settings.uri(sentinel, this.endpoint.options()))
			.thenCompose(
					(connection) -> masters(connection).whenComplete((masters, failure) -> connection.closeAsync()))
			.thenApply(this::address);
	}

	private static CompletionStage<List<Map<String, String>>> masters(
			StatefulRedisConnection<String, String> connection) {
		return connection.async()
			.dispatch(CommandType.SENTINEL, new ListOfMapsOutput<>(StringCodec.UTF8),
					new CommandArgs<>(StringCodec.UTF8).add("MASTERS"));
	}

	private InetSocketAddress address(List<Map<String, String>> masters) {
		String name = this.endpoint.options().masterName();
		Map<String, String> master = masters.stream()
			.filter((each) -> name.equals(each.get("name")))
			.findFirst()
			.orElseThrow(() -> useless("knows no master '" + name + "' (master_name), but " + names(masters)));
		List<String> flags = List.of(master.getOrDefault("flags", "").split(","));
		if (!flags.contains("master") || flags.contains("s_down") || flags.contains("o_down")) {
			throw useless("says that the master '" + name + "' is down (" + String.join(",", flags) + ")");
		}
		int others = Integer.parseInt(master.getOrDefault("num-other-sentinels", "0"));
		if (others < this.endpoint.options().minOtherSentinels()) {
			throw useless("knows " + others + " other Sentinels only, and min_other_sentinels is "
					+ this.endpoint.options().minOtherSentinels());
		}
		return InetSocketAddress.createUnresolved(String.valueOf(master.get("ip")),
				Integer.parseInt(String.valueOf(master.get("port"))));
	}

	private static String names(List<Map<String, String>> masters) {
		return masters.isEmpty() ? "none at all"
				: masters.stream().map((each) -> "'" + each.get("name") + "'").collect(Collectors.joining(", "));
	}

	private static BrokerUnavailableException useless(String reason) {
		return new BrokerUnavailableException(reason, null);
	}

}
