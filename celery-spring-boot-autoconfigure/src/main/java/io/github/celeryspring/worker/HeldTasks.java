package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.kombu.DeliveryInfo;
import io.github.celeryspring.protocol.TaskHeaders;
import io.github.celeryspring.protocol.TaskMessage;
import io.github.celeryspring.protocol.TaskMessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a worker holds, as remote control shows them. Messages that wait for a
 * slot are decoded only for this.
 */
final class HeldTasks {

	private final String nodename;

	private final TaskLoops loops;

	private final ReservedTasks reserved;

	private final TaskMessageCodec codec;

	HeldTasks(String nodename, TaskLoops loops, ReservedTasks reserved, TaskMessageCodec codec) {
		this.nodename = nodename;
		this.loops = loops;
		this.reserved = reserved;
		this.codec = codec;
	}

	List<TaskRequest> active() {
		return this.loops.requests();
	}

	/** What waits for a slot, as far as it can be read. */
	List<TaskMessage> reserved() {
		return this.reserved.deliveries().stream().map(this::message).filter(Objects::nonNull).toList();
	}

	private @Nullable TaskMessage message(Delivery delivery) {
		try {
			return this.codec.decode(delivery.message());
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Describes a running task as Celery's {@code Request.info()}.
	 * @param request the task
	 * @param safe whether its arguments are shown as text
	 * @return the description
	 */
	Map<String, @Nullable Object> info(TaskRequest request, boolean safe) {
		Map<String, @Nullable Object> info = info(request.message(), safe);
		info.put("time_start", request.startedMillis() / 1000.0);
		info.put("acknowledged", request.isAcknowledged());
		info.put("worker_pid", ProcessHandle.current().pid());
		return info;
	}

	/**
	 * Describes a task that does not run.
	 * @param message the message
	 * @param safe whether its arguments are shown as text
	 * @return the description
	 */
	Map<String, @Nullable Object> info(TaskMessage message, boolean safe) {
		TaskHeaders headers = message.headers();
		Map<String, @Nullable Object> info = new LinkedHashMap<>();
		info.put("id", headers.id());
		info.put("name", (headers.shadow() != null) ? headers.shadow() : headers.task());
		info.put("args", safe ? Objects.toString(headers.argsrepr(), "") : message.body().args());
		info.put("kwargs", safe ? Objects.toString(headers.kwargsrepr(), "") : message.body().kwargs());
		info.put("type", headers.task());
		info.put("hostname", this.nodename);
		info.put("time_start", null);
		info.put("acknowledged", false);
		info.put("delivery_info", deliveryInfo(message));
		info.put("worker_pid", null);
		return info;
	}

	private static Map<String, @Nullable Object> deliveryInfo(TaskMessage message) {
		DeliveryInfo delivery = message.deliveryInfo();
		Map<String, @Nullable Object> info = new LinkedHashMap<>();
		info.put("exchange", delivery.exchange());
		info.put("routing_key", delivery.routingKey());
		info.put("priority", message.priority());
		info.put("redelivered", delivery.redelivered());
		return info;
	}

	/**
	 * Finds tasks.
	 * @param ids their ids
	 * @return by id, the state and the description of those that are held
	 */
	Map<String, List<Object>> find(List<String> ids) {
		Map<String, List<Object>> found = new LinkedHashMap<>();
		for (TaskMessage message : reserved()) {
			if (ids.contains(message.headers().id())) {
				found.put(message.headers().id(), List.of("reserved", info(message, false)));
			}
		}
		for (TaskRequest request : active()) {
			if (ids.contains(request.id())) {
				found.put(request.id(), List.of("active", info(request, false)));
			}
		}
		return found;
	}

	/** The ids of all. */
	List<String> ids() {
		List<String> ids = new ArrayList<>();
		active().forEach((request) -> ids.add(request.id()));
		reserved().forEach((message) -> ids.add(message.headers().id()));
		return ids;
	}

}
