package io.github.celeryspring.kombu.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Finds owners that give no sign of life. Judged is only by what was seen here, without
 * interruption, on one connection, and by this machine's clock. Not thread-safe.
 */
final class OwnerWatch {

	/**
	 * After a restart or fail-over of Redis everybody has to find it again, and some do
	 * so later than others.
	 */
	private static final int PATIENCE_WITH_NEW_SERVER = 3;

	private final long timeoutNanos;

	private Map<String, Seen> seen = new HashMap<>();

	private @Nullable RedisSelf self;

	OwnerWatch(Duration timeout) {
		this.timeoutNanos = timeout.toNanos();
	}

	/** Forgets what was seen, because there may be things that were not. */
	void reset() {
		this.seen = new HashMap<>();
	}

	/**
	 * Looks at the records.
	 * @param self by which connection they were read
	 * @param records those of all peers
	 * @param asked when they were asked for, by {@link System#nanoTime()}
	 * @param read when they were there
	 * @return those that have been the same for too long
	 */
	List<OwnerRecord> observe(RedisSelf self, List<OwnerRecord> records, long asked, long read) {
		if (!self.equals(this.self)) {
			reset();
			this.self = self;
		}
		Map<String, Seen> now = new HashMap<>();
		List<OwnerRecord> silent = new ArrayList<>();
		for (OwnerRecord each : records) {
			Seen before = this.seen.get(each.owner());
			Seen current = (before != null && before.text().equals(each.text())) ? before : new Seen(each.text(), read);
			now.put(each.owner(), current);
			if (asked - current.since() >= patienceNanos(self, each)) {
				silent.add(each);
			}
		}
		this.seen = now;
		return silent;
	}

	private long patienceNanos(RedisSelf self, OwnerRecord owner) {
		return self.server().equals(owner.server()) ? this.timeoutNanos : PATIENCE_WITH_NEW_SERVER * this.timeoutNanos;
	}

	private record Seen(String text, long since) {

	}

}
