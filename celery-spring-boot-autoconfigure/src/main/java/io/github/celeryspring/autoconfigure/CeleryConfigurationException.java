package io.github.celeryspring.autoconfigure;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of the application makes no sense. Shows no secrets.
 */
final class CeleryConfigurationException extends RuntimeException {

	private final String action;

	CeleryConfigurationException(String problem, String action, @Nullable Throwable cause) {
		super(problem, cause);
		this.action = action;
	}

	/**
	 * Makes options of properties.
	 * @param <T> the options
	 * @param property the property, or the beginning of those, that may be wrong
	 * @param options makes the options
	 * @return the options
	 * @throws CeleryConfigurationException if the options refuse a value
	 */
	static <T> T unlessIllegal(String property, Supplier<T> options) {
		try {
			return options.get();
		}
		catch (IllegalArgumentException ex) {
			throw new CeleryConfigurationException(
					"'" + property + "' has a value that cannot be used: " + ex.getMessage() + ".",
					"Correct the value.", ex);
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
