package io.github.celeryspring.eta;

/**
 * A million of them.
 */
class ManyParkedMessagesSoakTests extends ManyParkedMessages {

	ManyParkedMessagesSoakTests() {
		super(1_000_000, 100_000, 64);
	}

}
