package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.Chain;
import io.github.celeryspring.canvas.Chord;
import io.github.celeryspring.canvas.Signature;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the signatures in what is embedded in a message.
 */
final class EmbeddedSignatures {

	private static final Log logger = LogFactory.getLog(EmbeddedSignatures.class);

	private EmbeddedSignatures() {
	}

	/**
	 * Reads a signature.
	 * @param embedded a signature, or a tree as it was received
	 * @return the signature
	 * @throws InvalidMessageException if it is none
	 */
	static Signature read(@Nullable Object embedded) {
		if (embedded instanceof Signature signature) {
			return signature;
		}
		if (embedded instanceof JsonNode tree) {
			return Signature.of(tree);
		}
		throw new InvalidMessageException("What follows the task is not a signature: " + embedded);
	}

	/**
	 * Reads signatures of which each is needed.
	 * @param embedded the signatures, or {@code null} for none
	 * @return the signatures
	 * @throws InvalidMessageException if one is none
	 */
	static List<Signature> readAll(@Nullable List<?> embedded) {
		List<Signature> signatures = new ArrayList<>();
		if (embedded != null) {
			embedded.forEach((each) -> signatures.add(read(each)));
		}
		return signatures;
	}

	/**
	 * Reads what can be read: one broken signature must not keep the others from being
	 * told.
	 * @param embedded the signatures, or {@code null} for none
	 * @return the signatures
	 */
	static List<Signature> readReadable(@Nullable List<?> embedded) {
		List<Signature> signatures = new ArrayList<>();
		if (embedded != null) {
			for (Object each : embedded) {
				try {
					signatures.add(read(each));
				}
				catch (RuntimeException ex) {
					logger.error("A signature in a message cannot be read, and is left out", ex);
				}
			}
		}
		return signatures;
	}

	/**
	 * The id under which the result of work is found.
	 * @param work the work, with ids
	 * @return the id, or {@code null} if it has none yet
	 */
	static @Nullable String resultId(Signature work) {
		if (work instanceof Chord chord) {
			String id = resultId(chord.body());
			return (id != null) ? id : chord.options().taskId();
		}
		String id = work.options().taskId();
		if (id == null && work instanceof Chain chain && !chain.tasks().isEmpty()) {
			return resultId(chain.tasks().get(chain.tasks().size() - 1));
		}
		return id;
	}

}
