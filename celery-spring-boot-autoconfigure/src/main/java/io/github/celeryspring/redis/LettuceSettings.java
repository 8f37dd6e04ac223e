package io.github.celeryspring.redis;

import java.util.function.UnaryOperator;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

/**
 * What an application may bring along for Lettuce.
 *
 * @param resources Lettuce's threads, shared with the application, or {@code null} to
 * create and own some
 * @param customizer applied to Lettuce's options before ours, which win
 * @param credentials asked for user and password at every connect, and followed if it
 * streams, instead of those of the endpoint; {@code null} for those of the endpoint
 * @since 0.1.0
 */
public record LettuceSettings(@Nullable ClientResources resources, UnaryOperator<ClientOptions.Builder> customizer,
		@Nullable RedisCredentialsProvider credentials) {

	/** Nothing. */
	public static final LettuceSettings DEFAULTS = new LettuceSettings(null, UnaryOperator.identity(), null);

}
