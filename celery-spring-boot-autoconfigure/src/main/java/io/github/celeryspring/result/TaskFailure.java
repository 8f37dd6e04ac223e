package io.github.celeryspring.result;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Celery's exception document, stored as the result of states RETRY, FAILURE and REVOKED.
 *
 * @param type {@code exc_type}: the class name inside its module
 * @param message {@code exc_message}: the arguments of the exception, usually one text
 * @param module {@code exc_module}: the module or package, or {@code null}
 * @since 0.1.0
 */
public record TaskFailure(String type, List<? extends @Nullable Object> message, @Nullable String module) {

	/**
	 * The document of an exception: that of a {@link PythonException}, and for all others
	 * simple class name, message and package.
	 * @param exception the exception
	 * @return the document
	 */
	public static TaskFailure of(Throwable exception) {
		if (exception instanceof PythonException python) {
			return python.failure();
		}
		Class<?> type = exception.getClass();
		String module = type.getPackageName();
		String name = type.getName().substring(module.isEmpty() ? 0 : module.length() + 1).replace('$', '.');
		String message = exception.getMessage();
		return new TaskFailure(name, (message != null) ? List.of(message) : List.of(), module);
	}

	/**
	 * The document of one of Celery's own exceptions, which Python can raise as they are.
	 * @param type such as {@code NotRegistered}
	 * @param message the arguments
	 * @return the document, of module {@code celery.exceptions}
	 */
	public static TaskFailure ofCelery(String type, Object... message) {
		return new TaskFailure(type, List.of(message), "celery.exceptions");
	}

}
