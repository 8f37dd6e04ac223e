package io.github.celeryspring.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import io.github.celeryspring.BrokerUnavailableException;
import io.github.celeryspring.CeleryException;
import io.github.celeryspring.InvalidMessageException;
import io.github.celeryspring.kombu.BrokerTransport;
import io.github.celeryspring.kombu.DeadLetter;
import io.github.celeryspring.kombu.DeadLetterQueues;
import org.springframework.util.Assert;

/**
 * {@link DeadLetterOperations} on a transport.
 *
 * @since 0.1.0
 */
public final class DeadLetterTemplate implements DeadLetterOperations {

	private static final int PAGE = 100;

	private final BrokerTransport transport;

	private final DeadLetterQueues letters;

	private final Duration timeout;

	/**
	 * Creates a template.
	 * @param transport where the queues are
	 * @param timeout how long to wait for each answer of Redis
	 */
	public DeadLetterTemplate(BrokerTransport transport, Duration timeout) {
		Assert.isTrue(!timeout.isNegative() && !timeout.isZero(), "'timeout' must be positive");
		this.transport = transport;
		this.letters = transport.deadLetters();
		this.timeout = timeout;
	}

	@Override
	public long count(String queue) {
		return join(this.transport.size(queue + DeadLetterQueues.SUFFIX));
	}

	@Override
	public List<DeadLetter> list(String queue, long offset, int limit) {
		Assert.isTrue(offset >= 0 && limit > 0, "'offset' must not be negative, 'limit' must be positive");
		return join(this.letters.newest(queue, offset, limit));
	}

	@Override
	public Optional<DeadLetter> find(String queue, String letterId) {
		List<DeadLetter> page;
		for (long offset = 0; !(page = list(queue, offset, PAGE)).isEmpty(); offset += page.size()) {
			for (DeadLetter letter : page) {
				if (letter.id().equals(letterId)) {
					return Optional.of(letter);
				}
			}
		}
		return Optional.empty();
	}

	@Override
	public boolean replay(DeadLetter letter) {
		return join(this.letters.replay(letter, null));
	}

	@Override
	public boolean replay(DeadLetter letter, String targetQueue) {
		Assert.hasText(targetQueue, "'targetQueue' must not be empty");
		return join(this.letters.replay(letter, targetQueue));
	}

	@Override
	public long replayAll(String queue, Predicate<DeadLetter> which) {
		long left = count(queue);
		long replayed = 0;
		long kept = 0;
		while (left > 0) {
			List<DeadLetter> page = join(this.letters.oldest(queue, kept, (int) Math.min(PAGE, left)));
			for (DeadLetter letter : page) {
				if (!letter.wrapped() && which.test(letter) && tryReplay(letter)) {
					replayed++;
				}
				else {
					kept++;
				}
			}
			left = page.isEmpty() ? 0 : (left - page.size());
		}
		return replayed;
	}

	private boolean tryReplay(DeadLetter letter) {
		try {
			return replay(letter);
		}
		catch (InvalidMessageException ex) {
			return false;
		}
	}

	@Override
	public boolean remove(DeadLetter letter) {
		return join(this.letters.remove(letter));
	}

	@Override
	public long purge(String queue) {
		return join(this.transport.purge(queue + DeadLetterQueues.SUFFIX));
	}

	private <T> T join(CompletionStage<T> answer) {
		try {
			return answer.toCompletableFuture().get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof CeleryException own) ? own
					: new CeleryException(String.valueOf(ex.getCause()), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new BrokerUnavailableException("Redis did not answer within " + this.timeout, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CeleryException("Interrupted while waiting for Redis", ex);
		}
	}

}
