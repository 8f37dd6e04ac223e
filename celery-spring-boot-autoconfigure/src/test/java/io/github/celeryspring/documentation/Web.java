package io.github.celeryspring.documentation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What the tasks of docs/coming-from-celery.md read. It is there at the second try.
 */
class Web {

	/** Each release lets one call of {@link #slow()} go on. */
	final Semaphore gate = new Semaphore(0);

	private final Map<String, Integer> tries = new ConcurrentHashMap<>();

	String get(String url) throws IOException {
		if (url.endsWith("/gone")) {
			throw new FileNotFoundException(url);
		}
		if (this.tries.merge(url, 1, Integer::sum) == 1) {
			throw new BusyException();
		}
		return "page of " + url;
	}

	int tries(String url) {
		return this.tries.getOrDefault(url, 0);
	}

	void slow() throws InterruptedException {
		this.gate.acquire();
	}

	/** It says when it has time. */
	static class BusyException extends IOException {

		Duration retryAfter() {
			return Duration.ofMillis(100);
		}

	}

}
