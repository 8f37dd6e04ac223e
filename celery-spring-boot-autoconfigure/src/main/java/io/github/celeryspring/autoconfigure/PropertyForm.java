package io.github.celeryspring.autoconfigure;

import java.util.Locale;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;

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

}
