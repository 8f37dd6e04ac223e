package io.github.celeryspring.interop;

import java.util.Map;

import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.Unacked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The Python side alone: what the other interop tests stand on.
 */
@ParameterizedClass
@EnumSource(PythonCeleryVersion.class)
class PythonCeleryInteropTests {

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	@RegisterExtension
	static final PythonCeleryExtension python = new PythonCeleryExtension(redis);

	PythonCeleryInteropTests(PythonCeleryVersion version) {
	}

	@BeforeParameterizedClassInvocation
	static void start(PythonCeleryVersion version) {
		python.use(version);
	}

	@Test
	void theVersionIsTheOneThatWasAskedFor() {
		String version = python.run("return celery.__version__").asString();
		if (python.version() == PythonCeleryVersion.V5_2) {
			assertThat(version).isEqualTo("5.2.7");
			assertThat(python.run("return kombu.__version__").asString()).isEqualTo("5.2.4");
		}
		else {
			assertThat(version).doesNotStartWith("5.2.");
		}
	}

	@Test
	void aWorkerAnswersTheClient() {
		python.worker("answering").queues("python").start();
		assertThat(
				python.run("return add.apply_async((values['x'], 3), queue='python').get(timeout=20)", Map.of("x", 2))
					.asInt())
			.isEqualTo(5);
	}

	@Test
	void whatASnippetRaisesFailsTheTest() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> python.run("raise KeyError('x')"))
			.withMessageContaining("KeyError");
	}

	@Test
	void aKilledWorkerLeavesItsMessageUnacknowledgedAndTheNextRunsIt() {
		PythonWorker victim = python.worker("victim").queues("python").visibilityTimeout(1).start();
		String id = python.run("return record.apply_async((60,), queue='python').id").asString();
		Marks marks = new Marks(redis);
		marks.awaitStarted(id);
		victim.kill();
		assertThat(victim.isAlive()).isFalse();
		assertThat(redis.commands().hlen("unacked")).isEqualTo(1);
		assertThat(redis.commands().zcard("unacked_index")).isEqualTo(1);
		Unacked.awaitOlderThan(redis, 1);
		python.worker("heir").queues("python").visibilityTimeout(1).start();
		marks.await("start", id, "heir");
	}

	@Test
	void aStoppedWorkerEndsWithoutError() {
		PythonWorker worker = python.worker("stopped").queues("python").start();
		// A signal that comes while it writes that it is ready can hang it.
		python.run("assert app.control.ping(destination=['stopped@localhost'], timeout=10)");
		assertThat(worker.stop()).isZero();
	}

}
