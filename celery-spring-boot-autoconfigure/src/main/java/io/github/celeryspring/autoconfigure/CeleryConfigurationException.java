package io.github.celeryspring.autoconfigure;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of the application makes no sense. Shows no secrets.
 */
final class CeleryConfigurationException extends RuntimeException {

	private static final Pattern REFUSAL = Pattern.compile("'?([A-Za-z_]+)'? (must .*)");

	private final String action;

	CeleryConfigurationException(String problem, String action, @Nullable Throwable cause) {
		super(problem, cause);
		this.action = action;
	}

	/**
	 * Makes options of properties. What refuses a value begins with the name of the
	 * option, as {@code socket_timeout} or {@code 'socketTimeout'}.
	 * @param <T> the options
	 * @param property the property of an option, which is given as {@code socket-timeout}
	 * @param options makes the options
	 * @return the options
	 * @throws CeleryConfigurationException if the options refuse a value
	 */
	static <T> T unlessIllegal(UnaryOperator<String> property, Supplier<T> options) {
		try {
			return options.get();
		}
		catch (IllegalArgumentException ex) {
			String message = String.valueOf(ex.getMessage());
			Matcher matcher = REFUSAL.matcher(message);
			String problem = matcher.matches()
					? "'" + property.apply(PropertyForm.kebab(matcher.group(1))) + "' " + matcher.group(2) : message;
			throw new CeleryConfigurationException(problem + ".", "Correct the value.", ex);
		}
	}

	/**
	 * What to do about it.
	 * @return one or more sentences
	 */
	String getAction() {
		return this.action;
	}

}
