package io.github.celeryspring.worker;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.protocol.TaskHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What this worker was told not to run. Thread-safe. Counterpart of {@code revoked} and
 * {@code revoked_stamps} in {@code celery.worker.state}.
 */
final class RevokedTasks {

	/** Celery's {@code REVOKES_MAX}. */
	private static final int MAX_SIZE = 50_000;

	/** Celery's {@code REVOKE_EXPIRES}. */
	private static final Duration EXPIRES = Duration.ofSeconds(10800);

	private final LimitedSet<String> ids = new LimitedSet<>(MAX_SIZE, EXPIRES, System::nanoTime);

	private final LimitedSet<Stamp> stamps = new LimitedSet<>(MAX_SIZE, EXPIRES, System::nanoTime);

	void add(Collection<String> taskIds) {
		this.ids.addAll(taskIds);
	}

	/**
	 * Revokes by stamps.
	 * @param stamps values, or lists of them, by name
	 */
	void addStamps(Map<String, ? extends @Nullable Object> stamps) {
		stamps.forEach((name, value) -> this.stamps.addAll(Stamp.of(name, value)));
	}

	/**
	 * Whether a task is revoked, by its id or one of its stamps.
	 * @param headers of the message
	 * @return whether it is
	 */
	boolean contains(TaskHeaders headers) {
		return this.ids.contains(headers.id()) || (!this.stamps.isEmpty() && isStampRevoked(headers));
	}

	private boolean isStampRevoked(TaskHeaders headers) {
		return Stamp.of(headers).stream().anyMatch(this.stamps::contains);
	}

	/** The ids, the oldest first. */
	List<String> ids() {
		return this.ids.members();
	}

	/**
	 * One value of a stamp.
	 *
	 * @param name the name
	 * @param value the value; numbers in one form, whatever wrote them
	 */
	record Stamp(String name, @Nullable Object value) {

		/** The stamps of a message. */
		static List<Stamp> of(TaskHeaders headers) {
			List<Stamp> stamps = new ArrayList<>();
			List<String> names = headers.stampedHeaders();
			if (names != null) {
				names.stream()
					.filter((name) -> headers.stamps().get(name) != null)
					.forEach((name) -> stamps.addAll(of(name, headers.stamps().get(name))));
			}
			return stamps;
		}

		/** The stamps in a value, which may be a list of values. */
		static List<Stamp> of(String name, @Nullable Object value) {
			List<Stamp> stamps = new ArrayList<>();
			if (value instanceof Collection<?> values) {
				values.forEach((each) -> stamps.add(new Stamp(name, comparable(each))));
			}
			else {
				stamps.add(new Stamp(name, comparable(value)));
			}
			return stamps;
		}

		private static @Nullable Object comparable(@Nullable Object value) {
			if (value instanceof Number) {
				try {
					return new BigDecimal(value.toString()).stripTrailingZeros();
				}
				catch (NumberFormatException ex) {
					// not a number, or infinite
					return value;
				}
			}
			return value;
		}

	}

}
