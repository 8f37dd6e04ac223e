package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.celeryspring.kombu.KombuMessage;

/**
 * What is to be pushed, and what is to be noted once it was. Immutable.
 *
 * @param messages the messages
 * @param notes each done when all is pushed
 */
record Followup(List<KombuMessage> messages, List<Supplier<CompletionStage<Void>>> notes) {

	static final Followup NONE = new Followup(List.of(), List.of());

	static Followup of(List<KombuMessage> messages) {
		return messages.isEmpty() ? NONE : new Followup(messages, List.of());
	}

	Followup note(Supplier<CompletionStage<Void>> note) {
		return plus(new Followup(List.of(), List.of(note)));
	}

	Followup plus(Followup other) {
		if (other == NONE) {
			return this;
		}
		return (this == NONE) ? other
				: new Followup(joined(this.messages, other.messages), joined(this.notes, other.notes));
	}

	private static <T> List<T> joined(List<T> first, List<T> second) {
		List<T> joined = new ArrayList<>(first);
		joined.addAll(second);
		return List.copyOf(joined);
	}

	CompletionStage<Void> noted() {
		CompletionStage<Void> done = CompletableFuture.completedFuture(null);
		for (Supplier<CompletionStage<Void>> note : this.notes) {
			done = done.thenCombine(note.get(), (first, second) -> null);
		}
		return done;
	}

}
