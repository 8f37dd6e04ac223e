package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.client.CeleryTemplate;

/**
 * Changes the auto-configured {@link CeleryTemplate} after the properties were applied.
 * Declare it as a bean; several are applied in their order, once, while the application
 * starts.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CeleryTemplateCustomizer {

	/**
	 * Customizes the builder.
	 * @param builder the builder, with the properties applied
	 */
	void customize(CeleryTemplate.Builder builder);

}
