package io.github.celeryspring.client;

import java.util.List;
import java.util.function.Consumer;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.kombu.DeliveryInfo;
import org.jspecify.annotations.Nullable;

/**
 * Decides how and where a task is sent. Thread-safe. Counterpart of
 * {@code celery.app.routes.Router} and of {@code send_task_message} in
 * {@code celery.app.amqp}.
 */
final class TaskRouting {

	private final TaskQueues queues;

	private final List<TaskRouter> routers;

	private final Consumer<CeleryQueue> introduce;

	/**
	 * Creates the routing.
	 * @param queues the queues
	 * @param routers asked in this order
	 * @param introduce told about queues that are not just bound to their own name
	 */
	TaskRouting(TaskQueues queues, List<TaskRouter> routers, Consumer<CeleryQueue> introduce) {
		this.queues = queues;
		this.routers = List.copyOf(routers);
		this.introduce = introduce;
		queues.declared().forEach(introduce);
		introduce.accept(queues.get(queues.defaults().queue()));
	}

	/**
	 * Fills in the options that the sender left open.
	 * @param signature the task to be sent
	 * @return its options, those of the routes included
	 */
	TaskOptions options(TaskSignature signature) {
		TaskOptions options = signature.options();
		for (TaskRouter router : this.routers) {
			TaskOptions route = router.route(signature);
			if (route != null) {
				options = CallOptions.over(open(route, options), options);
			}
		}
		return options;
	}

	/** What a route says, without the way if there is one already. */
	private static TaskOptions open(TaskOptions route, TaskOptions options) {
		boolean hasWay = options.queue() != null || options.exchange() != null;
		return hasWay ? route.mutate().queue(null).exchange(null).routingKey(null).build() : route;
	}

	/**
	 * Finds out where a task goes.
	 * @param task its name
	 * @param options from {@link #options}
	 * @return the exchange and the routing key
	 * @throws InvalidMessageException if there is no such queue, or no way to it
	 */
	DeliveryInfo destination(String task, TaskOptions options) {
		String exchange = options.exchange();
		String key = options.routingKey();
		CeleryQueue queue = queue(task, options);
		if (queue == null && exchange != null) {
			return new DeliveryInfo(exchange, key(task, exchange, key), false);
		}
		CeleryQueue used = (queue != null) ? queue : this.queues.get(this.queues.defaults().queue());
		boolean named = exchange != null && !exchange.isEmpty();
		if ((!named || key == null) && used.exchange().type() == CeleryExchange.Type.DIRECT) {
			return DeliveryInfo.toQueue(used.name());
		}
		if (this.queues.isMade(used)) {
			this.introduce.accept(used);
		}
		return new DeliveryInfo((exchange != null) ? exchange : used.exchange().name(),
				(key != null) ? key : used.routingKey(), false);
	}

	private @Nullable CeleryQueue queue(String task, TaskOptions options) {
		String name = options.queue();
		if (name != null && name.isBlank()) {
			throw new InvalidMessageException("The queue of task '" + task + "' is blank");
		}
		return (name != null) ? this.queues.get(name) : null;
	}

	private String key(String task, String exchange, @Nullable String key) {
		if (key != null) {
			return key;
		}
		CeleryExchange known = this.queues.exchange(exchange);
		if (known == null || known.type() == CeleryExchange.Type.DIRECT) {
			throw new InvalidMessageException(
					"Task '" + task + "' is sent to exchange '" + exchange + "' without a routing key or a queue");
		}
		return this.queues.defaults().routingKey();
	}

}
