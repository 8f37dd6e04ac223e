package io.github.celeryspring.control;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Answers one command of remote control. Declare a bean of this type to add a command to
 * the worker, or to replace a built-in one. Called by one thread at a time, which all
 * commands share: while this runs, the worker does not even answer a ping. Counterpart of
 * {@code @control_command} and {@code @inspect_command}.
 *
 * @since 0.1.0
 */
public interface ControlCommandHandler {

	/**
	 * The name of the command.
	 * @return such as {@code ping}
	 */
	String command();

	/**
	 * Executes the command. What this throws is logged, and is the reply {@code {"error":
	 * ...}}.
	 * @param arguments by name, plain Java values
	 * @return the reply, a value that JSON can express; it is sent only if the caller
	 * wants one
	 * @throws Exception whatever goes wrong
	 */
	@Nullable Object handle(Map<String, @Nullable Object> arguments) throws Exception;

	/**
	 * Makes a handler of a function.
	 * @param command the name of the command
	 * @param function answers it
	 * @return the handler
	 */
	static ControlCommandHandler of(String command, Function function) {
		return new ControlCommandHandler() {

			@Override
			public String command() {
				return command;
			}

			@Override
			public @Nullable Object handle(Map<String, @Nullable Object> arguments) throws Exception {
				return function.apply(arguments);
			}

		};
	}

	/**
	 * What a command does.
	 */
	@FunctionalInterface
	interface Function {

		/**
		 * Executes the command.
		 * @param arguments by name
		 * @return the reply
		 * @throws Exception whatever goes wrong
		 */
		@Nullable Object apply(Map<String, @Nullable Object> arguments) throws Exception;

	}

}
