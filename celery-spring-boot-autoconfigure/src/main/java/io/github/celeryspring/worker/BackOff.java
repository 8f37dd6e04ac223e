package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after a failure: 0.25, 0.5, 1 and then 2 seconds, less up to a quarter
 * by chance, so that the workers of a broker that comes back do not all arrive at once.
 * Not longer, because a worker is to consume again within five seconds of that.
 */
final class BackOff {

	private static final long FIRST_MILLIS = 250;

	private static final long LAST_MILLIS = 2000;

	private int failures;

	/**
	 * Notes one more failure in a row.
	 * @return how long to wait
	 */
	Duration next() {
		long millis = Math.min(LAST_MILLIS, FIRST_MILLIS << Math.min(this.failures, 10));
		this.failures++;
		return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4 + 1));
	}

	/**
	 * How many failures there were in a row.
	 */
	int failures() {
		return this.failures;
	}

	void reset() {
		this.failures = 0;
	}

}
