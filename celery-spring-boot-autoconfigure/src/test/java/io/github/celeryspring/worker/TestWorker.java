package io.github.celeryspring.worker;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.client.CanvasPublisher.Prepared;
import io.github.celeryspring.client.CeleryTemplate;
import io.github.celeryspring.control.CeleryControl;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.kombu.KombuJson;
import io.github.celeryspring.kombu.KombuMessage;
import io.github.celeryspring.kombu.KombuMessageCodec;
import io.github.celeryspring.kombu.Serializers;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultTree;
import io.github.celeryspring.task.TaskDefinition;
import io.github.celeryspring.task.TaskHandler;
import io.github.celeryspring.task.TaskRegistry;
import io.github.celeryspring.testsupport.InMemoryResults;
import io.github.celeryspring.testsupport.InMemoryTransport;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.awaitility.Awaitility;

/**
 * A worker on a broker and a result backend in memory.
 */
final class TestWorker implements AutoCloseable {

	final Serializers serializers = new Serializers(KombuJson.builder(true).build());

	final TaskMessageCodec codec = new TaskMessageCodec(this.serializers);

	final InMemoryTransport transport = new InMemoryTransport();

	final InMemoryResults results = new InMemoryResults(this.serializers);

	final TaskRegistry registry = new TaskRegistry();

	private final ControlMailbox mailbox = new ControlMailbox(this.transport, this.serializers,
			ControlMailbox.NAMESPACE);

	final CeleryControl control = new CeleryControl(this.mailbox);

	CeleryWorker worker;

	TestWorker task(String name, TaskHandler handler) {
		this.registry.register(TaskDefinition.of(name, handler));
		return this;
	}

	TestWorker task(TaskDefinition definition) {
		this.registry.register(definition);
		return this;
	}

	TestWorker start() {
		return start((options) -> options);
	}

	TestWorker start(UnaryOperator<WorkerOptions.Builder> options) {
		WorkerOptions.Builder builder = WorkerOptions.builder()
			.nodename("celery@test")
			.concurrency(2)
			.shutdownTimeout(Duration.ofSeconds(2));
		this.worker = CeleryWorker.builder(this.transport, this.registry, this.codec, this.results, canvas())
			.options(options.apply(builder).build())
			.remoteControl(this.mailbox, List.of())
			.build();
		this.worker.start();
		return this;
	}

	CanvasPublisher canvas() {
		return CeleryTemplate.builder(this.transport, this.codec, this.results, this.serializers).build().canvas();
	}

	/** Sends a message and returns the id of the task. */
	String send(TestMessage message) {
		this.transport.publish(message.encode(this.codec));
		return message.id;
	}

	/** Sends work, and tells where its result will be. */
	ResultTree send(Signature work) {
		CanvasPublisher canvas = canvas();
		Prepared prepared = canvas.prepare(work, List.of(), TaskOptions.NONE, null);
		canvas.announce(prepared);
		canvas.publish(prepared.messages());
		return prepared.result();
	}

	KombuMessage deadLetter() {
		Awaitility.await().until(() -> !this.transport.messages("celery.dlq").isEmpty());
		return new KombuMessageCodec().decode(this.transport.messages("celery.dlq").get(0));
	}

	void awaitSettled() {
		Awaitility.await().until(() -> this.transport.unacked() == 0);
	}

	void awaitState(State state) {
		Awaitility.await().until(() -> this.worker.snapshot().state() == state);
	}

	@Override
	public void close() {
		if (this.worker != null) {
			this.worker.stop();
		}
	}

}
