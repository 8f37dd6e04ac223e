package io.github.celeryspring.kombu.redis;

import java.util.List;

/**
 * The priorities that have lists of their own. On Redis 0 is the most urgent.
 *
 * @param steps ascending from 0
 */
record PrioritySteps(List<Integer> steps) {

	private static final int LOWEST = 9;

	/**
	 * The list for a message: the largest step that its priority reaches.
	 * @param priority as requested; limited to 0 to 9
	 * @return the step
	 */
	int step(int priority) {
		int limited = Math.max(0, Math.min(LOWEST, priority));
		int found = 0;
		for (int step : this.steps) {
			if (step > limited) {
				break;
			}
			found = step;
		}
		return found;
	}

}
