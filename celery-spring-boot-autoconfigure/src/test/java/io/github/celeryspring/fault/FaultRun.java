package io.github.celeryspring.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.Marks;
import io.github.celeryspring.testsupport.RecordingTasks;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TcpProxy;
import io.github.celeryspring.testsupport.Unacked;
import io.github.celeryspring.redis.RedisEndpoint;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Redis of its own, a proxy before it, and what is needed to tell whether every message
 * came to its end, once. Tasks leave their marks without the proxy.
 */
final class FaultRun implements AutoCloseable {

	static final String QUEUE = "faults";

	/** Nobody is to get anything back only because its lease has run out. */
	static final Duration LONG = Duration.ofMinutes(10);

	private final RedisServerExtension redis;

	private final TcpProxy proxy;

	private final Marks marks;

	private final List<AutoCloseable> opened = new ArrayList<>();

	private final Set<String> ids = new HashSet<>();

	FaultRun(String... arguments) {
		this.redis = RedisServerExtension.startNew(arguments);
		this.proxy = new TcpProxy(this.redis.port());
		this.marks = new Marks(this.redis);
	}

	RedisServerExtension redis() {
		return this.redis;
	}

	TcpProxy proxy() {
		return this.proxy;
	}

	Marks marks() {
		return this.marks;
	}

	/** Where the proxy is. */
	RedisEndpoint proxied() {
		return new RedisEndpoint.Standalone("127.0.0.1", this.proxy.port(), 0, null, null, null);
	}

	/** A client; closed with this. */
	CeleryOperations client(RedisEndpoint endpoint) {
		return opened(JavaApp.builder(endpoint).build()).celery();
	}

	/** A worker with one slot, not started; closed with this. */
	JavaApp worker(String name, RedisEndpoint endpoint, Duration visibilityTimeout) {
		RecordingTasks tasks = opened(new RecordingTasks(this.redis.port(), name));
		return opened(JavaApp.builder(endpoint)
			.name(name)
			.queues(QUEUE)
			.visibilityTimeout(visibilityTimeout)
			.concurrency(1)
			.tasks((app) -> tasks.handlers())
			.build());
	}

	private <T extends AutoCloseable> T opened(T closeable) {
		this.opened.add(0, closeable);
		return closeable;
	}

	/** A call of a task that leaves marks. */
	static TaskSignature record(CeleryOperations client, double seconds) {
		return client.task("shared.record").args(seconds).queue(QUEUE).signature();
	}

	/** Sends, and expects the task to be done in the end. */
	AsyncResult<?> send(CeleryOperations client, TaskSignature signature) {
		AsyncResult<?> result = client.send(signature);
		this.ids.add(result.id());
		return result;
	}

	/** Sends many that take no time. */
	void sendMany(CeleryOperations client, int number) {
		List<TaskSignature> signatures = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			signatures.add(record(client, 0));
		}
		client.sendAll(signatures).forEach((result) -> this.ids.add(result.id()));
	}

	/** Expects that a task that this does not know of is done in the end. */
	void expect(String id) {
		this.ids.add(id);
	}

	void awaitAllFinished() {
		this.marks.awaitFinished(this.ids.size());
	}

	/**
	 * Waits until all is done, and finds every task finished, its result stored and
	 * nothing left behind.
	 */
	void assertNothingLost() {
		awaitAllFinished();
		Unacked.awaitNone(this.redis);
		assertThat(this.marks.finished()).isEqualTo(this.ids);
		assertThat(this.redis.commands().keys(QUEUE + "*")).isEmpty();
		String[] keys = this.ids.stream().map((id) -> "celery-task-meta-" + id).toArray(String[]::new);
		assertThat(this.redis.commands().mget(keys))
			.allSatisfy((document) -> assertThat(document.getValueOrElse("")).contains("SUCCESS"));
	}

	@Override
	public void close() throws Exception {
		this.proxy.restore();
		for (AutoCloseable closeable : this.opened) {
			closeable.close();
		}
		this.proxy.close();
		this.redis.stop();
	}

}
