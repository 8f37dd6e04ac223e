package io.github.celeryspring.worker;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.celeryspring.kombu.DeadLetterPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Finds messages that are delivered again and again and never finished: most likely their
 * worker dies of them each time. Celery has no such limit. Only messages that are marked
 * as redelivered cost anything.
 */
final class DeliveryLimit {

	private static final Log logger = LogFactory.getLog(DeliveryLimit.class);

	/** A task that ran before may run again, so nothing depends on the count. */
	private static final long PATIENCE_SECONDS = 2;

	private final int maxDeliveries;

	DeliveryLimit(WorkerOptions options, DeadLetterPolicy policy) {
		// Celery never drops such a message, so it is not dropped if it cannot be kept.
		this.maxDeliveries = policy.enabled() ? options.maxDeliveries() : 0;
	}

	/**
	 * Counts a delivery of a task that is about to be run. May wait for a moment.
	 * @param request the task
	 * @return how often the message was delivered if that is too often, else 0
	 */
	int exceeded(TaskRequest request) {
		if (this.maxDeliveries == 0 || !request.redelivered()) {
			return 0;
		}
		try {
			int count = request.delivery()
				.countDelivery(request.id())
				.toCompletableFuture()
				.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
			return (count > this.maxDeliveries) ? count : 0;
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The deliveries of task " + request + " could not be counted; it is run", ex);
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted while counting the deliveries of task " + request);
		}
		return 0;
	}

}
