package io.github.celeryspring.worker;

import java.util.List;

import io.github.celeryspring.result.PythonException;
import io.github.celeryspring.result.TaskFailure;
import io.github.celeryspring.task.TaskArgumentException;
import io.github.celeryspring.worker.TaskOutcome.Failure;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TaskFailuresTests {

	@Test
	void exceptionBecomesDocumentAndStackTrace() {
		Failure failure = TaskFailures.of(new IllegalStateException("boom"));
		assertThat(failure.result().type()).isEqualTo("IllegalStateException");
		assertThat(failure.result().module()).isEqualTo("java.lang");
		assertThat(failure.result().message()).hasSize(1).first().isEqualTo("boom");
		assertThat(failure.traceback()).startsWith("java.lang.IllegalStateException: boom").contains("\tat ");
	}

	@Test
	void wrongArgumentsAreThePythonTypeError() {
		Failure failure = TaskFailures.of(new TaskArgumentException("add() takes 2 arguments"));
		assertThat(failure.result())
			.isEqualTo(new TaskFailure("TypeError", List.of("add() takes 2 arguments"), "builtins"));
	}

	@Test
	void pythonExceptionIsWhatItSays() {
		Failure failure = TaskFailures.of(new PythonException("builtins", "KeyError", "key", 3));
		assertThat(failure.result()).isEqualTo(new TaskFailure("KeyError", List.of("key", 3), "builtins"));
		assertThat(failure.traceback()).contains("PythonException: builtins.KeyError[key, 3]");
		assertThat(new PythonException("shop.errors", "SoldOut", "tea")).hasMessage("shop.errors.SoldOut: tea");
	}

	@Test
	void exceptionThatThrowsIsStillAFailure() {
		Failure failure = TaskFailures.of(new HostileException());
		assertThat(failure.result().type()).endsWith("HostileException");
		assertThat(failure.traceback()).endsWith("HostileException");
		assertThat(TaskFailures.notStored(new HostileException()).result().message()).hasSize(1);
	}

	@SuppressWarnings("serial")
	private static final class HostileException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

	}

}
