package io.github.celeryspring.worker;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackOffTests {

	private final BackOff backOff = new BackOff();

	@Test
	void doublesUpToThirtySecondsLessAQuarterAtMost() {
		for (long millis : new long[] { 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000 }) {
			assertThat(this.backOff.next()).isBetween(Duration.ofMillis(millis * 3 / 4), Duration.ofMillis(millis));
		}
		assertThat(this.backOff.failures()).isEqualTo(7);
	}

	@Test
	void neverOverflows() {
		for (int i = 0; i < 100; i++) {
			assertThat(this.backOff.next()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(30));
		}
	}

	@Test
	void beginsAnewAfterASuccess() {
		this.backOff.next();
		this.backOff.next();
		this.backOff.reset();
		assertThat(this.backOff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
	}

}
