package io.github.celeryspring.protocol;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TaskIds}.
 */
class TaskIdsTests {

	@Test
	void idsAreRandomUuids() {
		for (int i = 0; i < 1000; i++) {
			String id = TaskIds.next();
			UUID uuid = UUID.fromString(id);
			assertThat(uuid).hasToString(id);
			assertThat(uuid.version()).isEqualTo(4);
			assertThat(uuid.variant()).isEqualTo(2);
		}
	}

	@Test
	void idsOfManyThreadsDiffer() {
		Set<String> ids = ConcurrentHashMap.newKeySet();
		IntStream.range(0, 100_000).parallel().forEach((i) -> ids.add(TaskIds.next()));
		assertThat(ids).hasSize(100_000);
	}

	@Test
	void everyBitThatMayVaryDoes() {
		long[] ones = new long[2];
		long[] zeros = new long[2];
		for (int i = 0; i < 1000; i++) {
			UUID id = UUID.fromString(TaskIds.next());
			ones[0] |= id.getMostSignificantBits();
			ones[1] |= id.getLeastSignificantBits();
			zeros[0] |= ~id.getMostSignificantBits();
			zeros[1] |= ~id.getLeastSignificantBits();
		}
		assertThat(ones[0] & zeros[0]).isEqualTo(0xFFFF_FFFF_FFFF_0FFFL);
		assertThat(ones[1] & zeros[1]).isEqualTo(0x3FFF_FFFF_FFFF_FFFFL);
	}

}
