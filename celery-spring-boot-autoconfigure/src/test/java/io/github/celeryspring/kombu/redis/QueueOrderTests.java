package io.github.celeryspring.kombu.redis;

import java.util.Arrays;
import java.util.List;

import io.github.celeryspring.kombu.redis.RedisTransportOptions.QueueOrderStrategy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QueueOrderTests {

	@Test
	void everyQueueOfAPriorityComesBeforeTheNextPriority() {
		QueueOrder order = order(QueueOrderStrategy.ROUND_ROBIN, "b", "a");
		assertThat(lists(order)).containsExactly("b", "a", "b:3", "a:3", "b:6", "a:6", "b:9", "a:9");
		assertThat(order.queueOf(5)).isEqualTo("a");
		assertThat(order.indexOf(KombuKeys.bytes("b:6"))).isEqualTo(4);
	}

	@Test
	void roundRobinMovesAServedQueueToTheEnd() {
		QueueOrder order = order(QueueOrderStrategy.ROUND_ROBIN, "a", "b", "c");
		order.served("a");
		assertThat(lists(order)).startsWith("b", "c", "a", "b:3");
		order.served("c");
		assertThat(lists(order)).startsWith("b", "a", "c", "b:3");
	}

	@Test
	void priorityKeepsTheGivenOrder() {
		QueueOrder order = order(QueueOrderStrategy.PRIORITY, "b", "c", "a");
		order.served("b");
		assertThat(lists(order)).startsWith("b", "c", "a");
	}

	@Test
	void sortedGoesByName() {
		QueueOrder order = order(QueueOrderStrategy.SORTED, "b", "c", "a", "b");
		order.served("a");
		assertThat(lists(order)).startsWith("a", "b", "c", "a:3");
	}

	private static QueueOrder order(QueueOrderStrategy strategy, String... queues) {
		RedisTransportOptions options = RedisTransportOptions.builder().queueOrderStrategy(strategy).sep(":").build();
		return new QueueOrder(List.of(queues), new KombuKeys(options), options);
	}

	private static List<String> lists(QueueOrder order) {
		return Arrays.stream(order.lists()).map(KombuKeys::text).toList();
	}

}
