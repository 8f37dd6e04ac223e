package io.github.celeryspring.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class GroupCommitTests {

	private final List<List<Integer>> groups = new CopyOnWriteArrayList<>();

	private final List<CompletableFuture<Void>> replies = new CopyOnWriteArrayList<>();

	@Test
	void whatArrivesDuringAWriteGoesIntoTheNextGroup() {
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 3, this::held);
		List<CompletableFuture<Void>> done = submit(commit, 5);
		assertThat(this.groups).containsExactly(List.of(1));
		this.replies.get(0).complete(null);
		assertThat(this.groups).containsExactly(List.of(1), List.of(2, 3, 4));
		assertThat(done.get(0)).isCompleted();
		assertThat(done.get(1)).isNotDone();
		this.replies.get(1).complete(null);
		this.replies.get(2).complete(null);
		assertThat(done).allMatch(CompletableFuture::isDone);
		assertThat(commit.pending()).isZero();
	}

	@Test
	void passingFailureIsRetriedInOrder() {
		AtomicInteger failures = new AtomicInteger(2);
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 10,
				recording((group) -> (failures.getAndDecrement() > 0)
						? failed(new RedisException("Connection disconnected"))
						: CompletableFuture.completedFuture(null)));
		CompletableFuture.allOf(submit(commit, 2).toArray(CompletableFuture<?>[]::new)).join();
		assertThat(this.groups).containsExactly(List.of(1), List.of(1), List.of(1), List.of(2));
	}

	@Test
	void onlyTheEntryAtFaultFails() {
		CompletableFuture<Void> first = new CompletableFuture<>();
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 10, recording((group) -> {
			if (group.equals(List.of(1))) {
				return first;
			}
			return group.contains(3) ? failed(new IllegalStateException("3")) : CompletableFuture.completedFuture(null);
		}));
		List<CompletableFuture<Void>> done = submit(commit, 4);
		first.complete(null);
		assertThat(this.groups).containsExactly(List.of(1), List.of(2, 3, 4), List.of(2), List.of(3), List.of(4));
		assertThat(done.get(1)).isCompleted();
		assertThat(done.get(2)).isCompletedExceptionally();
		assertThat(done.get(3)).isCompleted();
	}

	@Test
	void writeThatThrowsFailsItsEntry() {
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 10, (group) -> {
			throw new IllegalArgumentException("no");
		});
		assertThat(commit.submit(1)).isCompletedExceptionally();
		assertThat(commit.pending()).isZero();
	}

	@Test
	void closeWaitsForWhatIsOnItsWay() {
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 1, (group) -> CompletableFuture.runAsync(() -> {
		}));
		List<CompletableFuture<Void>> done = submit(commit, 50);
		commit.close(Duration.ofSeconds(10));
		assertThat(done).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
	}

	@Test
	void closeGivesUpAndLaterEntriesAreRefused() {
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 1, this::held);
		List<CompletableFuture<Void>> done = submit(commit, 10_000);
		commit.close();
		this.replies.get(0).completeExceptionally(new RedisException("gone"));
		assertThat(done).allMatch(CompletableFuture::isCompletedExceptionally);
		assertThat(commit.submit(0)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(CeleryException.class);
		assertThat(this.groups).hasSize(1);
	}

	@Test
	void manyThreadsLoseNothing() {
		GroupCommit<Integer> commit = new GroupCommit<>("entries", 64,
				recording((group) -> CompletableFuture.runAsync(() -> {
				})));
		CompletableFuture<?>[] done = IntStream.range(0, 2000)
			.parallel()
			.mapToObj(commit::submit)
			.toArray(CompletableFuture<?>[]::new);
		CompletableFuture.allOf(done).join();
		assertThat(this.groups.stream().mapToInt(List::size).sum()).isEqualTo(2000);
	}

	private static List<CompletableFuture<Void>> submit(GroupCommit<Integer> commit, int count) {
		List<CompletableFuture<Void>> done = new ArrayList<>();
		for (int i = 1; i <= count; i++) {
			done.add(commit.submit(i));
		}
		return done;
	}

	private CompletionStage<?> held(List<Integer> group) {
		this.groups.add(List.copyOf(group));
		CompletableFuture<Void> reply = new CompletableFuture<>();
		this.replies.add(reply);
		return reply;
	}

	private Function<List<Integer>, CompletionStage<?>> recording(Function<List<Integer>, CompletionStage<?>> write) {
		return (group) -> {
			this.groups.add(List.copyOf(group));
			return write.apply(group);
		};
	}

	private static CompletionStage<?> failed(Throwable failure) {
		return CompletableFuture.failedStage(failure);
	}

}
