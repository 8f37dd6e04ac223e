package io.github.celeryspring.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether the broker answers, as the fetch thread finds it, and what the log says about
 * that. Written by the fetch thread, read by any.
 */
final class BrokerStatus {

	private static final Log logger = LogFactory.getLog(BrokerStatus.class);

	/** A poll that takes longer than it was told to by this much hangs. */
	private static final Duration SLACK = Duration.ofSeconds(3);

	private final String nodename;

	private final String ready;

	private final BackOff backOff = new BackOff();

	private final Set<String> kinds = new HashSet<>();

	private volatile @Nullable Instant lastPoll;

	private volatile boolean connected;

	private volatile boolean failed;

	private volatile boolean confirms = true;

	private volatile @Nullable Instant overdue;

	/**
	 * Creates a status.
	 * @param nodename the name of the worker
	 * @param ready what to log when the broker answers for the first time
	 */
	BrokerStatus(String nodename, String ready) {
		this.nodename = nodename;
		this.ready = ready;
	}

	void polling(Duration timeout) {
		this.overdue = Instant.now().plus(timeout).plus(SLACK);
	}

	/**
	 * The broker has answered.
	 * @return whether it had not before
	 */
	boolean answered() {
		boolean first = (this.lastPoll == null);
		this.overdue = null;
		this.lastPoll = Instant.now();
		if (this.connected) {
			return false;
		}
		if (first) {
			logger.info(this.ready);
		}
		else if (this.failed) {
			logger.info("Worker " + this.nodename + " consumes again after " + this.backOff.failures()
					+ " failed attempts");
		}
		this.failed = false;
		this.connected = true;
		this.backOff.reset();
		return true;
	}

	/**
	 * Whether the broker confirms what was done, without which nothing more is fetched.
	 */
	void confirms(boolean confirms) {
		if (this.confirms && !confirms) {
			logger.warn("Worker " + this.nodename
					+ " fetches no messages until results and acknowledgements are confirmed");
		}
		this.confirms = confirms;
	}

	/**
	 * The broker has not answered.
	 * @param failure what happened instead
	 * @return how long to wait before the next attempt
	 */
	Duration failed(Throwable failure) {
		this.overdue = null;
		this.connected = false;
		this.failed = true;
		Duration delay = this.backOff.next();
		if (!(failure instanceof BrokerUnavailableException) && this.kinds.add(failure.getClass().getName())) {
			logger.error("Worker " + this.nodename + " could not fetch messages, next attempt in " + delay.toMillis()
					+ " ms", failure);
		}
		else if (this.backOff.failures() == 1 || this.backOff.failures() % 10 == 0) {
			logger.warn("Worker " + this.nodename + " could not fetch messages (attempt " + this.backOff.failures()
					+ "), next attempt in " + delay.toMillis() + " ms: " + failure.getMessage());
		}
		return delay;
	}

	boolean isConnected() {
		return this.connected;
	}

	@Nullable Instant lastPoll() {
		return this.lastPoll;
	}

	State state() {
		Instant overdue = this.overdue;
		boolean hangs = (overdue != null && Instant.now().isAfter(overdue));
		if (this.connected && !hangs && this.confirms) {
			return State.CONSUMING;
		}
		return (this.failed || this.lastPoll != null) ? State.DISCONNECTED : State.STARTING;
	}

}
