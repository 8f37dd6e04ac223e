package io.github.celeryspring.testsupport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The marks that tasks leave in one Redis list before and after their work, and the test
 * when it killed a worker: since Redis orders them, they tell who did what, and when.
 * <p>
 * A mark is {@code <what> <task id> <worker> <milliseconds>}.
 */
public final class Marks {

	/** The list. */
	public static final String KEY = "marks";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final RedisServerExtension redis;

	private final List<Mark> seen = new ArrayList<>();

	public Marks(RedisServerExtension redis) {
		this.redis = redis;
	}

	/**
	 * One mark.
	 *
	 * @param what {@code start}, {@code finish}, {@code killed} or another word
	 * @param task the task id
	 * @param worker the name of the worker
	 * @param millis when, by the writer's clock
	 */
	public record Mark(String what, String task, String worker, long millis) {

		/**
		 * A mark to be written.
		 * @param what {@code start}, {@code finish} or {@code killed}
		 * @param task the task id
		 * @param worker the name of the worker
		 * @return the mark
		 */
		public static Mark now(String what, String task, String worker) {
			return new Mark(what, task, worker, System.currentTimeMillis());
		}

		static Mark parse(String text) {
			String[] parts = text.split(" ");
			return new Mark(parts[0], parts[1], parts[2], Long.parseLong(parts[3]));
		}

		boolean is(String what, String worker) {
			return this.what.equals(what) && this.worker.equals(worker);
		}

		@Override
		public String toString() {
			return String.join(" ", this.what, this.task, this.worker, String.valueOf(this.millis));
		}

	}

	/**
	 * All marks in order.
	 * @return the marks
	 */
	public List<Mark> all() {
		// The list only grows.
		this.redis.commands().lrange(KEY, this.seen.size(), -1).forEach((text) -> this.seen.add(Mark.parse(text)));
		return List.copyOf(this.seen);
	}

	/**
	 * How many marks there are, cheaply.
	 * @return the length of the list
	 */
	public long count() {
		return this.redis.commands().llen(KEY);
	}

	/**
	 * Says that a worker is dead. To be called when it is.
	 * @param worker its name
	 */
	public void killed(String worker) {
		this.redis.commands().rpush(KEY, Mark.now("killed", "-", worker).toString());
	}

	/**
	 * Waits for a number of marks.
	 * @param wanted how many at least
	 */
	public void awaitCount(long wanted) {
		Awaitility.await().atMost(PATIENCE).until(() -> count() >= wanted);
	}

	/**
	 * Waits for the start of a task by anyone.
	 * @param task the task id
	 */
	public void awaitStarted(String task) {
		await((mark) -> mark.what().equals("start") && mark.task().equals(task));
	}

	/**
	 * Waits for a mark of a worker.
	 * @param what which
	 * @param task the task id
	 * @param worker the name of the worker
	 */
	public void await(String what, String task, String worker) {
		await((mark) -> mark.is(what, worker) && mark.task().equals(task));
	}

	private void await(Predicate<Mark> wanted) {
		Awaitility.await().atMost(PATIENCE).until(() -> all().stream().anyMatch(wanted));
	}

	/**
	 * Waits until a number of tasks, all or some, was finished.
	 * @param wanted how many different ones at least
	 */
	public void awaitFinished(int wanted) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(finished()).hasSizeGreaterThanOrEqualTo(wanted));
	}

	/**
	 * Waits until a worker has finished a number of tasks.
	 * @param worker its name
	 * @param wanted how many at least
	 */
	public void awaitFinishedBy(String worker, int wanted) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> finishedBy(worker) >= wanted);
	}

	/**
	 * How many tasks were finished by workers.
	 * @param worker their names begin so
	 * @return the number
	 */
	public long finishedBy(String worker) {
		return all().stream()
			.filter((mark) -> mark.what().equals("finish") && mark.worker().startsWith(worker))
			.count();
	}

	/**
	 * Whether a worker with one slot has begun a task and not finished it.
	 * @param worker its name
	 * @return whether its last mark is a start
	 */
	public boolean isInABody(String worker) {
		String last = "";
		for (Mark mark : all()) {
			last = mark.worker().equals(worker) ? mark.what() : last;
		}
		return last.equals("start");
	}

	/**
	 * The tasks that were finished at least once.
	 * @return their ids
	 */
	public Set<String> finished() {
		Set<String> ids = new HashSet<>();
		all().stream().filter((mark) -> mark.what().equals("finish")).forEach((mark) -> ids.add(mark.task()));
		return ids;
	}

	/**
	 * The workers that finished something.
	 * @return their names
	 */
	public Set<String> finishers() {
		Set<String> names = new HashSet<>();
		all().stream().filter((mark) -> mark.what().equals("finish")).forEach((mark) -> names.add(mark.worker()));
		return names;
	}

	/**
	 * The tasks that were begun more than once.
	 * @return their ids
	 */
	public Set<String> begunTwice() {
		Set<String> begun = new HashSet<>();
		Set<String> twice = new HashSet<>();
		all().stream().filter((mark) -> mark.what().equals("start") && !begun.add(mark.task())).forEach((mark) -> {
			twice.add(mark.task());
		});
		return twice;
	}

	/**
	 * The tasks that were begun by some workers first.
	 * @param prefix what the names of the workers begin with
	 * @return their ids
	 */
	public Set<String> begunFirstBy(String prefix) {
		Map<String, String> first = new HashMap<>();
		all().stream()
			.filter((mark) -> mark.what().equals("start"))
			.forEach((mark) -> first.putIfAbsent(mark.task(), mark.worker()));
		first.values().removeIf((worker) -> !worker.startsWith(prefix));
		return first.keySet();
	}

	/**
	 * Finds what must never happen: a task begun again although the worker that had begun
	 * it was alive.
	 * @return descriptions of all such starts, none if all is well
	 */
	public List<String> startsWhileTheFirstWorkerLived() {
		return startsWhileTheFirstWorkerLived(Set.of());
	}

	/**
	 * As {@link #startsWhileTheFirstWorkerLived()}.
	 * @param excepted tasks that were sent twice
	 * @return descriptions of all such starts, none if all is well
	 */
	public List<String> startsWhileTheFirstWorkerLived(Set<String> excepted) {
		List<String> wrong = new ArrayList<>();
		Set<String> dead = new HashSet<>();
		Map<String, Mark> begun = new HashMap<>();
		for (Mark mark : all()) {
			if (mark.what().equals("killed")) {
				dead.add(mark.worker());
			}
			else if (mark.what().equals("start")) {
				Mark first = begun.put(mark.task(), mark);
				if (first != null && !dead.contains(first.worker()) && !excepted.contains(mark.task())) {
					wrong.add(mark + " comes after " + first + ", whose worker lived");
				}
			}
		}
		return wrong;
	}

	/**
	 * The longest time between two starts.
	 * @return the time in milliseconds
	 */
	public long longestPauseMillis() {
		long[] starts = all().stream().filter((mark) -> mark.what().equals("start")).mapToLong(Mark::millis).toArray();
		long longest = 0;
		for (int i = 1; i < starts.length; i++) {
			longest = Math.max(longest, starts[i] - starts[i - 1]);
		}
		return longest;
	}

}
