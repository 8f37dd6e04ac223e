package io.github.celeryspring.fault;

import java.util.List;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.CommandStep;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.TcpProxy.Cut;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.testsupport.WorkerProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A worker is killed with {@code kill -9} at a certain step: its connection is dead from
 * there on, so that it comes no further. Another worker finishes all.
 */
@Timeout(60)
class WorkerDeathFaultTests {

	private static final int VISIBILITY_TIMEOUT = 1;

	@ParameterizedTest
	@EnumSource(names = { "FETCH", "STORE", "ACK" })
	void nothingIsLost(CommandStep step) throws Exception {
		try (FaultRun run = new FaultRun(); WorkerProcess victim = prepare(run, run.proxy().port(), "victim")) {
			CeleryOperations client = run.client(run.redis().endpoint());
			victim.go();
			run.sendMany(client, 5);
			run.awaitAllFinished();
			// Their acknowledgements are not the ones to be cut.
			Unacked.awaitNone(run.redis());
			WorkerProcess heir = prepare(run, run.redis().port(), "heir");
			// Redis does what it is told at this step, and the worker does not hear of
			// it.
			run.proxy().cutAt(step.marker(), Cut.SILENT_REPLY);
			AsyncResult<?> result = run.send(client, FaultRun.record(client, 0));
			Awaitility.await().until(run.proxy()::hasCut);
			if (step != CommandStep.FETCH) {
				run.marks().await("finish", result.id(), "victim");
			}
			victim.kill();
			run.marks().killed("victim");
			try (heir) {
				heir.go();
				run.sendMany(client, 5);
				run.assertNothingLost();
			}
			assertThat(run.marks().startsWhileTheFirstWorkerLived()).isEmpty();
			assertThat(run.marks().all()).filteredOn((mark) -> mark.task().equals(result.id()))
				.extracting((mark) -> mark.what() + " by " + mark.worker())
				.isEqualTo(switch (step) {
					case FETCH -> List.of("start by heir", "finish by heir");
					case STORE -> List.of("start by victim", "finish by victim", "start by heir", "finish by heir");
					default -> List.of("start by victim", "finish by victim");
				});
		}
	}

	private static WorkerProcess prepare(FaultRun run, int port, String name) {
		return WorkerProcess.prepare(port, run.book().port(), name, FaultRun.QUEUE, VISIBILITY_TIMEOUT, 1);
	}

}
