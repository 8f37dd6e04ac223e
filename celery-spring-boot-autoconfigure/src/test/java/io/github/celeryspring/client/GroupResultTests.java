package io.github.celeryspring.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.ResultTimeoutException;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.CallbackThreads;
import io.github.celeryspring.result.GroupResult;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.result.TaskResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.testsupport.InMemoryResults;
import org.junit.jupiter.api.Test;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GroupResultTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final Duration SHORT = Duration.ofMillis(50);

	private final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	private final InMemoryResults results = new InMemoryResults(this.serializers);

	private final ResultHandles handles = new ResultHandles(this.results,
			new CeleryControl(new ControlMailbox(new RecordingTransport(), this.serializers, ControlMailbox.NAMESPACE)),
			this.serializers.mapper(), PATIENCE, CallbackThreads.create("test"));

	private final ResultTree ab = ResultTree.group("g", List.of(ResultTree.task("a"), ResultTree.task("b")));

	private GroupResult<?> group(ResultTree tree) {
		return (GroupResult<?>) this.handles.handle(tree, false);
	}

	private void succeed(String id, Object value) {
		this.results.store(new TaskResult(id, TaskState.SUCCESS, this.serializers.mapper().valueToTree(value), null,
				null, null, null, null, null));
	}

	private void fail(String id) {
		this.results.store(new TaskResult(id, TaskState.FAILURE,
				new TaskFailure("ValueError", List.of(id + " broke"), "builtins"), null, null, null, null, null, null));
	}

	@Test
	void isTheListOfItsMembersInOrder() {
		GroupResult<?> group = group(this.ab);
		CompletableFuture<?> future = group.toFuture();
		assertThat(group.waiting()).isTrue();
		succeed("b", 2);
		assertThat(group.completedCount()).isEqualTo(1);
		assertThat(group.state()).isEqualTo(TaskState.PENDING);
		assertThat(future).isNotDone();
		succeed("a", 1);
		assertThat((Object) group.get(PATIENCE)).isEqualTo(List.of(1, 2));
		assertThat(future).succeedsWithin(PATIENCE).isEqualTo(List.of(1, 2));
		assertThat(group.successful()).isTrue();
		assertThat(group.failed()).isFalse();
		assertThat(group.results()).extracting(AsyncResult::id).containsExactly("a", "b");
	}

	@Test
	void convertsResults() {
		succeed("a", 1);
		succeed("b", 2);
		assertThat(group(this.ab).asListOf(Long.class).get(PATIENCE)).containsExactly(1L, 2L);
		assertThat(group(this.ab).as(long[].class).get(PATIENCE)).containsExactly(1, 2);
		assertThat(group(this.ab).as(new ParameterizedTypeReference<List<String>>() {
		}).get(PATIENCE)).containsExactly("1", "2");
		assertThat(group(this.ab).asListOf(Long.class).results().get(1).get(PATIENCE)).isEqualTo(2L);
	}

	@Test
	void aGroupInAGroupIsAListInTheList() {
		succeed("a", 1);
		succeed("b", 2);
		succeed("c", null);
		GroupResult<?> group = group(ResultTree.group("h", List.of(this.ab, ResultTree.task("c"))));
		List<Object> expected = new ArrayList<>();
		expected.add(List.of(1, 2));
		expected.add(null);
		assertThat((Object) group.get(PATIENCE)).isEqualTo(expected);
		assertThat(group.results().get(0)).isInstanceOf(GroupResult.class);
		assertThat(group.completedCount()).isEqualTo(3);
	}

	@Test
	void waitingEndsWithTheFirstFailure() {
		fail("b");
		GroupResult<?> group = group(this.ab);
		assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> group.get(PATIENCE))
			.withMessageContaining("b broke");
		assertThat(group.failed()).isTrue();
		assertThat(group.ready()).isFalse();
		succeed("a", 1);
		assertThat(group.ready()).isTrue();
	}

	@Test
	void waitingEndsWithTheTime() {
		succeed("a", 1);
		GroupResult<?> group = group(this.ab);
		assertThatExceptionOfType(ResultTimeoutException.class).isThrownBy(() -> group.get(SHORT));
		Iterator<?> iterator = group.iterate(SHORT);
		assertThat(((AsyncResult<?>) iterator.next()).id()).isEqualTo("a");
		assertThatExceptionOfType(ResultTimeoutException.class).isThrownBy(iterator::hasNext);
		assertThatExceptionOfType(ResultTimeoutException.class).isThrownBy(iterator::next);
	}

	@Test
	void iteratesInTheOrderOfTheirEnds() {
		Iterator<? extends AsyncResult<?>> iterator = group(this.ab).iterate(PATIENCE);
		fail("b");
		AsyncResult<?> first = iterator.next();
		assertThat(first.id()).isEqualTo("b");
		assertThat(first.state()).isEqualTo(TaskState.FAILURE);
		succeed("a", 1);
		assertThat(iterator.next().get(Duration.ZERO)).isEqualTo(1);
		assertThat(iterator.hasNext()).isFalse();
		assertThat(group(ResultTree.group("e", List.of())).iterate(Duration.ZERO).hasNext()).isFalse();
	}

	@Test
	void whatTheActionThrowsEndsTheWaiting() {
		succeed("a", 1);
		succeed("b", 2);
		List<String> seen = new ArrayList<>();
		CompletableFuture<Void> done = group(this.ab).forEach((result) -> {
			seen.add(result.id());
			throw new IllegalStateException("enough");
		});
		assertThat(done).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("enough");
		assertThat(seen).containsExactly("a");
	}

	@Test
	void waitingEndsWhenWhatWentBeforeFails() {
		fail("p");
		ResultTree parent = ResultTree.task("p");
		List<AsyncResult<?>> waiting = List.of(
				this.handles.handle(new ResultTree("g", parent, this.ab.members()), false),
				this.handles.handle(new ResultTree("t", parent, null), false));
		for (AsyncResult<?> result : waiting) {
			assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> result.get(PATIENCE))
				.withMessageContaining("p broke");
			assertThat(result.parent()).extracting(AsyncResult::id).isEqualTo("p");
		}
	}

}
