package io.github.celeryspring.task;

import java.lang.reflect.Method;

import io.github.celeryspring.CeleryException;
import org.jspecify.annotations.Nullable;

/**
 * A method with {@code @CeleryTask} cannot be a task. Thrown while the application
 * starts; the message says what to change.
 *
 * @since 0.1.0
 */
public class TaskMethodException extends CeleryException {

	private final String problem;

	private final String remedy;

	/**
	 * Creates the exception.
	 * @param method the method
	 * @param problem what is wrong, as the rest of a sentence that begins with the method
	 * and ends without a full stop
	 * @param remedy what to do about it, a sentence
	 */
	public TaskMethodException(Method method, String problem, String remedy) {
		this(method, problem, remedy, null);
	}

	/**
	 * Creates the exception.
	 * @param method the method
	 * @param problem what is wrong, as the rest of a sentence that begins with the method
	 * and ends without a full stop
	 * @param remedy what to do about it, a sentence
	 * @param cause the cause, or {@code null}
	 */
	public TaskMethodException(Method method, String problem, String remedy, @Nullable Throwable cause) {
		super(sentence(method, problem) + " " + remedy, cause);
		this.problem = sentence(method, problem);
		this.remedy = remedy;
	}

	/**
	 * What is wrong.
	 * @return a sentence that names the method
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * What to do about it.
	 * @return a sentence
	 */
	public String getRemedy() {
		return this.remedy;
	}

	static String describe(Method method) {
		StringBuilder text = new StringBuilder(method.getDeclaringClass().getName());
		text.append('.').append(method.getName()).append('(');
		Class<?>[] types = method.getParameterTypes();
		for (int i = 0; i < types.length; i++) {
			text.append((i > 0) ? ", " : "").append(types[i].getSimpleName());
		}
		return text.append(')').toString();
	}

	private static String sentence(Method method, String problem) {
		return "@CeleryTask method '" + describe(method) + "' " + problem + ".";
	}

}
