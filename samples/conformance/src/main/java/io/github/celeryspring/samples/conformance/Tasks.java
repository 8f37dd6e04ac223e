package io.github.celeryspring.samples.conformance;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.Signatures;
import io.github.celeryspring.canvas.TaskSignature;
import org.jspecify.annotations.Nullable;

/**
 * Where Celery's tests expect the tasks and their exceptions, and how tasks call each
 * other.
 */
final class Tasks {

	/** The module of the tasks and of their exceptions. */
	static final String MODULE = "t.integration.tasks";

	/** What the names of the tasks begin with. */
	static final String PREFIX = MODULE + ".";

	private Tasks() {
	}

	/**
	 * A call of one of the tasks: Celery's {@code name.s(args)}.
	 */
	static TaskSignature s(String name, @Nullable Object... args) {
		return Signatures.signature(PREFIX + name, args);
	}

	/**
	 * A call that takes no result: Celery's {@code name.si(args)}.
	 */
	static Signature si(String name, @Nullable Object... args) {
		return s(name, args).asImmutable();
	}

}
