package io.github.celeryspring.result;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a result document says about the task with {@code result_extended}. To be stored,
 * arguments are any values that the serializer can write; read, they are plain Java
 * values.
 *
 * @param name the name of the task, or {@code null}
 * @param args the positional arguments, or {@code null}
 * @param kwargs the keyword arguments, or {@code null}
 * @param worker the node name of the worker, or {@code null}
 * @param retries how often it was retried
 * @param queue the routing key that it was sent with, or {@code null}
 * @param stampedHeaders names of the stamps, or {@code null}
 * @param stamps the stamps
 * @since 0.1.0
 */
public record ExtendedResult(@Nullable String name, @Nullable List<? extends @Nullable Object> args,
		@Nullable Map<String, ? extends @Nullable Object> kwargs, @Nullable String worker, int retries,
		@Nullable String queue, @Nullable List<String> stampedHeaders, Map<String, ? extends @Nullable Object> stamps) {

}
