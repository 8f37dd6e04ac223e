package io.github.celeryspring.autoconfigure;

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
	 * What to do about it.
	 * @return one or more sentences
	 */
	String getAction() {
		return this.action;
	}

}
