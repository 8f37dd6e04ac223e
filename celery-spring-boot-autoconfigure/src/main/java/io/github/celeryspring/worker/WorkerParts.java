package io.github.celeryspring.worker;

import io.github.celeryspring.client.CanvasPublisher;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.protocol.TaskMessageCodec;
import io.github.celeryspring.result.ResultBackend;
import io.github.celeryspring.task.TaskRegistry;

/**
 * What a worker works with, over all its starts and stops.
 *
 * @param transport where messages come from
 * @param registry the tasks
 * @param codec reads messages
 * @param results where results go
 * @param canvas sends what follows a task
 */
record WorkerParts(BrokerTransport transport, TaskRegistry registry, TaskMessageCodec codec, ResultBackend results,
		CanvasPublisher canvas) {

}
