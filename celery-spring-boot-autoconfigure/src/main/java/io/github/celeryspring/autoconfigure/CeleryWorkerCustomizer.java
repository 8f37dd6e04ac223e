package io.github.celeryspring.autoconfigure;

import io.github.celeryspring.worker.CeleryWorker;

/**
 * Changes the auto-configured {@link CeleryWorker} after the properties were applied.
 * Declare it as a bean; several are applied in their order, once, while the application
 * starts.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CeleryWorkerCustomizer {

	/**
	 * Customizes the builder.
	 * @param builder the builder, with the properties applied
	 */
	void customize(CeleryWorker.Builder builder);

}
