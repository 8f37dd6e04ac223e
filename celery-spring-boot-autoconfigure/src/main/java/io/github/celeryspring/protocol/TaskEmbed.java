package io.github.celeryspring.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The third part of the body: signatures of what follows the task.
 *
 * @param callbacks called with the result, or {@code null}
 * @param errbacks called with the failure, or {@code null}
 * @param chain the rest of the chain, last first, or {@code null}
 * @param chord the body of the chord that the task is a part of, or {@code null}
 * @since 0.1.0
 */
public record TaskEmbed(@Nullable List<?> callbacks, @Nullable List<?> errbacks, @Nullable List<?> chain,
		@Nullable Object chord) {

	/** Nothing follows. */
	public static final TaskEmbed NONE = new TaskEmbed(null, null, null, null);

	/**
	 * Whether nothing follows.
	 * @return whether all four parts are missing or empty
	 */
	public boolean isEmpty() {
		return isEmpty(this.callbacks) && isEmpty(this.errbacks) && isEmpty(this.chain) && this.chord == null;
	}

	private static boolean isEmpty(@Nullable List<?> list) {
		return list == null || list.isEmpty();
	}

}
