package io.github.celeryspring.autoconfigure;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * The names of properties, and what stands under them.
 */
final class PropertyForm {

	private PropertyForm() {
	}

	/**
	 * The name of an option as Spring Boot writes it.
	 * @param option the option in any spelling
	 * @return the words with hyphens between them
	 */
	static String kebab(String option) {
		return option.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").replace('_', '-').toLowerCase(Locale.ROOT);
	}

	/**
	 * Whether there are keys below a property.
	 * @param environment the properties of the application
	 * @param property the name
	 * @return whether it is a map with at least one key
	 */
	static boolean hasKeys(Environment environment, String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a property has a value itself.
	 * @param environment the properties of the application
	 * @param property the name
	 * @return whether it has, whatever is below
	 */
	static boolean hasValue(Environment environment, String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.getConfigurationProperty(name) != null) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Refuses keys of a map that Spring Boot reads otherwise than they are written, as it
	 * does without brackets around them.
	 * @param environment the properties of the application
	 * @param property the name of the map
	 * @param options what can stand below a key
	 * @throws CeleryConfigurationException if there is such a key
	 */
	static void checkKeys(ConfigurableEnvironment environment, String property, Set<String> options) {
		for (PropertySource<?> source : environment.getPropertySources()) {
			String[] names = (source instanceof EnumerablePropertySource<?> known) ? known.getPropertyNames()
					: new String[0];
			for (String name : names) {
				if (name.startsWith(property + ".")) {
					checkKey(property, name.substring(property.length() + 1), options);
				}
			}
		}
	}

	private static void checkKey(String property, String path, Set<String> options) {
		String[] parts = path.split("[.\\[]", 3);
		boolean option = parts.length > 1 && options.contains(kebab(parts[1]));
		if (!parts[0].matches("[a-zA-Z0-9-]+") || parts.length > 1 && !option) {
			String key = option ? parts[0] : path;
			throw new CeleryConfigurationException(
					"'" + property + "' has the key '" + key + "', which Spring Boot reads otherwise: without brackets "
							+ "a key consists of letters, digits and hyphens, and options follow after a dot.",
					"Write it in brackets, in YAML \"[" + key + "]\", or use a list of entries. Options are "
							+ String.join(", ", new TreeSet<>(options)) + ".",
					null);
		}
	}

}
