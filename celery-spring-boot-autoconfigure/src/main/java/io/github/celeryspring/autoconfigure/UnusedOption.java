package io.github.celeryspring.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * An option of Celery or kombu that this client does not honour.
 *
 * @param name its name, in Celery's spelling
 * @param reason why, as a clause
 * @param remedy what to do instead if it must not be there, or {@code null} if it does no
 * harm
 * @param harmless the value to be silent about, or {@code null}
 */
record UnusedOption(String name, String reason, @Nullable String remedy, @Nullable String harmless) {

	static UnusedOption ignored(String name, String reason) {
		return new UnusedOption(name, reason, null, null);
	}

	static UnusedOption refused(String name, String reason, String remedy) {
		return new UnusedOption(name, reason, remedy, null);
	}

	/**
	 * The same for all values but one.
	 * @param value the value that says what this client does anyway
	 * @return the option
	 */
	UnusedOption unless(String value) {
		return new UnusedOption(this.name, this.reason, this.remedy, value);
	}

}
