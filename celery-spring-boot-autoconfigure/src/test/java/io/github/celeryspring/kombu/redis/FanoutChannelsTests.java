package io.github.celeryspring.kombu.redis;

import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.redis.RedisEndpoint;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FanoutChannelsTests {

	private final RedisTransportOptions.Builder options = RedisTransportOptions.builder();

	@Test
	void haveTheDatabaseInTheirPrefix() {
		assertThat(channels().channel("celeryev", "task.sent")).isEqualTo("/3.celeryev/task.sent");
		assertThat(channels().channel("celery.pidbox", "")).isEqualTo("/3.celery.pidbox");
	}

	@Test
	void mayHaveAnotherPrefixOrNone() {
		this.options.fanoutPrefix("/other.");
		assertThat(channels().channel("celeryev", "task.sent")).isEqualTo("/other.celeryev/task.sent");
		this.options.fanoutPrefix("");
		assertThat(channels().channel("celeryev", "task.sent")).isEqualTo("celeryev/task.sent");
	}

	@Test
	void mayLeaveTheRoutingKeyOut() {
		this.options.fanoutPatterns(false);
		assertThat(channels().channel("celeryev", "task.sent")).isEqualTo("/3.celeryev");
		assertThat(channels().pattern("celeryev", "task.#")).isEqualTo("/3.celeryev");
	}

	@Test
	void beginWithTheGlobalPrefix() {
		this.options.globalKeyprefix("app:");
		assertThat(channels().channel("celeryev", "task.sent")).isEqualTo("app:/3.celeryev/task.sent");
	}

	@Test
	void patternsAreThoseOfRedis() {
		assertThat(channels().pattern("celeryev", "#")).isEqualTo("/3.celeryev/*");
		assertThat(channels().pattern("celeryev", "worker.#")).isEqualTo("/3.celeryev/worker.*");
		assertThat(channels().pattern("celeryev", "")).isEqualTo("/3.celeryev");
	}

	@Test
	void onlyDeclaredFanoutExchangesAreFanout() {
		FanoutChannels channels = channels();
		channels.declare(new CeleryExchange("news", CeleryExchange.Type.FANOUT));
		channels.declare(CeleryExchange.direct("mail"));
		assertThat(channels.isFanout("news")).isTrue();
		assertThat(channels.isFanout("mail")).isFalse();
		assertThat(channels.isFanout("")).isFalse();
	}

	private FanoutChannels channels() {
		return new FanoutChannels(this.options.build(),
				new RedisEndpoint.Standalone("localhost", 6379, 3, null, null, null));
	}

}
