package io.github.celeryspring.interop;

import java.time.Duration;
import java.util.List;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.testsupport.CommandStep;
import io.github.celeryspring.testsupport.FaultRun;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.TcpProxy.Cut;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Java worker whose connections break, beside a Python worker on the same queue:
 * nothing is lost, and nothing is begun twice, since both workers live.
 * {@code CutFaultTests} has the same steps and cuts without Python.
 * <p>
 * kombu's own windows are left out: Python's connections are sound (what BRPOP has popped
 * is lost with the connection, and an ack is written once), and no task takes as long as
 * the visibility timeout, which Python does not renew.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
@Timeout(90)
class CutInteropTests {

	private static FaultRun run;

	private static PythonCeleryExtension python;

	private JavaApp java;

	CutInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) throws Exception {
		end();
		run = new FaultRun();
		python = new PythonCeleryExtension(run.redis());
		python.use(version);
		python.worker("python").queues(FaultRun.QUEUE).concurrency(1).visibilityTimeout(3600).start();
	}

	@AfterAll
	static void end() throws Exception {
		if (run != null) {
			python.afterAll(null);
			run.close();
			run = null;
		}
	}

	@AfterEach
	void stopJava() {
		this.java.close();
	}

	@Test
	void connectionsOfTheJavaWorkerBreakAtEachStep() {
		CeleryOperations client = start("java");
		for (CommandStep step : List.of(CommandStep.FETCH, CommandStep.STORE, CommandStep.ACK)) {
			for (Cut cut : List.of(Cut.BEFORE_COMMAND, Cut.IN_COMMAND, Cut.BEFORE_REPLY, Cut.IN_REPLY)) {
				run.proxy().cutAt(step.marker(), cut);
				run.sendMany(client, 30);
				Awaitility.await().until(() -> {
					if (!run.proxy().hasCut()) {
						run.sendMany(client, 5);
					}
					return run.proxy().hasCut();
				});
			}
		}
		run.proxy().cutAt(CommandStep.FETCH.marker(), Cut.SILENT_REPLY);
		run.sendMany(client, 30);
		Awaitility.await().until(run.proxy()::hasCut);
		assertAllDoneOnce();
		assertThat(run.marks().finishers()).contains("java", "python");
	}

	private CeleryOperations start(String name) {
		this.java = run.worker(name, run.proxied(), Duration.ofHours(1));
		this.java.start();
		return run.client(run.redis().endpoint());
	}

	private static void assertAllDoneOnce() {
		run.awaitAllFinished();
		run.assertNothingLost();
		assertThat(run.marks().begunTwice()).isEmpty();
	}

}
