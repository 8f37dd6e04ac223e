package io.github.celeryspring.worker;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.task.TaskRegistry;

/**
 * What a worker is made of, and keeps from one start to the next.
 *
 * @param transport where messages come from
 * @param registry the tasks
 * @param codec reads messages
 * @param results where results go
 * @param canvas sends what follows a task
 * @param options how it works
 * @param state what it knows
 */
record WorkerParts(BrokerTransport transport, TaskRegistry registry, TaskMessageCodec codec, ResultBackend results,
		CanvasPublisher canvas, WorkerOptions options, WorkerState state) {

}
