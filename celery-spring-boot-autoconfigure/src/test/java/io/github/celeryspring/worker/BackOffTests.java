package io.github.celeryspring.worker;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BackOffTests {

	private final BackOff backOff = new BackOff();

	@Test
	void doublesUpToTwoSecondsLessAQuarterAtMost() {
		for (long millis : new long[] { 250, 500, 1000, 2000, 2000, 2000 }) {
			assertThat(this.backOff.next()).isBetween(Duration.ofMillis(millis * 3 / 4), Duration.ofMillis(millis));
		}
		assertThat(this.backOff.failures()).isEqualTo(6);
	}

	@Test
	void neverOverflows() {
		for (int i = 0; i < 100; i++) {
			assertThat(this.backOff.next()).isBetween(Duration.ofMillis(187), Duration.ofSeconds(2));
		}
	}

	@Test
	void beginsAnewAfterASuccess() {
		this.backOff.next();
		this.backOff.next();
		this.backOff.reset();
		assertThat(this.backOff.next()).isLessThanOrEqualTo(Duration.ofMillis(250));
	}

}
