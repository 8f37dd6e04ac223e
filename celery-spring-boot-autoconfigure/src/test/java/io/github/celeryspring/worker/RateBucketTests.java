package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.task.RateLimit;
import io.github.celeryspring.testsupport.InMemoryTransport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RateBucketTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

	/** Near the overflow, which nanoTime() may be. */
	private static final long BEGIN = Long.MAX_VALUE - SECOND;

	private final InMemoryTransport transport = new InMemoryTransport();

	private Delivery message() {
		return this.transport.deliver("celery", new byte[0]);
	}

	@Test
	void oneTokenAtATime() {
		RateBucket bucket = bucket("10/s");
		assertThat(bucket.take(BEGIN)).isTrue();
		assertThat(bucket.take(BEGIN)).isFalse();
		assertThat(bucket.take(BEGIN + SECOND / 10 - 1)).isFalse();
		assertThat(bucket.take(BEGIN + SECOND / 10)).isTrue();
		assertThat(bucket.take(BEGIN + 60 * SECOND)).isTrue();
		assertThat(bucket.take(BEGIN + 60 * SECOND)).isFalse();
	}

	@Test
	void messagesAreHeldWhoseTurnIsNearAndGoInOrder() {
		RateBucket bucket = bucket("2/s");
		bucket.take(BEGIN);
		List<Delivery> held = List.of(message(), message());
		held.forEach((delivery) -> assertThat(bucket.hold(delivery, BEGIN)).isTrue());
		assertThat(bucket.hold(message(), BEGIN)).isFalse();
		assertThat(bucket.waiting(BEGIN)).isEqualTo(SECOND / 2);
		assertThat(bucket.release(BEGIN + SECOND / 2 - 1)).isNull();
		assertThat(bucket.release(BEGIN + SECOND / 2)).isSameAs(held.get(0));
		assertThat(bucket.take(BEGIN + SECOND / 2)).as("with its token").isTrue();
		assertThat(bucket.take(BEGIN + SECOND)).as("the other one waits").isFalse();
		assertThat(bucket.release(BEGIN + SECOND)).isSameAs(held.get(1));
		assertThat(bucket.waiting(BEGIN + SECOND)).isNegative();
	}

	@Test
	void messagesAreParkedOnePerTurnAndComeBackALittleEarly() {
		RateBucket bucket = bucket("10/m");
		bucket.take(BEGIN);
		assertThat(bucket.hold(message(), BEGIN)).isFalse();
		assertThat(bucket.park(BEGIN)).isEqualTo(6 * SECOND - SECOND / 2);
		assertThat(bucket.park(BEGIN)).isEqualTo(12 * SECOND - SECOND / 2);
		assertThat(bucket.park(BEGIN + SECOND)).isEqualTo(17 * SECOND - SECOND / 2);
	}

	@Test
	void whatIsFurtherAwayComesBackAfterFiveMinutesAndTakesTheTurnsAfterThat() {
		RateBucket bucket = bucket("1/m");
		bucket.take(BEGIN);
		List<Long> minutes = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			minutes.add((bucket.park(BEGIN) + SECOND / 2) / MINUTE);
		}
		assertThat(minutes).containsExactly(1L, 2L, 3L, 4L, 5L, 5L, 5L);
		for (int i = 1; i <= 5; i++) {
			assertThat(bucket.take(BEGIN + i * MINUTE)).isTrue();
		}
		long later = BEGIN + 5 * MINUTE;
		assertThat((bucket.park(later) + SECOND / 2) / MINUTE).isEqualTo(1);
		assertThat((bucket.park(later) + SECOND / 2) / MINUTE).isEqualTo(2);
	}

	@Test
	void changedRateCountsFromNowOn() {
		RateBucket bucket = bucket("1/h");
		bucket.take(BEGIN);
		bucket.park(BEGIN);
		bucket.rate(RateLimit.of("1/s"), BEGIN);
		assertThat(bucket.take(BEGIN + SECOND - 1)).isFalse();
		assertThat(bucket.take(BEGIN + SECOND)).isTrue();
		bucket.rate(RateLimit.of("1/h"), BEGIN + SECOND);
		assertThat(bucket.take(BEGIN + 2 * SECOND)).isTrue();
		assertThat(bucket.take(BEGIN + 3 * SECOND)).isFalse();
	}

	@Test
	void closingGivesBackWhatWasHeld() {
		RateBucket bucket = bucket("2/s");
		bucket.take(BEGIN);
		Delivery held = message();
		bucket.hold(held, BEGIN);
		assertThat(bucket.close()).containsExactly(held);
		assertThat(bucket.close()).isEmpty();
	}

	private static RateBucket bucket(String rate) {
		return new RateBucket(RateLimit.of(rate), BEGIN);
	}

}
