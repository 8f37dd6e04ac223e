package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.control.ControlNode;
import io.github.celeryspring.kombu.CeleryQueue;

/**
 * Remote control of a worker: Celery's commands and those of the application. Counterpart
 * of {@code celery.worker.pidbox}.
 */
final class WorkerControl {

	private final ControlMailbox mailbox;

	private final List<ControlCommandHandler> own;

	WorkerControl(ControlMailbox mailbox, List<? extends ControlCommandHandler> own) {
		this.mailbox = mailbox;
		this.own = List.copyOf(own);
	}

	/**
	 * Begins to hear commands.
	 * @param parts what the worker works with
	 * @param options how it works
	 * @param state what it knows
	 * @param queues what it consumes
	 * @param run what it does
	 * @return the listener
	 */
	ControlNode listen(WorkerParts parts, WorkerOptions options, WorkerState state, Collection<CeleryQueue> queues,
			WorkerRun run) {
		HeldTasks held = new HeldTasks(options.nodename(), run.loops(), run.reserved(), parts.codec());
		List<ControlCommandHandler> handlers = new ArrayList<>();
		handlers.addAll(new InspectCommands(held, parts.registry(), state).handlers());
		handlers.addAll(new StatusCommands(options, queues, parts.transport(), run.limit(), state, this.mailbox.clock())
			.handlers());
		handlers.addAll(new RevokeCommands(state.revoked(), held, run.loops(), parts.results()).handlers());
		handlers.addAll(new LimitCommands(parts.registry(), state.limits()).handlers());
		handlers.addAll(this.own);
		return this.mailbox.listen(options.nodename(), handlers);
	}

}
