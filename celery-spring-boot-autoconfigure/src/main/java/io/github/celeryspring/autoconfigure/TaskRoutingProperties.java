package io.github.celeryspring.autoconfigure;

import java.util.List;
import java.util.Map;

import io.github.celeryspring.kombu.CeleryExchange;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Celery's settings about queues and about which task goes to which.
 *
 * @param taskRoutes Queue, or options, by name of task. Names with other characters than
 * letters, digits and hyphens need brackets: '[feed.*]'. With 'regex:' before it, a name
 * is a regular expression. As a list of entries with 'task', the first that fits counts.
 * @param taskQueues The queues, by name or as a list of entries with 'name'. If there is
 * one, the worker consumes these and its CeleryQueue beans only.
 * @param taskDefaultExchange Exchange of the default queue and of others without one.
 * Without it, an exchange with the name of the default queue.
 * @param taskDefaultExchangeType Type of the default exchange.
 * @param taskDefaultRoutingKey Routing key of the default queue and of others without
 * one. Without it, the name of the default queue.
 * @param taskDefaultPriority Priority of tasks for which nothing names another.
 * @param taskCreateMissingQueues Whether tasks can be sent to queues that are not
 * declared.
 * @param taskCreateMissingQueueExchangeType Type of the exchanges of such queues.
 * @param taskQueueMaxPriority Argument x-max-priority of queues without one; Redis does
 * not need it.
 * @param workerDirect Whether the worker has a queue of its own, too, with its node name
 * and '.dq2'.
 * @param workerExcludeQueues Queues not to consume, Celery's -X.
 */
@ConfigurationProperties("celery")
record TaskRoutingProperties(@DefaultValue Map<String, Route> taskRoutes, @DefaultValue Map<String, Queue> taskQueues,
		@Nullable String taskDefaultExchange, @DefaultValue("direct") CeleryExchange.Type taskDefaultExchangeType,
		@Nullable String taskDefaultRoutingKey, @Nullable Integer taskDefaultPriority,
		@DefaultValue("true") boolean taskCreateMissingQueues,
		@DefaultValue("direct") CeleryExchange.Type taskCreateMissingQueueExchangeType,
		@Nullable Integer taskQueueMaxPriority, @DefaultValue("false") boolean workerDirect,
		@DefaultValue List<String> workerExcludeQueues) {

	/**
	 * A route. Just a text is short for its queue.
	 *
	 * @param task The name or pattern, in a list of routes.
	 * @param queue The queue.
	 * @param exchange The exchange, if not that of the queue.
	 * @param routingKey The routing key, if not that of the queue.
	 * @param priority The priority.
	 * @param serializer The serializer of the arguments.
	 * @param compression The compression of the message.
	 */
	record Route(@Nullable String task, @Nullable String queue, @Nullable String exchange, @Nullable String routingKey,
			@Nullable Integer priority, @Nullable String serializer, @Nullable String compression) {

		/** Spring's conversion of the short form finds this by its name. */
		public static Route valueOf(String queue) {
			return new Route(null, queue, null, null, null, null, null);
		}

		boolean isEmpty() {
			return this.queue == null && this.exchange == null && this.routingKey == null && this.priority == null
					&& this.serializer == null && this.compression == null;
		}

	}

	/**
	 * A queue.
	 *
	 * @param name The name, in a list of queues.
	 * @param alias Another name for senders.
	 * @param exchange The exchange, if not the default exchange.
	 * @param exchangeType The type of the exchange.
	 * @param routingKey The key of the binding, of a topic exchange a pattern.
	 * @param bindings Further bindings.
	 * @param queueArguments AMQP's arguments. Redis knows x-expires, in milliseconds.
	 */
	record Queue(@Nullable String name, @Nullable String alias, @Nullable String exchange,
			CeleryExchange.@Nullable Type exchangeType, @Nullable String routingKey,
			@DefaultValue List<QueueBinding> bindings, @DefaultValue Map<String, Object> queueArguments) {

	}

	/**
	 * A binding.
	 *
	 * @param exchange The exchange.
	 * @param exchangeType The type of the exchange.
	 * @param routingKey The key, of a topic exchange a pattern.
	 */
	record QueueBinding(String exchange, @DefaultValue("direct") CeleryExchange.Type exchangeType,
			@DefaultValue("") String routingKey) {

	}

}
