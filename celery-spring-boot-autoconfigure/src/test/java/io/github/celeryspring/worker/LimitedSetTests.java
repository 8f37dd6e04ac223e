package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LimitedSetTests {

	private final AtomicLong now = new AtomicLong(-5);

	private final LimitedSet<String> set = new LimitedSet<>(3, Duration.ofNanos(100), this.now::get);

	@Test
	void forgetsTheOldestWhenThereAreTooMany() {
		this.set.addAll(List.of("a", "b", "c"));
		this.set.addAll(List.of("a", "d"));
		assertThat(this.set.members()).containsExactly("c", "a", "d");
		assertThat(this.set.contains("b")).isFalse();
		assertThat(this.set.contains("a")).isTrue();
	}

	@Test
	void forgetsAllAfterATime() {
		this.set.addAll(List.of("a"));
		this.now.addAndGet(99);
		this.set.addAll(List.of("b"));
		assertThat(this.set.members()).containsExactly("a", "b");
		this.now.incrementAndGet();
		assertThat(this.set.contains("a")).isFalse();
		assertThat(this.set.members()).containsExactly("b");
		this.now.addAndGet(99);
		assertThat(this.set.members()).isEmpty();
		assertThat(this.set.isEmpty()).isTrue();
	}

}
