package io.github.celeryspring.worker;

import java.util.ArrayList;
import java.util.List;

import io.github.celeryspring.control.ControlCommandHandler;
import io.github.celeryspring.control.ControlMailbox;
import io.github.celeryspring.control.ControlNode;

/**
 * Remote control of a worker: Celery's commands and those of the application.
 * Counterpart of {@code celery.worker.pidbox}.
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
	 * @param parts what the commands are about
	 * @param run what the worker does
	 * @return the listener
	 */
	ControlNode listen(WorkerParts parts, WorkerRun run) {
		WorkerOptions options = parts.options();
		WorkerState state = parts.state();
		HeldTasks held = new HeldTasks(options.nodename(), run.loops(), run.reserved(), parts.codec());
		List<ControlCommandHandler> handlers = new ArrayList<>();
		handlers.addAll(new InspectCommands(held, parts.registry(), state).handlers());
		handlers.addAll(new StatusCommands(options, run.queues(), parts.transport(), run.limit(), state,
				this.mailbox.clock())
			.handlers());
		handlers.addAll(new RevokeCommands(state.revoked(), held, run.loops(), parts.results()).handlers());
		handlers.addAll(new LimitCommands(parts.registry(), state.limits()).handlers());
		handlers.addAll(this.own);
		return this.mailbox.listen(options.nodename(), handlers);
	}

}
