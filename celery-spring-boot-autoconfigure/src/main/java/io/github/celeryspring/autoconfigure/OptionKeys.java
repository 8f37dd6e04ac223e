package io.github.celeryspring.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The keys that may stand in one of Celery's options maps. Warns about those that have no
 * effect, and refuses those whose absence of effect would do harm; values are never
 * shown.
 *
 * @param property the property that holds the map
 * @param supported keys with an effect, in Celery's spelling
 * @param unused keys without
 * @param unknown what to do about other keys
 */
record OptionKeys(String property, Set<String> supported, List<UnusedOption> unused, Unknown unknown) {

	private static final Log logger = LogFactory.getLog(OptionKeys.class);

	/**
	 * What to do about a key that nobody knows.
	 */
	enum Unknown {

		/** Nothing. */
		ALLOW,

		/** Warn, but refuse it if it is about TLS. */
		WARN,

		/** Not start. */
		REFUSE

	}

	/**
	 * Looks at the properties of an application.
	 * @param environment the properties
	 * @throws CeleryConfigurationException if there is a key that must not be there
	 */
	void check(Environment environment) {
		Binder binder = Binder.get(environment);
		this.unused.forEach((option) -> check(option, binder));
		if (this.unknown != Unknown.ALLOW && PropertyForm.hasKeys(environment, this.property)) {
			Map<String, Object> keys = binder.bind(this.property, Bindable.mapOf(String.class, Object.class))
				.orElse(Map.of());
			new TreeMap<>(keys).keySet().stream().filter((key) -> !isKnown(key)).forEach(this::unknown);
		}
	}

	/**
	 * The property of an option.
	 * @param option the option in any spelling
	 * @return the name as Spring Boot writes it
	 */
	String propertyOf(String option) {
		return this.property + "." + PropertyForm.kebab(option);
	}

	private void check(UnusedOption option, Binder binder) {
		String name = propertyOf(option.name());
		List<String> values = binder.bind(name, Bindable.listOf(String.class)).orElse(List.of());
		if (values.isEmpty() || values.get(0).equalsIgnoreCase(option.harmless())) {
			return;
		}
		if (option.remedy() != null) {
			throw new CeleryConfigurationException("'" + name + "' cannot be used: " + option.reason() + ".",
					option.remedy(), null);
		}
		logger.warn(name + " has no effect: " + option.reason());
	}

	private boolean isKnown(String key) {
		return this.supported.stream().anyMatch((each) -> uniform(each).equals(uniform(key)))
				|| this.unused.stream().anyMatch((each) -> uniform(each.name()).equals(uniform(key)));
	}

	private void unknown(String key) {
		String nearest = nearest(key);
		if (this.unknown == Unknown.REFUSE || uniform(key).startsWith("ssl")) {
			throw new CeleryConfigurationException(
					"'" + this.property + "' has the key '" + key
							+ "', which is not known, and a connection must not be less safe than it was meant to be.",
					((nearest != null) ? "Perhaps '" + nearest + "' was meant. " : "") + "Known are "
							+ String.join(", ", new TreeSet<>(this.supported))
							+ ". For what they cannot say there are SSL bundles: celery.ssl.bundle.",
					null);
		}
		logger.warn(this.property + ": unknown key '" + key + "' has no effect"
				+ ((nearest != null) ? ", did you mean '" + nearest + "'?" : ""));
	}

	/**
	 * Snake, kebab and camel case become one, as in Boot's relaxed binding.
	 */
	private static String uniform(String key) {
		return key.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
	}

	private @Nullable String nearest(String key) {
		String nearest = null;
		int least = Integer.MAX_VALUE;
		for (String candidate : new TreeSet<>(this.supported)) {
			int distance = EditDistance.between(uniform(key), uniform(candidate));
			if (distance < least) {
				least = distance;
				nearest = candidate;
			}
		}
		return (least <= Math.max(2, key.length() / 2)) ? nearest : null;
	}

}
