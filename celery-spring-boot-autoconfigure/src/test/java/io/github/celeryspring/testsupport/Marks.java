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

/**
 * The marks that tasks leave in one Redis list before and after their work, and the test
 * when it killed a worker: since Redis orders them, they tell who did what, and when.
 * <p>
 * A mark is {@code start <task id> <worker>}, {@code finish <task id> <worker>} or
 * {@code killed - <worker>}.
 */
public final class Marks {

	/** The list. */
	public static final String KEY = "marks";

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final RedisServerExtension redis;

	public Marks(RedisServerExtension redis) {
		this.redis = redis;
	}

	/**
	 * One mark.
	 *
	 * @param what {@code start}, {@code finish} or {@code killed}
	 * @param task the task id
	 * @param worker the name of the worker
	 */
	public record Mark(String what, String task, String worker) {

		static Mark parse(String text) {
			String[] parts = text.split(" ");
			return new Mark(parts[0], parts[1], parts[2]);
		}

	}

	/**
	 * All marks in order.
	 * @return the marks
	 */
	public List<Mark> all() {
		return this.redis.commands().lrange(KEY, 0, -1).stream().map(Mark::parse).toList();
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
		this.redis.commands().rpush(KEY, "killed - " + worker);
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
		await((mark) -> mark.equals(new Mark(what, task, worker)));
	}

	private void await(Predicate<Mark> wanted) {
		Awaitility.await().atMost(PATIENCE).until(() -> all().stream().anyMatch(wanted));
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
	 * Finds what must never happen: a task begun again although the worker that had begun
	 * it was alive.
	 * @return descriptions of all such starts, none if all is well
	 */
	public List<String> startsWhileTheFirstWorkerLived() {
		List<String> wrong = new ArrayList<>();
		Set<String> dead = new HashSet<>();
		Map<String, String> begunBy = new HashMap<>();
		for (Mark mark : all()) {
			switch (mark.what()) {
				case "killed" -> dead.add(mark.worker());
				case "start" -> {
					String first = begunBy.put(mark.task(), mark.worker());
					if (first != null && !dead.contains(first)) {
						wrong.add("%s was begun by %s while %s lived".formatted(mark.task(), mark.worker(), first));
					}
				}
				default -> {
				}
			}
		}
		return wrong;
	}

}
