package io.github.celeryspring.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import io.github.celeryspring.kombu.Delivery;
import io.github.celeryspring.task.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * The token bucket of one task, of capacity 1 as Celery's, and the messages that wait for
 * its next tokens: those whose turn comes within a second here, the others in Redis, each
 * until shortly before its turn. Not thread-safe. Counterpart of
 * {@code kombu.utils.limits.TokenBucket}.
 */
final class RateBucket {

	/** Messages whose turn comes within this time are held. */
	private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** That much earlier than its turn a message comes back from Redis. */
	private static final long EARLY_NANOS = HOLD_NANOS / 2;

	/**
	 * Turns are not given out further ahead: another worker may have taken the messages
	 * by then, or the rate may have been changed.
	 */
	private static final long HORIZON_NANOS = TimeUnit.MINUTES.toNanos(5);

	private static final int MAX_HELD = 256;

	private final Queue<Delivery> held = new ArrayDeque<>();

	private RateLimit rate;

	/** When there is a token again. */
	private long next;

	/** Tokens that were taken for messages on their way to a slot. */
	private int granted;

	/** The first turn that no message was parked for. */
	private long free;

	RateBucket(RateLimit rate, long now) {
		this.rate = rate;
		this.next = now;
		this.free = now;
	}

	/**
	 * Takes a changed rate into account: the next token comes by the new one.
	 * @param rate the rate
	 * @param now the time
	 */
	void rate(RateLimit rate, long now) {
		if (!this.rate.equals(rate)) {
			this.rate = rate;
			this.next = earlier(this.next, now + interval());
			this.free = this.next;
		}
	}

	private long interval() {
		return this.rate.isLimited() ? (long) (1e9 / this.rate.perSecond()) : 0;
	}

	/**
	 * Takes a token. One that was taken for a message that was held goes to whichever
	 * comes first; should that message never come back, it is not lost.
	 * @param now the time
	 * @return whether there was one that nobody waits for
	 */
	boolean take(long now) {
		if (this.granted > 0) {
			this.granted--;
			return true;
		}
		return this.held.isEmpty() && takeToken(now);
	}

	private boolean takeToken(long now) {
		if (now - this.next < 0) {
			return false;
		}
		this.next = now + interval();
		return true;
	}

	/**
	 * Holds a message until there is a token for it.
	 * @param delivery the message
	 * @param now the time
	 * @return whether that is soon; else it is not held
	 */
	boolean hold(Delivery delivery, long now) {
		boolean soon = turn() - now <= HOLD_NANOS && this.held.size() < MAX_HELD;
		return soon && this.held.add(delivery);
	}

	/** When there is a token for one more. */
	private long turn() {
		return this.next + this.held.size() * interval();
	}

	/**
	 * Gives a turn to a message that is to be parked.
	 * @param now the time
	 * @return how long to park it
	 */
	long park(long now) {
		long last = now + HORIZON_NANOS;
		long turn = earlier(later(this.free, turn()), last);
		this.free = earlier(turn + interval(), last);
		return Math.max(turn - now - EARLY_NANOS, 0);
	}

	private static long earlier(long first, long second) {
		return (first - second < 0) ? first : second;
	}

	private static long later(long first, long second) {
		return (first - second > 0) ? first : second;
	}

	/**
	 * Lets the next message go that was held, if there is a token for it.
	 * @param now the time
	 * @return the message, or {@code null}
	 */
	@Nullable Delivery release(long now) {
		if (this.held.isEmpty() || !takeToken(now)) {
			return null;
		}
		this.granted++;
		return this.held.poll();
	}

	/**
	 * How long it takes until a message that is held may go.
	 * @param now the time
	 * @return the time; -1 if none is held
	 */
	long waiting(long now) {
		return this.held.isEmpty() ? -1 : Math.max(this.next - now, 0);
	}

	/** Lets all go that are held. */
	List<Delivery> close() {
		List<Delivery> all = new ArrayList<>(this.held);
		this.held.clear();
		return all;
	}

}
