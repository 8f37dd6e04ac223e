package io.github.celeryspring.result;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A failure that Python knows: a task that throws it fails with that exception, which
 * callers in Python catch as their own if they can import it. Subclasses name the
 * exceptions that an application shares with Python. Any other exception becomes a
 * document of its own name, see {@link TaskFailure#of(Throwable)}.
 *
 * @since 0.1.0
 */
public class PythonException extends RuntimeException {

	private final transient TaskFailure failure;

	/**
	 * Creates the exception.
	 * @param module the module of the Python class, such as {@code builtins}
	 * @param type the Python class, such as {@code ValueError}
	 * @param arguments the arguments of the exception: what JSON can hold
	 */
	public PythonException(String module, String type, @Nullable Object... arguments) {
		super(module + "." + type + message(arguments));
		this.failure = new TaskFailure(type, Arrays.asList(arguments.clone()), module);
	}

	private static String message(@Nullable Object[] arguments) {
		return (arguments.length != 1) ? Arrays.toString(arguments) : ": " + arguments[0];
	}

	/**
	 * What is stored as the result of the task.
	 * @return the exception document
	 */
	public TaskFailure failure() {
		return this.failure;
	}

}
