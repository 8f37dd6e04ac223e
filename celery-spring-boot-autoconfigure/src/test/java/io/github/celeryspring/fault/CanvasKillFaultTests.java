package io.github.celeryspring.fault;

import io.github.celeryspring.testsupport.CanvasKillRun;
import io.github.celeryspring.testsupport.RedisServerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Workers killed with {@code kill -9} in the middle of chords and chains.
 */
class CanvasKillFaultTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@Test
	void allChordsAndChainsEndAndEachTaskIsSentOnce() {
		try (CanvasKillRun run = new CanvasKillRun(redis, 20, false)) {
			run.startJava(2);
			for (int kill = 0; kill < 5; kill++) {
				run.killJava(8);
			}
			run.assertEachDoneOnce();
		}
	}

}
