package io.github.celeryspring.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskOptionsBuilder;
import io.github.celeryspring.client.TaskQueues;
import io.github.celeryspring.client.TaskRouter;
import io.github.celeryspring.client.TaskRoutes;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;

/**
 * What the properties mean for queues and routes.
 */
final class TaskRoutingSettings {

	private static final Set<String> ROUTE_OPTIONS = Set.of("task", "queue", "exchange", "routing-key", "priority",
			"serializer", "compression");

	private static final Set<String> QUEUE_OPTIONS = Set.of("name", "alias", "exchange", "exchange-type", "routing-key",
			"bindings", "queue-arguments");

	private static final String REGEX = "regex:";

	private final TaskRoutingProperties properties;

	private final TaskQueues.Defaults defaults;

	TaskRoutingSettings(TaskRoutingProperties properties, String defaultQueue, ConfigurableEnvironment environment) {
		PropertyForm.checkKeys(environment, "celery.task-routes", ROUTE_OPTIONS);
		PropertyForm.checkKeys(environment, "celery.task-queues", QUEUE_OPTIONS);
		this.properties = properties;
		String exchange = properties.taskDefaultExchange();
		String key = properties.taskDefaultRoutingKey();
		this.defaults = new TaskQueues.Defaults(defaultQueue,
				new CeleryExchange(StringUtils.hasText(exchange) ? exchange : defaultQueue,
						properties.taskDefaultExchangeType()),
				StringUtils.hasText(key) ? key : defaultQueue, properties.taskCreateMissingQueues(),
				properties.taskCreateMissingQueueExchangeType());
	}

	/** The queues of the properties and the beans; the beans first. */
	TaskQueues queues(List<CeleryQueue> beans) {
		List<CeleryQueue> queues = new ArrayList<>(beans);
		this.properties.taskQueues().forEach((key, queue) -> queues.add(queue(key, queue)));
		return new TaskQueues(queues, this.defaults);
	}

	private CeleryQueue queue(String key, TaskRoutingProperties.Queue queue) {
		String name = (queue.name() != null) ? queue.name() : key;
		CeleryExchange exchange = this.defaults.exchange();
		if (queue.exchange() != null || queue.exchangeType() != null) {
			exchange = new CeleryExchange((queue.exchange() != null) ? queue.exchange() : name,
					(queue.exchangeType() != null) ? queue.exchangeType() : CeleryExchange.Type.DIRECT);
		}
		// A list has Celery's Queue objects, a map the older form with other defaults.
		String defaultKey = (queue.name() != null) ? this.defaults.routingKey() : name;
		List<CeleryQueue.Binding> bindings = queue.bindings()
			.stream()
			.map((each) -> new CeleryQueue.Binding(new CeleryExchange(each.exchange(), each.exchangeType()),
					each.routingKey()))
			.toList();
		return new CeleryQueue(name, exchange, (queue.routingKey() != null) ? queue.routingKey() : defaultKey, bindings,
				arguments(name, queue.queueArguments()), queue.alias(), false);
	}

	private Map<String, Object> arguments(String queue, Map<String, Object> configured) {
		Map<String, Object> arguments = new LinkedHashMap<>(configured);
		arguments.computeIfPresent(CeleryQueue.EXPIRES, (name, value) -> {
			try {
				return Long.valueOf(value.toString());
			}
			catch (NumberFormatException ex) {
				throw new CeleryConfigurationException(
						"'celery.task-queues." + queue + ".queue-arguments.x-expires' is no number: " + value + ".",
						"Give the number of milliseconds.", ex);
			}
		});
		if (this.properties.taskQueueMaxPriority() != null) {
			arguments.putIfAbsent("x-max-priority", this.properties.taskQueueMaxPriority());
		}
		return arguments;
	}

	/**
	 * The routes of the properties.
	 * @param queues the queues that they may name
	 * @return routes, asked in the order of a list, or by name first if it is a map
	 * @throws CeleryConfigurationException if a route makes no sense
	 */
	TaskRouter routes(TaskQueues queues) {
		List<TaskRouter> list = new ArrayList<>();
		TaskRoutes.Builder map = TaskRoutes.builder();
		this.properties.taskRoutes().forEach((key, route) -> {
			String property = "celery.task-routes[" + key + "]";
			TaskOptions options = options(property, route, queues);
			if (route.task() != null) {
				list.add(add(TaskRoutes.builder(), property, route.task(), options).build());
			}
			else {
				add(map, property, key, options);
			}
		});
		list.add(map.build());
		return (signature) -> {
			for (TaskRouter each : list) {
				TaskOptions options = each.route(signature);
				if (options != null) {
					return options;
				}
			}
			return null;
		};
	}

	private static TaskRoutes.Builder add(TaskRoutes.Builder routes, String property, String task,
			TaskOptions options) {
		try {
			return task.startsWith(REGEX) ? routes.route(Pattern.compile(task.substring(REGEX.length())), options)
					: routes.route(task, options);
		}
		catch (PatternSyntaxException ex) {
			throw new CeleryConfigurationException("'" + property + "' has no valid pattern: " + ex.getMessage() + ".",
					"Correct the pattern.", ex);
		}
	}

	private static TaskOptions options(String property, TaskRoutingProperties.Route route, TaskQueues queues) {
		if (route.isEmpty()) {
			throw new CeleryConfigurationException("'" + property + "' says nothing about how to send the task.",
					"Name a queue, or at least one of exchange, routing-key, priority, serializer and compression.",
					null);
		}
		TaskOptionsBuilder options = TaskOptions.builder()
			.exchange(route.exchange())
			.routingKey(route.routingKey())
			.serializer(route.serializer())
			.compression(route.compression());
		if (route.queue() != null) {
			options.queue(known(property, route.queue(), queues));
		}
		if (route.priority() != null) {
			options.priority(route.priority());
		}
		return options.build();
	}

	private static String known(String property, String queue, TaskQueues queues) {
		try {
			queues.get(queue);
			return queue;
		}
		catch (InvalidMessageException ex) {
			throw new CeleryConfigurationException(
					"'" + property + "' names a queue that does not exist: " + ex.getMessage() + ".",
					"Declare the queue, or correct its name.", ex);
		}
	}

}
