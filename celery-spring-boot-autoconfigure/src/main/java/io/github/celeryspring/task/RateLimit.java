package io.github.celeryspring.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a task may begin. Counterpart of {@code celery.utils.time.rate}.
 *
 * @param text as written, such as {@code 10/m}
 * @param perSecond how often in a second; 0 for no limit
 * @since 0.1.0
 */
public record RateLimit(String text, double perSecond) {

	/** No limit. */
	public static final RateLimit NONE = new RateLimit("0", 0);

	private static final Pattern PATTERN = Pattern.compile("(\\d+(?:\\.\\d*)?)(?:/([smh]))?");

	/**
	 * Reads a limit.
	 * @param text a number, and {@code /s}, {@code /m} or {@code /h}; by default per
	 * second; 0 for no limit
	 * @return the limit
	 * @throws IllegalArgumentException if it is something else
	 */
	public static RateLimit of(String text) {
		Matcher matcher = PATTERN.matcher(text.strip());
		if (!matcher.matches()) {
			throw new IllegalArgumentException("'" + text + "' is no rate such as '10/s', '10/m' or '10/h'");
		}
		double seconds = switch ((matcher.group(2) != null) ? matcher.group(2) : "s") {
			case "m" -> 60;
			case "h" -> 3600;
			default -> 1;
		};
		return new RateLimit(text.strip(), Double.parseDouble(matcher.group(1)) / seconds);
	}

	/**
	 * Whether there is a limit.
	 * @return whether the rate is positive
	 */
	public boolean isLimited() {
		return this.perSecond > 0;
	}

	@Override
	public String toString() {
		return this.text;
	}

}
