package io.github.celeryspring.samples.conformance;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.canvas.Signature;

import org.springframework.stereotype.Component;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.chord;
import static io.github.celeryspring.canvas.Signatures.group;

/**
 * Tasks whose results or arguments are signatures. They are never run.
 */
@Component
class SignatureTasks {

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_chain_chain")
	Signature returnNestedSignatureChainChain() {
		return chain(chain(Tasks.s("add")));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_chain_group")
	Signature returnNestedSignatureChainGroup() {
		return chain(group(Tasks.s("add")));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_chain_chord")
	Signature returnNestedSignatureChainChord() {
		return chain(chord(group(Tasks.s("add")), Tasks.s("add")));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_group_chain")
	Signature returnNestedSignatureGroupChain() {
		return group(chain(Tasks.s("add")));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_group_group")
	Signature returnNestedSignatureGroupGroup() {
		return group(group(Tasks.s("add")));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_group_chord")
	Signature returnNestedSignatureGroupChord() {
		return group(chord(group(Tasks.s("add")), Tasks.s("add")));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_chord_chain")
	Signature returnNestedSignatureChordChain() {
		return chord(group(chain(Tasks.s("add"))), Tasks.s("add"));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_chord_group")
	Signature returnNestedSignatureChordGroup() {
		return chord(group(group(Tasks.s("add"))), Tasks.s("add"));
	}

	@CeleryTask(Tasks.PREFIX + "return_nested_signature_chord_chord")
	Signature returnNestedSignatureChordChord() {
		return chord(group(chord(group(Tasks.s("add")), Tasks.s("add"))), Tasks.s("add"));
	}

	/**
	 * That it can be read is all that is asked for.
	 */
	@CeleryTask(Tasks.PREFIX + "rebuild_signature")
	void rebuildSignature(Signature sigDict) {
	}

}
