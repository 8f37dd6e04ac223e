package io.github.celeryspring.eta;

/**
 * As many as every build has time for, with as much less heap.
 */
class ManyParkedMessagesFaultTests extends ManyParkedMessages {

	ManyParkedMessagesFaultTests() {
		super(20_000, 2_000, 40);
	}

}
