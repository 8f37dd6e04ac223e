package io.github.celeryspring.autoconfigure;

import tools.jackson.databind.json.JsonMapper;

/**
 * Changes how arguments and results become JSON. The {@code JsonMapper} of the
 * application is another one and has no say in what other peers get. Declare it as a
 * bean; several are applied in their order, once, while the application starts.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CeleryJsonMapperBuilderCustomizer {

	/**
	 * Customizes the builder.
	 * @param builder from {@link io.github.celeryspring.kombu.KombuJson}
	 */
	void customize(JsonMapper.Builder builder);

}
